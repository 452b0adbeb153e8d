'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { currentSearch, goTo } from '#src/ui/data/browser/address.ts';

const name = 'peek';

/**
 * Returns the row that is shown beside its list. Its id is in the address, so that the view can be sent to somebody.
 */
export function usePeek(): { id: string | null; show: (id: string | null) => void; close: () => void } {
  const search = useSearchParams();
  const path = usePathname();
  const show = (id: string | null) => {
    const next = currentSearch();
    if (id === null) next.delete(name);
    else next.set(name, id);
    // `replace` adds no history entry: the back button leaves the list instead of walking through all peeked rows.
    goTo(next.size > 0 ? `${path}?${next}` : path, 'replace');
  };
  const id = search.get(name);
  const close = () => {
    // The focus may be in the panel and would be lost with it. It moves to the row, or to the page if the row is not
    // shown.
    (rowOf(id) ?? document.getElementById('content'))?.focus({ preventScroll: true });
    show(null);
  };
  return { id, show, close };
}

/** Returns the link of the row with this id, if it is shown. */
export function rowOf(id: string | null): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id ?? '')}"]`);
}

/** Ids of the rows before and after a row of the list; null at the ends of the list. */
export type Neighbours = { before: string | null; after: string | null };

/** Returns the neighbours of a row. Of a row that is not in the list, the row after it is the first one. */
export function neighboursOf(ids: readonly string[], id: string): Neighbours {
  const at = ids.indexOf(id);
  return at < 0 ? { before: null, after: ids[0] ?? null } : { before: ids[at - 1] ?? null, after: ids[at + 1] ?? null };
}
