import type { JobSummary } from '#src/contract/job/job.ts';
import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import { readLimits } from '#src/domain/limits.ts';
import type { Clock, Reads } from '#src/engine/deps.ts';
import { listJobs } from '#src/store/job/list-jobs.ts';
import { jobFilter } from './job-filter.ts';
import { jobSummary } from './job-list.ts';

const batch = 1_000;

/** An export under way: `truncated` is known when its jobs have ended. */
export type JobExport = { jobs: AsyncGenerator<JobSummary[]>; truncated: () => boolean };

/** `signal`: whoever reads has gone. */
type Options = { limit?: number; signal?: AbortSignal };

/**
 * All jobs that a filter finds, newest first, some at a time. Each part is a search of its own that goes on where the last one
 * ended: whoever reads slowly holds no transaction open. Where little is found there may be many searches before a part comes.
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
