import type { DeliveryError } from '#src/domain/decide/decision.ts';
import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { Claim } from '#src/store/job/claim-jobs.ts';
import { toJson } from '#src/store/job/update-jobs.ts';

/** A delivery about to be stored, `claimed` when this worker sends it right after the commit. */
export type NewDelivery = {
  id: string;
  projectId: string;
  /** Null for an event that is not of a job; its bytes are then given. */
  jobId: string | null;
  /** Null for a job's own callback URL. */
  endpointId: string | null;
  eventId: string;
  type: string;
  url: string;
  /** Masked; none for an endpoint, which has its own. */
  headers: Record<string, string>;
  sealed: Uint8Array | null;
  payload: 'full' | 'thin';
  scheduleSeconds: number[] | null;
  /** Status patterns that end it; null: none. */
  giveUpOn: string[] | null;
  createdAt: Date;
  /** A job's last event: at most one for each receiver. */
  terminal: boolean;
  /**
   * Its endpoint is disabled, and whoever says so holds its row: kept, not sent. Left out where that is known from a cache
   * only: whether an event is skipped is then seen when it is to be sent, so that none is in the second after it was enabled.
   */
  skipped?: boolean;
  claim: Claim | null;
  /** The bytes themselves, where they could not be made again: of a state that passes, or with a result that is kept nowhere else. */
  body: Uint8Array | null;
};

/** A row of `delivery` with its sealed headers and, once stored, its bytes. */
export type DeliveryRow = {
  id: string;
  project_id: string;
  job_id: string | null;
  endpoint_id: string | null;
  event_id: string;
  type: string;
  /** Where it goes; to an endpoint, where that was at the last claim. */
  url: string;
  headers: Record<string, string>;
  payload: 'full' | 'thin';
  schedule: number[] | null;
  give_up_on: string[] | null;
  state: DeliveryState;
  attempt_count: number;
  interruption_count: number;
  /** Attempts made before it was resent: its schedule starts anew from there. */
  attempt_base: number;
  claim_id: string | null;
  claimed_by: string | null;
  claimed_at: Date | null;
  created_at: Date;
  sealed: Buffer | null;
  /** The endpoint's own, read when it is sent; null for a job's URL. */
  endpoint_headers: Record<string, string | null> | null;
  endpoint_sealed: Buffer | null;
  body: Buffer | null;
};

export type DeliveryUpdate = {
  id: string;
  state: 'delivered' | 'failed' | 'retrying' | 'cancelled';
  interruptionCount: number;
  status: number | null;
  error: DeliveryError | null;
  delayMs: number | null;
  admitted: boolean;
};

export async function insertDeliveries(tx: Tx, deliveries: NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const column = <T>(pick: (delivery: NewDelivery) => T): T[] => deliveries.map(pick);
  await tx.run(
    'insert_deliveries',
    `insert into delivery (id, project_id, job_id, endpoint_id, event_id, type, terminal, receiver, url, headers, payload, schedule,
                           give_up_on, created_at, state, attempt_count, claim_id, claimed_by, claimed_at, next_attempt_at, admitted_at, ended_at)
     select id, project_id, job_id, endpoint_id, event_id, type, terminal, coalesce(endpoint_id::text, 'url'), url, headers::json,
            payload, schedule::json, give_up_on::json, created_at,
            case when skipped then 'skipped' when claim_id is null then 'pending' else 'in_progress' end,
            case when claim_id is null then 0 else 1 end,
            claim_id, claimed_by, case when claim_id is null then null else now() end,
            case when claim_id is null and not skipped then now() end, case when claim_id is null and not skipped then now() end,
            case when skipped then now() end
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                 $10::timestamptz[], $11::uuid[], $12::uuid[], $13::uuid[], $14::bool[], $15::bool[], $16::text[])
       as t(id, project_id, job_id, event_id, type, url, headers, payload, schedule, created_at, claim_id, claimed_by, endpoint_id,
            terminal, skipped, give_up_on)`,
    [
      column((d) => d.id),
      column((d) => d.projectId),
      column((d) => d.jobId),
      column((d) => d.eventId),
      column((d) => d.type),
      column((d) => d.url),
      column((d) => JSON.stringify(d.headers)),
      column((d) => d.payload),
      column((d) => toJson(d.scheduleSeconds)),
      column((d) => d.createdAt),
      column((d) => d.claim?.claimId ?? null),
      column((d) => d.claim?.workerId ?? null),
      column((d) => d.endpointId),
      column((d) => d.terminal),
      column((d) => d.skipped ?? false),
      column((d) => toJson(d.giveUpOn)),
    ],
  );
  const sealed = deliveries.filter((delivery) => delivery.sealed !== null);
  if (sealed.length > 0) {
    await tx.run(
      'insert_delivery_secrets',
      'insert into delivery_secret (delivery_id, sealed) select * from unnest($1::uuid[], $2::bytea[])',
      [sealed.map((d) => d.id), sealed.map((d) => d.sealed)],
    );
  }
  await insertPayloads(
    tx,
    deliveries.flatMap((d) => (d.body === null ? [] : [{ id: d.id, body: d.body }])),
  );
}

const parameterBytes = 8 * 1024 ** 2;

/** Keeps the exact bytes for the tries to come; those already kept stay. */
export async function insertPayloads(tx: Tx, payloads: { id: string; body: Uint8Array }[]): Promise<void> {
  for (let from = 0, to = 0; from < payloads.length; from = to) {
    // Bytes travel as text: one parameter must not grow without bound.
    for (let bytes = 0; to < payloads.length && bytes < parameterBytes; to++) bytes += payloads[to]?.body.length ?? 0;
    const part = payloads.slice(from, to);
    await tx.run(
      'insert_payloads',
      `insert into delivery_payload (delivery_id, body) select * from unnest($1::uuid[], $2::bytea[])
       on conflict (delivery_id) do nothing`,
      [part.map((p) => p.id), part.map((p) => p.body)],
    );
  }
}

/** Those of the deliveries whose bytes are stored nowhere and would be made of their job's result. */
export function findUnkept(
  tx: Tx,
  ids: string[],
): Promise<{ id: string; job_id: string; type: string; payload: 'full' | 'thin' }[]> {
  return tx.run(
    'find_unkept',
    `select d.id, d.job_id, d.type, d.payload from delivery d
     where d.id = any($1::uuid[]) and d.terminal and d.job_id is not null and d.payload = 'full'
       and not exists (select 1 from delivery_payload p where p.delivery_id = d.id)
     order by d.id`,
    [ids],
  );
}

export const deliveryColumns = `d.id, d.project_id, d.job_id, d.endpoint_id, d.event_id, d.type, d.url, d.headers, d.payload, d.schedule,
  d.give_up_on, d.state,
  d.attempt_count, d.interruption_count, d.attempt_base, d.claim_id, d.claimed_by, d.claimed_at, d.created_at`;

/** Claims those of the given deliveries that wait and are due. */
export function claimDeliveries(tx: Tx, ids: string[], claim: Claim): Promise<DeliveryRow[]> {
  return tx.run<DeliveryRow>(
    'claim_deliveries',
    `with due as (
       select id, endpoint_id from delivery
       where id = any($1::uuid[]) and state in ('pending', 'retrying') and next_attempt_at <= now() + interval '5 ms'
       order by id for update
     ), d as (
       update delivery set state = 'in_progress', claim_id = $2, claimed_by = $3, claimed_at = now(),
         attempt_count = attempt_count + 1, next_attempt_at = null, admitted_at = null, granted = false,
         url = coalesce(e.url, delivery.url)
       from due left join endpoint e on e.id = due.endpoint_id where delivery.id = due.id
       returning delivery.*
     )
     select ${deliveryColumns}, s.sealed, p.body, e.headers as endpoint_headers, e.sealed as endpoint_sealed
     from d left join endpoint e on e.id = d.endpoint_id
     left join delivery_secret s on s.delivery_id = d.id
     left join delivery_payload p on p.delivery_id = d.id`,
    [ids, claim.claimId, claim.workerId],
  );
}

export async function lockClaimedDeliveries(tx: Tx, claims: { id: string; claimId: string }[]): Promise<Set<string>> {
  const rows = await tx.run<{ id: string }>(
    'lock_deliveries',
    `select id from delivery where (id, claim_id) in (select * from unnest($1::uuid[], $2::uuid[])) order by id for update`,
    [claims.map((claim) => claim.id), claims.map((claim) => claim.claimId)],
  );
  return new Set(rows.map((row) => row.id));
}

export async function updateDeliveries(tx: Tx, updates: DeliveryUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  const column = <T>(pick: (update: DeliveryUpdate) => T): T[] => updates.map(pick);
  await tx.run(
    'update_deliveries',
    `update delivery set state = t.state, interruption_count = t.interruption_count, status = t.status, error = t.error::json,
       ended_at = case when t.delay_ms is null then now() end,
       next_attempt_at = now() + t.delay_ms * interval '1 ms', admitted_at = case when t.admitted then now() end,
       claim_id = null, claimed_by = null, claimed_at = null
     from unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::bigint[], $7::bool[])
       as t(id, state, interruption_count, status, error, delay_ms, admitted)
     where delivery.id = t.id`,
    [
      column((u) => u.id),
      column((u) => u.state),
      column((u) => u.interruptionCount),
      column((u) => u.status),
      column((u) => toJson(u.error)),
      column((u) => (u.delayMs === null ? null : Math.ceil(u.delayMs))),
      column((u) => u.admitted),
    ],
  );
}

/** An ended delivery needs no secrets, and its bytes only to be sent again; given are those that may have any. */
export async function eraseDeliveries(tx: Tx, ended: { id: string; keepBytes: boolean }[]): Promise<void> {
  if (ended.length === 0) return;
  const ids = ended.map(({ id }) => id);
  await tx.run('erase_delivery_secrets', 'delete from delivery_secret where delivery_id = any($1::uuid[])', [ids]);
  const bytes = ended.filter(({ keepBytes }) => !keepBytes).map(({ id }) => id);
  await tx.run('erase_payloads', 'delete from delivery_payload where delivery_id = any($1::uuid[])', [bytes]);
}
