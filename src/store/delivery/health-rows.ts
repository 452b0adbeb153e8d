import { toJson } from '#src/store/db/columns.ts';
import type { Tx } from '#src/store/db/database.ts';

/** An endpoint's health, locked for the update that follows. */
export type HealthRow = {
  id: string;
  project_id: string;
  name: string;
  url: string;
  state: 'enabled' | 'disabled';
  failing_since: Date | null;
  paused_until: Date | null;
  recovered_at: Date | null;
  last_success_at: Date | null;
  last_failure_at: Date | null;
  asked_until: Date | null;
  /** Time when the endpoint was enabled or got another URL. Deliveries claimed before it do not change its health. */
  healthy_from: Date | null;
  has_problem: boolean;
  deleted: boolean;
};

export function lockHealth(tx: Tx, endpointIds: string[]): Promise<HealthRow[]> {
  return tx.run<HealthRow>(
    'lock_health',
    `select id, project_id, name, url, state, failing_since, paused_until, recovered_at, last_success_at, last_failure_at,
            asked_until, healthy_from, problem is not null as has_problem, deleted_at is not null as deleted from endpoint
     where id = any($1::uuid[]) order by id for update`,
    [endpointIds],
  );
}

/** What becomes of an endpoint's health. */
export type HealthUpdate = {
  failingSince: Date | null;
  pausedUntil: Date | null;
  askedUntil: Date | null;
  recoveredAt: Date | null;
  succeededAt: Date | null;
  failedAt: Date | null;
  failure: string | null;
  disable: string | null;
  /** New problem; undefined: it stays as it is. */
  problem: object | null | undefined;
};

export async function updateHealth(tx: Tx, id: string, health: HealthUpdate): Promise<void> {
  await tx.send(
    'update_health',
    `update endpoint set failing_since = $2, paused_until = $3, recovered_at = $4,
       next_slot_at = case when $4::timestamptz is distinct from recovered_at then $4 else next_slot_at end,
       last_success_at = coalesce($5, last_success_at), last_failure_at = coalesce($6, last_failure_at),
       last_failure_answer = case when $6::timestamptz is null then last_failure_answer else $8 end,
       state = case when $7::text is null then state else 'disabled' end, disabled_reason = coalesce($7, disabled_reason),
       disabled_at = case when $7::text is null then disabled_at else now() end,
       problem = case when $9::bool then $10::json else problem end, asked_until = $11
     where id = $1`,
    [
      id,
      health.failingSince,
      health.pausedUntil,
      health.recoveredAt,
      health.succeededAt,
      health.failedAt,
      health.disable,
      health.failure,
      health.problem !== undefined,
      toJson(health.problem),
      health.askedUntil,
    ],
  );
}
