import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import type { Tx } from '#src/store/db/database.ts';

/**
 * Deliveries that an operation resends: those of an endpoint in these states that ended between `since` and `until`, in
 * the order of their ids, after `afterId`.
 */
export type ResendFilter = {
  endpointId: string;
  states: DeliveryState[];
  since: Date;
  until: Date;
  afterId: string | null;
};

/** A delivery to send again, with the facts that decide whether it can be sent. */
export type ResendRow = {
  id: string;
  project_id: string;
  state: DeliveryState;
  /** True if it had ended and is locked. */
  held: boolean;
  job_id: string | null;
  type: string;
  endpoint_id: string | null;
  endpoint_deleted: boolean;
  /** Null without an endpoint, or if its row is gone. */
  endpoint_state: 'enabled' | 'disabled' | null;
  url: string;
  headers: Record<string, string> | null;
  payload: 'full' | 'thin';
  /** True if its exact bytes are stored. */
  has_bytes: boolean;
  /** True if the job's sealed callback secrets are still stored. */
  has_secrets: boolean;
};

const matching = `endpoint_id = $1 and state in ('failed', 'skipped') and state = any($2::text[]) and ended_at >= $3
  and ended_at <= $4 and id > coalesce($5::uuid, '00000000-0000-0000-0000-000000000000')`;

const parameters = (filter: ResendFilter) => [
  filter.endpointId,
  filter.states,
  filter.since,
  filter.until,
  filter.afterId,
];

/** Counts the deliveries of an operation, up to `most`. Null: all of them. */
export async function countResendable(tx: Tx, filter: ResendFilter, most: number | null = null): Promise<number> {
  const rows = await tx.run<{ count: number }>(
    'count_resendable',
    `select count(*)::int as count from (select 1 from delivery where ${matching} limit $6) as found`,
    [...parameters(filter), most],
  );
  return rows[0]?.count ?? 0;
}

/** Returns the next deliveries of an operation, not locked. */
export function nextResendable(
  tx: Tx,
  filter: ResendFilter,
  limit: number,
): Promise<{ id: string; job_id: string | null }[]> {
  return tx.run('next_resendable', `select id, job_id from delivery where ${matching} order by id limit $6`, [
    ...parameters(filter),
    limit,
  ]);
}

/**
 * Locks the given jobs and their results against deletion, and returns the existing jobs. `complete` is true if a full
 * event can still be made. The locks hold until the caller's transaction ends, because retention skips locked rows.
 * After that, retention keeps a job while one of its deliveries is open.
 */
export async function holdJobs(tx: Tx, jobIds: string[]): Promise<Map<string, { complete: boolean }>> {
  if (jobIds.length === 0) return new Map();
  const jobs = await tx.run<{ id: string; had_result: boolean }>(
    'hold_jobs',
    `select id, result_expires_at is not null as had_result from job where id = any($1::uuid[]) order by id for key share`,
    [jobIds],
  );
  const kept = await tx.run<{ job_id: string }>(
    'hold_results',
    `select job_id from result where job_id = any($1::uuid[]) and expires_at > now() order by job_id for key share`,
    [jobIds],
  );
  const results = new Set(kept.map((row) => row.job_id));
  return new Map(jobs.map((job) => [job.id, { complete: !job.had_result || results.has(job.id) }]));
}

/**
 * Locks the endpoints of deliveries against a change of their states, in the order of their ids. The gate locks endpoints
 * before deliveries too, so call this before `lockForResend`.
 */
export async function holdEndpointsOf(tx: Tx, deliveryIds: string[]): Promise<void> {
  await tx.run(
    'hold_endpoints_of',
    `select id from endpoint where id in (select endpoint_id from delivery where id = any($1::uuid[]))
     order by id for share`,
    [deliveryIds],
  );
}

/**
 * Locks those deliveries that have ended, in id order, and reads all. One under way is not locked: whoever settles it
 * locks it before its endpoint. Jobs must be locked before deliveries, so call `holdJobs` first.
 */
export async function lockForResend(tx: Tx, ids: string[]): Promise<ResendRow[]> {
  const held = await tx.run<{ id: string }>(
    'lock_for_resend',
    `select id from delivery where id = any($1::uuid[]) and state in ('delivered', 'failed', 'skipped', 'cancelled')
     order by id for update`,
    [ids],
  );
  return tx.run<ResendRow>(
    'read_for_resend',
    `select d.id, d.project_id, d.state, d.id = any($2::uuid[]) as held, d.job_id, d.type, d.endpoint_id, d.url, d.headers,
            d.payload, d.endpoint_id is not null and (e.id is null or e.deleted_at is not null) as endpoint_deleted,
            e.state as endpoint_state,
            exists (select 1 from delivery_payload p where p.delivery_id = d.id) as has_bytes,
            exists (select 1 from job_secret s where s.job_id = d.job_id and s.callback_sealed is not null
                    and (s.erase_at is null or s.erase_at > now())) as has_secrets
     from delivery d left join endpoint e on e.id = d.endpoint_id
     where d.id = any($1::uuid[]) order by d.id`,
    [ids, held.map(({ id }) => id)],
  );
}

/** Returns the jobs of the project's deliveries. */
export function findDeliveryJobs(
  tx: Tx,
  projectId: string,
  ids: string[],
): Promise<{ id: string; job_id: string | null }[]> {
  return tx.run(
    'find_delivery_jobs',
    'select id, job_id from delivery where project_id = $1 and id = any($2::uuid[])',
    [projectId, ids],
  );
}

/** Makes ended deliveries due now and starts their schedules anew. The caller makes their messages. */
export async function reopenDeliveries(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  // A callback's secret headers were erased when the delivery ended. The job may still have them.
  await tx.run(
    'reopen_secrets',
    `insert into delivery_secret (delivery_id, sealed)
     select d.id, s.callback_sealed from delivery d join job_secret s on s.job_id = d.job_id
     where d.id = any($1::uuid[]) and d.endpoint_id is null and s.callback_sealed is not null
       and (s.erase_at is null or s.erase_at > now())
     order by d.id on conflict (delivery_id) do nothing`,
    [ids],
  );
  await tx.run(
    'reopen_deliveries',
    `update delivery set state = 'pending', attempt_base = attempt_count - interruption_count, next_attempt_at = now(),
       admitted_at = now(), granted = false, ended_at = null, status = null, error = null, resent_at = now()
     where id = any($1::uuid[])`,
    [ids],
  );
}
