import { Refusal } from '#src/contract/shape/error-code.ts';

/**
 * Cuts a page from rows of which one more than `limit` was asked for. `last` is the page's last row when there are more
 * behind it: the next page begins after it.
 */
export function cutPage<Row>(rows: readonly Row[], limit: number): { page: Row[]; last: Row | null } {
  const page = rows.slice(0, limit);
  return { page, last: rows.length > limit ? (page.at(-1) ?? null) : null };
}

/** The refusal of a cursor that no page gave. */
export function badCursor(): Refusal {
  return new Refusal('invalid_input', 'cursor must be the nextCursor of an earlier page', 'cursor');
}
