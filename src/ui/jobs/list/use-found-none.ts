'use client';

import { useState } from 'react';
import type { JobPage } from '#src/contract/job/job.ts';
import { type Filters, filtersQuery } from '#src/ui/jobs/filter/filters.ts';

/**
 * A search that has found nothing so far: its filter, the cursors of its pages from the first one on, and the cursor from
 * which it goes on; null: it came to its end.
 */
export type Fruitless = { query: string; places: (string | null)[]; next: string | null };

/**
 * Returns whether a list has looked through everything and found nothing. A search is given up from time to time, and the
 * reader goes on page by page: so it is remembered which pages were empty.
 */
export function useFoundNone(filters: Filters, page: JobPage | undefined): boolean {
  const [search, setSearch] = useState<Fruitless | null>(null);
  const { cursor, before } = filters;
  const after = page ? fruitlessAfter(search, { query: filtersQuery(filters), cursor, before }, page) : search;
  if (after !== search) setSearch(after);
  return page !== undefined && after !== null && after.next === null;
}

/**
 * Returns the search after a page of it; null if something was found, or if the page does not follow on from those that were
 * looked through.
 */
export function fruitlessAfter(
  search: Fruitless | null,
  { query, cursor, before }: { query: string; cursor: string | null; before: string | null },
  { jobs, nextCursor }: Pick<JobPage, 'jobs' | 'nextCursor'>,
): Fruitless | null {
  if (jobs.length > 0 || before !== null) return null;
  const known = search?.query === query ? search : null;
  if (known?.places.includes(cursor)) {
    const isLast = known.places.at(-1) === cursor;
    return isLast && known.next !== nextCursor ? { ...known, next: nextCursor } : known;
  }
  if (cursor === null) return { query, places: [null], next: nextCursor };
  return known?.next === cursor ? { query, places: [...known.places, cursor], next: nextCursor } : null;
}
