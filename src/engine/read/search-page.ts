import type { JobPage } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId, type IdPrefix, parseId } from '#src/domain/text/id.ts';
import { cutPage } from '#src/engine/show/page-cut.ts';
import { iso } from '#src/engine/show/to-job.ts';
import type { Found } from '#src/store/search/search.ts';
import type { PageWanted } from '#src/store/search/stretch.ts';

type Row = { id: string; created_at: Date };
type Paging = { limit?: number | undefined; cursor?: string | undefined; before?: string | undefined };
type Cursors = Omit<JobPage, 'jobs'>;

/**
 * Returns a page of a searched list, newest first, with its cursors. With `before` it is the page of rows just newer
 * than that cursor. If at most one page of rows is newer, the first page is returned instead, so that the page is full.
 * Throws `conflicting_fields` or, for a bad cursor, `invalid_input`.
 *
 * @param prefix of the rows' ids, which are the cursors
 */
export async function searchPage<R extends Row>(
  prefix: IdPrefix,
  input: Paging,
  find: (wanted: PageWanted) => Promise<Found<R>>,
): Promise<{ rows: R[]; cursors: Cursors }> {
  if (input.cursor !== undefined && input.before !== undefined)
    throw new Refusal(
      'conflicting_fields',
      '`cursor` goes back in time and `before` forth; give one of them',
      'before',
    );
  const limit = input.limit ?? readLimits.pageSize.default;
  if (input.before !== undefined) {
    const newer = await newerPage(prefix, input.before, limit, find);
    if (newer) return newer;
  }
  const beforeId = input.cursor === undefined ? null : cursorId(prefix, 'cursor', input.cursor);
  const { rows, end } = await find({ limit: limit + 1, beforeId, afterId: null, direction: 'older' });
  const { page, last } = cutPage(rows, limit);
  const next = last ?? end;
  const cursors = {
    nextCursor: next ? formatId(prefix, next.id) : null,
    previousCursor: input.cursor === undefined ? null : newestOf(prefix, page, input.cursor),
    searchedTo: last ? null : iso(end?.at ?? null),
  };
  return { rows: page, cursors };
}

/** Returns the page of rows just newer than `before`; null if at most one page of rows is newer. */
async function newerPage<R extends Row>(
  prefix: IdPrefix,
  before: string,
  limit: number,
  find: (wanted: PageWanted) => Promise<Found<R>>,
): Promise<{ rows: R[]; cursors: Cursors } | null> {
  const afterId = cursorId(prefix, 'before', before);
  const { rows, end } = await find({ limit: limit + 1, beforeId: null, afterId, direction: 'newer' });
  const isFull = rows.length > limit;
  if (!isFull && end === null) return null;
  const page = rows.slice(0, limit).reverse();
  const oldest = page.at(-1);
  const cursors = {
    nextCursor: oldest ? formatId(prefix, oldest.id) : before,
    previousCursor: !isFull && end ? formatId(prefix, end.id) : newestOf(prefix, page, before),
    searchedTo: isFull ? null : iso(end?.at ?? null),
  };
  return { rows: page, cursors };
}

function newestOf(prefix: IdPrefix, page: Row[], otherwise: string): string {
  return page[0] ? formatId(prefix, page[0].id) : otherwise;
}

function cursorId(prefix: IdPrefix, field: string, cursor: string): string {
  const id = parseId(prefix, cursor);
  if (id === null) throw new Refusal('invalid_input', `${field} must be a cursor of an earlier page`, field);
  return id;
}
