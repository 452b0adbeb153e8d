import { deliveryLimits } from '#src/domain/limits.ts';
import type { Reads } from '#src/engine/deps.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { loadJobsForEvents } from '#src/store/job/read-jobs.ts';

/** Loads the job that a delivery reports. Returns undefined if it was deleted. */
export type JobLoader = (id: string) => Promise<FullJobRow | undefined>;

/** Makes a job loader. It loads the jobs of deliveries that were claimed together with one query. */
export function makeJobLoader(deps: Reads): JobLoader {
  let next: { ids: string[]; rows: Promise<Map<string, FullJobRow>> } | undefined;
  const gather = (ids: string[]) =>
    new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      next = undefined;
      return new Map(
        (await loadJobsForEvents(deps.db, ids, deliveryLimits.linkedBodyBytes)).map((row) => [row.id, row]),
      );
    });
  return async (id) => {
    if (!next) {
      const ids: string[] = [];
      next = { ids, rows: gather(ids) };
    }
    next.ids.push(id);
    return (await next.rows).get(id);
  };
}
