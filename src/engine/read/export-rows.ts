import { readLimits } from '#src/domain/limits.ts';
import type { Found } from '#src/store/search/search.ts';
import type { PageWanted } from '#src/store/search/stretch.ts';

const batch = 1_000;

/** A running export. `truncated` returns true if rows were left out; it is known once `parts` has ended. */
export type Export<Row> = { parts: AsyncGenerator<Row[]>; truncated: () => boolean };

/** Options of an export. `signal` is aborted when the reader has disconnected. */
export type ExportOptions = { limit?: number; signal?: AbortSignal };

/**
 * Returns all rows that a search finds, newest first, in parts. Each part is a search of its own that continues where
 * the last one ended, so a slow reader holds no transaction open. If there are few matches, a part may need many
 * searches.
 */
export function exportRows<Row extends { id: string }>(
  find: (page: PageWanted) => Promise<Found<Row>>,
  { limit = readLimits.exportedJobs, signal }: ExportOptions,
): Export<Row> {
  let truncated = false;
  async function* parts(): AsyncGenerator<Row[]> {
    let left = limit;
    for (let beforeId: string | null = null; ; ) {
      if (signal?.aborted) {
        truncated = true;
        return;
      }
      const page = { limit: Math.min(batch, left) + 1, beforeId, afterId: null, direction: 'older' } as const;
      const { rows, end } = await find(page);
      const part = rows.slice(0, page.limit - 1);
      if (part.length > 0) yield part;
      left -= part.length;
      const hasMore = rows.length > part.length;
      beforeId = hasMore ? (part.at(-1)?.id ?? null) : (end?.id ?? null);
      if (!hasMore && end === null) return;
      if (left === 0) {
        truncated = true;
        return;
      }
    }
  }
  return { parts: parts(), truncated: () => truncated };
}

/** Returns the parts of an export as callers see them. */
export async function* mapParts<Row, Shown>(
  parts: AsyncGenerator<Row[]>,
  show: (rows: Row[]) => Shown[] | Promise<Shown[]>,
): AsyncGenerator<Shown[]> {
  for await (const rows of parts) yield show(rows);
}
