import type { JobSummary } from '#src/contract/job/job.ts';
import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import { readLimits } from '#src/domain/limits.ts';
import type { Clock, Reads } from '#src/engine/deps.ts';
import { listJobs } from '#src/store/job/list-jobs.ts';
import { jobFilter } from './job-filter.ts';
import { jobSummary } from './job-list.ts';

const batch = 1_000;

/** A running export. `truncated` returns true if jobs were left out; it is known once `jobs` has ended. */
export type JobExport = { jobs: AsyncGenerator<JobSummary[]>; truncated: () => boolean };

/** Options of an export. `signal` is aborted when the reader has disconnected. */
type Options = { limit?: number; signal?: AbortSignal };

/**
 * Returns all jobs that a filter finds, newest first, in parts. Each part is a search of its own that continues where
 * the last one ended, so a slow reader holds no transaction open. If there are few matches, a part may need many
 * searches.
 */
export function exportJobs(
  deps: Reads & Clock,
  projectId: string,
  input: JobFilterInput,
  { limit = readLimits.exportedJobs, signal }: Options = {},
): JobExport {
  const filter = jobFilter(projectId, input);
  const asOf = new Date(deps.now());
  let truncated = false;
  async function* jobs(): AsyncGenerator<JobSummary[]> {
    let left = limit;
    for (let beforeId: string | null = null; ; ) {
      if (signal?.aborted) {
        truncated = true;
        return;
      }
      const page = { limit: Math.min(batch, left) + 1, beforeId, afterId: null, direction: 'older' } as const;
      const { rows, end } = await listJobs(deps.db, filter, page);
      const part = rows.slice(0, page.limit - 1);
      if (part.length > 0) yield part.map((row) => jobSummary(row, asOf));
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
  return { jobs: jobs(), truncated: () => truncated };
}
