import type { JobSummary } from '#src/contract/job/job.ts';
import { mergePage } from '#src/ui/data/live/merge-page.ts';

/** A row as it is shown: `left` when its job no longer matches the filter, so that what it says may be old. */
export type Row = { job: JobSummary; left: boolean };

/** What to show of a page of jobs that stays as it was loaded. */
export function mergeRows(
  loaded: readonly JobSummary[],
  fresh: readonly JobSummary[] | undefined,
): { rows: Row[]; cameBetween: number; leftCount: number } {
  const { kept, ...counts } = mergePage(loaded, fresh);
  return { rows: kept.map(({ item, left }) => ({ job: item, left })), ...counts };
}
