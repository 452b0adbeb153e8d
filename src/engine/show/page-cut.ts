import { Refusal } from '#src/contract/shape/error-code.ts';

/**
 * Cuts a page from rows that were read with a limit of `limit + 1`. `last` is the page's last row if there are more
 * rows; the next page begins after it.
 */
export function cutPage<Row>(rows: readonly Row[], limit: number): { page: Row[]; last: Row | null } {
  const page = rows.slice(0, limit);
  return { page, last: rows.length > limit ? (page.at(-1) ?? null) : null };
}

/** Returns the refusal of a cursor that is not from an earlier page. */
export function badCursor(): Refusal {
  return new Refusal('invalid_input', 'cursor must be the nextCursor of an earlier page', 'cursor');
}
