import type { JobSummary } from '#src/contract/job.ts';

/** A row as it is shown: `left` when its job no longer matches the filter, so that what it says may be old. */
export type Row = { job: JobSummary; left: boolean };

/**
 * What to show of a page that was loaded once and is asked for again every other second. Its rows stay where they are:
 * they change in place, and what would come between them is only counted.
 */
export function mergeRows(
  loaded: readonly JobSummary[],
  fresh: readonly JobSummary[] | undefined,
): { rows: Row[]; cameBetween: number; leftCount: number } {
  const shown = new Set(loaded.map(({ id }) => id));
  const current = new Map((fresh ?? []).map((job) => [job.id, job]));
  const rows = loaded.map((job) => ({
    job: current.get(job.id) ?? job,
    left: fresh !== undefined && !current.has(job.id),
  }));
  const oldest = loaded.at(-1);
  // What follows the page's last row belongs to the next page, and came up only because others left.
  const between = (fresh ?? []).filter(
    ({ id, createdAt }) => !shown.has(id) && oldest !== undefined && createdAt > oldest.createdAt,
  );
  return { rows, cameBetween: between.length, leftCount: rows.filter(({ left }) => left).length };
}
