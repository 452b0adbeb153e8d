import { deliveryWaits, waitsSince } from '#src/store/db/conditions.ts';
import type { Db } from '#src/store/db/database.ts';
import { isTroubled } from './backlog.ts';

/** An endpoint that is disabled, that has only failed since its last success, or that is late. */
export type TroubledEndpointRow = {
  id: string;
  name: string;
  state: 'enabled' | 'disabled';
  failing_since: Date | null;
  disabled_reason: string | null;
  disabled_at: Date | null;
  last_failure_answer: string | null;
  /** Time until which its deliveries are held back; null: they are not held back. */
  paused_until: Date | null;
};

/** Number of deliveries up to which endpoints are compared by what waits for them. */
const compared = 1_000;
/** Wait from which an endpoint that does not fail is late. */
export const lateAfter = `interval '30 seconds'`;

/** Returns the endpoints of a project that are in trouble, those first for which the most waits, for the longest. */
export function findTroubledEndpoints(db: Db, projectId: string, limit: number): Promise<TroubledEndpointRow[]> {
  return db.run<TroubledEndpointRow>(
    'find_troubled_endpoints',
    `select e.id, e.name, e.state, e.failing_since, e.disabled_reason, e.disabled_at, e.last_failure_answer,
            case when e.paused_until > now() then e.paused_until end as paused_until
     from endpoint e cross join lateral (
       select count(*) as waiting, min(since) as oldest_at from (
         select ${waitsSince('d.')} as since from delivery d
         where d.project_id = $1 and d.endpoint_id = e.id and ${deliveryWaits('d.')}
         order by d.created_at limit ${compared}) as found) as open
     where e.project_id = $1 and deleted_at is null and (${isTroubled} or open.oldest_at < now() - ${lateAfter})
     order by open.waiting desc, open.oldest_at, e.state = 'disabled' desc, e.failing_since, e.id limit $2`,
    [projectId, limit],
  );
}
