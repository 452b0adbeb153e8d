import type { JobSummary } from '#src/contract/job/job.ts';
import type { JobFilterInput } from '#src/contract/job/job-filter-input.ts';
import type { Clock, Reads } from '#src/engine/deps.ts';
import { listJobs } from '#src/store/job/list-jobs.ts';
import { type ExportOptions, exportRows, mapParts } from './export-rows.ts';
import { jobFilter } from './job-filter.ts';
import { jobSummary } from './job-list.ts';

/** A running export of jobs, see `Export`. */
export type JobExport = { jobs: AsyncGenerator<JobSummary[]>; truncated: () => boolean };

/** Returns all jobs that a filter finds, newest first, in parts. Throws `invalid_input` for a bad id. */
export function exportJobs(
  deps: Reads & Clock,
  projectId: string,
  input: JobFilterInput,
  options: ExportOptions = {},
): JobExport {
  const filter = jobFilter(projectId, input);
  const asOf = new Date(deps.now());
  const { parts, truncated } = exportRows((page) => listJobs(deps.db, filter, page), options);
  return { jobs: mapParts(parts, (rows) => rows.map((row) => jobSummary(row, asOf))), truncated };
}
