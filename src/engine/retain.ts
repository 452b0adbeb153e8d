import type { Retention } from '#src/contract/retention.ts';
import { uuidV7 } from '#src/domain/id.ts';
import { deleteOldAttempts, deleteOldDeliveries, deleteOldJobs, type Outlived } from '#src/store/project-retention.ts';
import { allProjectSettings } from '#src/store/project-settings.ts';
import { retainOnce } from '#src/store/retention.ts';
import type { EngineDeps } from './deps.ts';
import { retentionOf } from './retention-settings.ts';

const dayMs = 86_400_000;
const auditDays = 365;
const firstId = '00000000-0000-0000-0000-000000000000';
const forgetWalkMs = 6 * 3_600_000;

/** Deletes what has expired by itself (results, secrets, keys …), in small transactions, until nothing is left. */
export async function retain(deps: EngineDeps, stopped: () => boolean = () => false): Promise<number> {
  const oldestAuditId = idDaysAgo(deps.now(), auditDays);
  return untilNothingIsLeft(() => retainOnce(deps.db, { oldestAuditId }), stopped);
}

/** The lowest id of `days` ago: no row that is older has a higher one. */
export function idDaysAgo(nowMs: number, days: number): string {
  return uuidV7(nowMs - days * dayMs, new Uint8Array(16));
}

/**
 * Deletes what has outlived its project's retention. Clearing only the attempts of jobs that stay means walking past
 * those jobs: how far the walk came is kept in memory, and forgotten now and then, for jobs that had not ended yet.
 */
export function makeProjectRetention(
  deps: EngineDeps,
  defaults: Retention,
): (stopped?: () => boolean) => Promise<number> {
  const walked = new Map<string, { id: string; since: number }>();

  const clearAttempts = async (outlived: Outlived, stopped: () => boolean): Promise<number> => {
    const key = `${outlived.projectId} ${outlived.days}`;
    const known = walked.get(key);
    const place = known && deps.now() - known.since < forgetWalkMs ? known : { id: firstId, since: deps.now() };
    walked.set(key, place);
    let total = 0;
    while (!stopped()) {
      const { gone, last } = await deleteOldAttempts(deps.db, outlived, place.id);
      total += gone;
      if (last === null) return total;
      place.id = last;
    }
    return total;
  };

  return async (stopped = () => false) => {
    let total = 0;
    for (const row of await allProjectSettings(deps.db)) {
      const kept = retentionOf(row, defaults);
      const outlived = (days: number): Outlived => ({
        projectId: row.id,
        beforeId: idDaysAgo(deps.now(), days),
        days,
      });
      total += await untilNothingIsLeft(() => deleteOldJobs(deps.db, outlived(kept.jobsDays)), stopped);
      total += await untilNothingIsLeft(() => deleteOldDeliveries(deps.db, outlived(kept.deliveriesDays)), stopped);
      if (kept.attemptsDays < kept.jobsDays) total += await clearAttempts(outlived(kept.attemptsDays), stopped);
    }
    return total;
  };
}

async function untilNothingIsLeft(step: () => Promise<number>, stopped: () => boolean): Promise<number> {
  let total = 0;
  while (!stopped()) {
    const gone = await step();
    total += gone;
    if (gone === 0) break;
  }
  return total;
}
