import { useEffect } from 'react';

/** Ids of the jobs in the list that was shown last, newest first. It is known until the page is loaded anew. */
let shown: readonly string[] = [];

/** Remembers the jobs of a list, so that the page of one leads to those before and after it. */
export function useRememberedList(ids: readonly string[]): void {
  useEffect(() => {
    shown = ids;
  });
}

export type Neighbours = { previous: string | null; next: string | null };

/** Returns the jobs above and below a job in the list that was shown last. A job that was not in it has none. */
export function neighboursOf(id: string, ids: readonly string[] = shown): Neighbours {
  const at = ids.indexOf(id);
  if (at < 0) return { previous: null, next: null };
  return { previous: ids[at - 1] ?? null, next: ids[at + 1] ?? null };
}
