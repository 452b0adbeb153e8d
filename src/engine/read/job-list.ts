import type { JobPage, JobSummary } from '#src/contract/job/job.ts';
import type { JobCounts, JobFilterInput, ListInput } from '#src/contract/job/job-filter-input.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import { type JobState, jobStates } from '#src/domain/decide/job-state.ts';
import { readRecent } from '#src/domain/decide/recent-outcomes.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Clock, Reads } from '#src/engine/deps.ts';
import { iso, jobErrors } from '#src/engine/show/to-job.ts';
import type { JobRow } from '#src/store/job/job-row.ts';
import { countJobs, listJobs } from '#src/store/job/list-jobs.ts';
import { totalOf } from '#src/store/search/search.ts';
import type { PageWanted } from '#src/store/search/stretch.ts';
import { jobFilter } from './job-filter.ts';
import { withMetadata } from './metadata-columns.ts';
import { searchPage } from './search-page.ts';

const newerCountedTo = 100;
/** Rows read to count newer jobs. The number is low because every open dashboard asks every two seconds. */
const newerLooks = 2_000;

/** Returns a page of the project's jobs, newest first. Throws `invalid_input` for a bad id or cursor. */
export async function jobPage(deps: Reads & Clock, projectId: string, input: ListInput): Promise<JobPage> {
  const filter = jobFilter(projectId, input);
  const { rows, cursors } = await searchPage('job', input, (wanted) => listJobs(deps.db, filter, wanted));
  const asOf = new Date(deps.now());
  const jobs = rows.map((row) => jobSummary(row, asOf));
  return { jobs: await withMetadata(deps, jobs, input.metadataColumns), ...cursors };
}

/**
 * Returns the number of jobs that a filter finds, by state. The numbers are exact if an index leads to few jobs;
 * otherwise they are lower bounds, marked as capped.
 */
export async function jobCounts(
  deps: Reads,
  projectId: string,
  input: Omit<JobFilterInput, 'state'>,
): Promise<JobCounts> {
  const { counts, all } = await countJobs(deps.db, jobFilter(projectId, input), readLimits.countedRows);
  const capped = (count: number): CappedCount => ({
    count: Math.min(count, readLimits.countedRows),
    capped: !all || count > readLimits.countedRows,
  });
  const byState = jobStates.map((state): [JobState, CappedCount] => [state, capped(counts.get(state) ?? 0)]);
  return { counts: Object.fromEntries(byState) as JobCounts['counts'], all: capped(totalOf(counts)) };
}

/**
 * Returns the number of matching jobs that are newer than a given job, at most 100. Throws `invalid_input` for a bad
 * id.
 */
export async function newerCount(
  deps: Reads,
  projectId: string,
  { filter, than }: { filter: JobFilterInput; than: string },
): Promise<CappedCount> {
  const afterId = parseId('job', than);
  if (afterId === null) throw new Refusal('invalid_input', 'than must be the id of a job', 'than');
  const wanted: PageWanted = { limit: newerCountedTo + 1, beforeId: null, afterId, direction: 'newer' };
  const options = { columns: 't.id, t.created_at', most: newerLooks };
  const { rows, end } = await listJobs(deps.db, jobFilter(projectId, filter), wanted, options);
  return { count: Math.min(rows.length, newerCountedTo), capped: end !== null || rows.length > newerCountedTo };
}

/** Returns a job as a list shows it. `asOf` is the time at which its result is looked at. */
export function jobSummary(row: JobRow, asOf: Date): JobSummary {
  const expired = row.result_expires_at !== null && row.result_expires_at <= asOf;
  return {
    id: formatId('job', row.id),
    state: row.state,
    waitReason: row.wait_reason,
    method: row.method,
    url: row.url,
    labels: row.labels,
    attempts: row.attempt_count,
    maxAttempts: row.max_attempts,
    createdAt: row.created_at.toISOString(),
    startedAt: iso(row.started_at),
    endedAt: iso(row.ended_at),
    nextAttemptAt: iso(row.next_attempt_at),
    ...jobErrors(row),
    rerunOf: row.rerun_of === null ? null : formatId('job', row.rerun_of),
    status: row.status,
    resultExpiresAt: expired ? null : iso(row.result_expires_at),
    resultExpiredAt: expired ? iso(row.result_expires_at) : null,
    recentAttempts: readRecent(row.recent),
  };
}
