import type { JobSummary } from '#src/contract/job/job.ts';
import { mergePage } from '#src/ui/data/live/merge-page.ts';

/** A row of the list. `left` is true if its job no longer matches the filter; its data may then be old. */
export type Row = { job: JobSummary; left: boolean };

/** Returns the rows of a page of jobs that stays as it was loaded. */
export function mergeRows(
  loaded: readonly JobSummary[],
  fresh: readonly JobSummary[] | undefined,
): { rows: Row[]; cameBetween: number; leftCount: number } {
  const { kept, ...counts } = mergePage(loaded, fresh);
  return { rows: kept.map(({ item, left }) => ({ job: item, left })), ...counts };
}
