import type { Retention } from '#src/contract/project/retention.ts';
import { formatId } from '#src/domain/text/id.ts';
import { uuidV7 } from '#src/domain/text/uuid.ts';
import type { Clock, Logs, Reads } from '#src/engine/deps.ts';
import { type Reached, retainOnce, smallBatch } from '#src/store/retention/expired-rows.ts';
import {
  deleteOldAttempts,
  deleteOldDeliveries,
  deleteOldJobs,
  deleteOldRuns,
  type Outlived,
} from '#src/store/retention/project-retention.ts';
import { allProjectSettings, type ProjectSettingsRow } from '#src/store/retention/project-settings.ts';
import { retentionOf } from './retention-settings.ts';

const dayMs = 86_400_000;
const auditDays = 365;
const firstId = '00000000-0000-0000-0000-000000000000';
const forgetWalkMs = 3_600_000;
/** A run that finds more and more ends after this time. The next one also sees what this one had to leave. */
const longestRunMs = 60_000;

/**
 * Deletes rows with an expiry time of their own (results, secrets, keys …) in small transactions, until it finds few, a
 * minute is over, or `stopped` returns true. Returns the number of deleted rows.
 */
export async function retain(deps: Reads & Clock, stopped: () => boolean = () => false): Promise<number> {
  const oldestAuditId = idDaysAgo(deps.now(), auditDays);
  const reached: Reached = new Map();
  let total = 0;
  const endMs = performance.now() + longestRunMs;
  while (!stopped() && performance.now() < endMs) {
    const gone = await retainOnce(deps.db, { oldestAuditId, reached });
    total += gone;
    // No batch was full. What has expired meanwhile, and what had to be left, is for the next run, which begins anew.
    if (gone < smallBatch) break;
  }
  return total;
}

/** Returns the lowest id of the time `days` ago. All older rows have lower ids. */
export function idDaysAgo(nowMs: number, days: number): string {
  return uuidV7(nowMs - days * dayMs, new Uint8Array(16));
}

/**
 * Makes the function that deletes rows past their project's retention and returns their number. It must walk past jobs
 * that stay, so the position of each walk is kept in memory. The position is dropped after an hour, because jobs that a
 * walk has passed may have ended since, or may no longer be held back. An error in one project does not stop the
 * others.
 */
export function makeProjectRetention(
  deps: Reads & Clock & Logs,
  defaults: Retention,
): (stopped?: () => boolean) => Promise<number> {
  const walked = new Map<string, { id: string; since: number }>();

  const walk = async (what: string, outlived: Outlived, act: typeof deleteOldJobs, stopped: () => boolean) => {
    const key = `${what} ${outlived.projectId} ${outlived.days}`;
    const known = walked.get(key);
    const place = known && deps.now() - known.since < forgetWalkMs ? known : { id: firstId, since: deps.now() };
    walked.set(key, place);
    let total = 0;
    while (!stopped()) {
      const { gone, last } = await act(deps.db, outlived, place.id);
      total += gone;
      if (last === null) break;
      place.id = last;
    }
    return total;
  };

  /** Goes on after what was deleted, since each batch would walk past all of it. The next clearing begins anew. */
  const deleteAll = async (outlived: Outlived, act: typeof deleteOldRuns, stopped: () => boolean) => {
    let total = 0;
    for (let afterId: string | null = firstId; afterId !== null && !stopped(); ) {
      const { gone, last } = await act(deps.db, outlived, afterId);
      total += gone;
      afterId = last;
    }
    return total;
  };

  const clear = async (row: ProjectSettingsRow, stopped: () => boolean): Promise<number> => {
    const kept = retentionOf(row, defaults);
    const outlived = (days: number): Outlived => ({ projectId: row.id, beforeId: idDaysAgo(deps.now(), days), days });
    let total = await walk('jobs', outlived(kept.jobsDays), deleteOldJobs, stopped);
    total += await deleteAll(outlived(kept.jobsDays), deleteOldRuns, stopped);
    total += await deleteAll(outlived(kept.deliveriesDays), deleteOldDeliveries, stopped);
    if (kept.attemptsDays < kept.jobsDays)
      total += await walk('attempts', outlived(kept.attemptsDays), deleteOldAttempts, stopped);
    return total;
  };

  return async (stopped = () => false) => {
    let total = 0;
    for (const row of await allProjectSettings(deps.db)) {
      try {
        total += await clear(row, stopped);
      } catch (err) {
        deps.log.warn({ err, projectId: formatId('prj', row.id) }, 'retention of a project failed');
      }
    }
    return total;
  };
}
