import { readLimits } from '#src/domain/limits.ts';
import { deliveryWaits, waitsSince } from '#src/store/db/conditions.ts';
import type { Db } from '#src/store/db/database.ts';
import { lateAfter } from './troubled-endpoints.ts';

/** What waits for the URLs of one origin that jobs brought along for their callbacks. */
export type WaitingOriginRow = {
  origin: string;
  waiting: number;
  /** True if not all that waits was looked at. */
  capped: boolean;
  oldest_at: Date;
  oldest_attempts: number;
  next_try_at: Date | null;
  /** Last answer of the oldest: a status, or the code of an error. */
  answer: string | null;
};

/** Groups by origin the oldest deliveries that wait for URLs of jobs. Only origins that are late are returned. */
export function findWaitingOrigins(db: Db, projectId: string, limit: number): Promise<WaitingOriginRow[]> {
  return db.run<WaitingOriginRow>(
    'find_waiting_origins',
    `select substring(url from '^[^:]+://[^/?#]+') as origin, count(*)::int as waiting, bool_or(total > ${readLimits.countedRows}) as capped,
            min(since) as oldest_at, (array_agg(attempt_count order by since))[1] as oldest_attempts,
            min(next_attempt_at) as next_try_at,
            (array_agg(coalesce(status::text, error->>'code') order by since))[1] as answer
     from (select found.*, count(*) over () as total from (
       select url, ${waitsSince()} as since, next_attempt_at, attempt_count, status, error from delivery
       where project_id = $1 and endpoint_id is null and ${deliveryWaits()}
       order by created_at limit ${readLimits.countedRows + 1}) as found) as counted
     group by origin having min(since) < now() - ${lateAfter}
     order by waiting desc, oldest_at limit $2`,
    [projectId, limit],
  );
}
