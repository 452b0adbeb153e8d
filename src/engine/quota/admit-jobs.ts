import type { Refusal } from '#src/contract/shape/error-code.ts';
import { fullQuotas, oneJobMore, type QuotaUse } from '#src/domain/quota/quota.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { NewJob } from '#src/store/job/insert-jobs.ts';
import { countOpenJobs } from '#src/store/quota/count-open-jobs.ts';
import { lockQuotaUse, type QuotaUseRow } from '#src/store/quota/lock-quota-use.ts';
import { openQuotaUse } from '#src/store/quota/open-quota-use.ts';
import { writeQuotaUse } from '#src/store/quota/write-quota-use.ts';
import { nextOpenCountMs, quotaRefusal } from './quota-refusal.ts';
import { quotasOf } from './quota-windows.ts';

/** Projects with a quota that jobs are stored in, by id. The transaction holds their rows. */
export type HeldQuotas = ReadonlyMap<string, QuotaUseRow>;

/** What a quota asks of a job. */
type CountedJob = Pick<NewJob, 'id' | 'projectId' | 'run'> & { body: { byteLength: number } | null };

/**
 * Holds the quotas of those of the projects that have one. Nobody else stores jobs of these projects until the end of the
 * transaction, so what is counted in it is exact.
 */
export async function holdQuotas(tx: Tx, projectIds: readonly string[]): Promise<HeldQuotas> {
  if (projectIds.length === 0) return new Map();
  const held = new Map((await lockQuotaUse(tx, projectIds)).map((row) => [row.projectId, row]));
  const missing = projectIds.filter((id) => !held.has(id));
  if (missing.length > 0) {
    // Another transaction may have made the rows meanwhile, so they are asked for even if none was made here.
    await openQuotaUse(tx, missing);
    for (const row of await lockQuotaUse(tx, missing)) held.set(row.projectId, row);
  }
  return held;
}

/**
 * Returns true if all of the jobs fit into their projects' quotas, whichever of them are new. Counts the open jobs of a
 * project again if there may be room.
 */
export async function allFit(tx: Tx, held: HeldQuotas, jobs: readonly CountedJob[]): Promise<boolean> {
  const counts = new Map<string, number>();
  for (const { projectId } of jobs) counts.set(projectId, (counts.get(projectId) ?? 0) + 1);
  for (const [projectId, row] of held) await countAgain(tx, row, counts.get(projectId) ?? 0);
  return refusedJobs(held, jobs).size === 0;
}

/**
 * What ends makes room, but nobody counts it down: that would make the ends of jobs wait for each other. So jobs are
 * counted when they seem to be too many.
 */
async function countAgain(tx: Tx, row: QuotaUseRow, more: number): Promise<void> {
  const limit = row.openJobsLimit;
  if (limit === null || row.openJobs + more <= limit || row.nowAt.getTime() < nextOpenCountMs(row)) return;
  row.openJobs = await countOpenJobs(tx, row.projectId, limit);
  row.openCountedAt = row.nowAt;
}

/**
 * Returns the refusals of new jobs that do not fit, by their ids; the first ones fit first. What a run under way asks for
 * is counted and never refused: the run was accepted.
 */
export function refusedJobs(held: HeldQuotas, jobs: readonly CountedJob[]): Map<string, Refusal> {
  const uses = new Map([...held].map(([id, row]) => [id, useOf(row)]));
  const refused = new Map<string, Refusal>();
  for (const job of jobs) {
    const row = held.get(job.projectId);
    const use = uses.get(job.projectId);
    if (row === undefined || use === undefined) continue;
    const bodyBytes = job.body?.byteLength ?? 0;
    const full = job.run?.step ? [] : fullQuotas(quotasOf(row), use, bodyBytes);
    if (full.length > 0) refused.set(job.id, quotaRefusal(row, { full, use, bodyBytes }));
    else uses.set(job.projectId, oneJobMore(use, bodyBytes));
  }
  return refused;
}

/** Counts jobs that were stored, in the transaction that holds the quotas. */
export async function countStored(tx: Tx, held: HeldQuotas, jobs: readonly CountedJob[]): Promise<void> {
  if (held.size === 0) return;
  for (const { projectId, body } of jobs) {
    const row = held.get(projectId);
    if (row === undefined) continue;
    const bytes = body?.byteLength ?? 0;
    row.openJobs += 1;
    row.hourJobs += 1;
    row.dayJobs += 1;
    row.storedBytes += bytes;
    row.addedBytes += bytes;
  }
  await writeQuotaUse(tx, [...held.values()]);
}

function useOf(row: QuotaUseRow): QuotaUse {
  return {
    openJobs: row.openJobs,
    jobsPerHour: row.hourJobs,
    jobsPerDay: row.dayJobs,
    storedBytes: row.storedBytes,
  };
}
