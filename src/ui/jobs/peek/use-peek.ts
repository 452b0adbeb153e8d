'use client';

import { useSearchParams } from 'next/navigation';
import { goTo } from '#src/ui/data/browser/address.ts';

const name = 'peek';

/**
 * Returns the job that is shown beside the list. Its id is in the address, so that the view can be sent to somebody.
 */
export function usePeek(): { id: string | null; show: (id: string | null) => void; close: () => void } {
  const search = useSearchParams();
  const show = (id: string | null) => {
    const next = new URLSearchParams(search);
    if (id === null) next.delete(name);
    else next.set(name, id);
    // `replace` adds no history entry: the back button leaves the list instead of walking through all peeked jobs.
    goTo(next.size > 0 ? `/jobs?${next}` : '/jobs', 'replace');
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

export function rowOf(id: string | null): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-job="${CSS.escape(id ?? '')}"]`);
}
