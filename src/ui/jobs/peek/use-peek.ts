'use client';

import { useSearchParams } from 'next/navigation';
import { goTo } from '#src/ui/data/browser/address.ts';

const name = 'peek';

/** The job that is looked at beside the list. It stands in the address, so that the view can be sent to somebody. */
export function usePeek(): { id: string | null; show: (id: string | null) => void; close: () => void } {
  const search = useSearchParams();
  const show = (id: string | null) => {
    const next = new URLSearchParams(search);
    if (id === null) next.delete(name);
    else next.set(name, id);
    // Not a step of the history: going back is to leave the list, not to walk through all that one looked at.
    goTo(next.size > 0 ? `/jobs?${next}` : '/jobs', 'replace');
  };
  const id = search.get(name);
  const close = () => {
    // The focus may be in the panel, and would be lost with it: it goes to the row, or to the page when that is elsewhere.
    (rowOf(id) ?? document.getElementById('content'))?.focus({ preventScroll: true });
    show(null);
  };
  return { id, show, close };
}

export function rowOf(id: string | null): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-job="${CSS.escape(id ?? '')}"]`);
}
