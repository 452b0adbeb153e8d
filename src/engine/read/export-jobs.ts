import type { JobSummary } from '#src/contract/job/job.ts';
import type { JobFilterInput, ListInput } from '#src/contract/job/job-filter-input.ts';
import type { Clock, Reads } from '#src/engine/deps.ts';
import type { JobRow } from '#src/store/job/job-row.ts';
import { listJobs } from '#src/store/job/list-jobs.ts';
import { type ExportOptions, exportRows, mapParts } from './export-rows.ts';
import { jobFilter } from './job-filter.ts';
import { jobSummary } from './job-list.ts';
import { withMetadata } from './metadata-columns.ts';

/** A running export of jobs, see `Export`. */
export type JobExport = { jobs: AsyncGenerator<JobSummary[]>; truncated: () => boolean };

/** Returns all jobs that a filter finds, newest first, in parts, with the metadata that is asked for. Throws `invalid_input` for a bad id. */
export function exportJobs(
  deps: Reads & Clock,
  projectId: string,
  input: JobFilterInput,
  { metadataColumns, ...options }: ExportOptions & Pick<ListInput, 'metadataColumns'> = {},
): JobExport {
  const filter = jobFilter(projectId, input);
  const asOf = new Date(deps.now());
  const { parts, truncated } = exportRows((page) => listJobs(deps.db, filter, page), options);
  const show = (rows: JobRow[]) =>
    withMetadata(
      deps,
      rows.map((row) => jobSummary(row, asOf)),
      metadataColumns,
    );
  return { jobs: mapParts(parts, show), truncated };
}
