import type { DeliveryError } from '#src/domain/decide/decision.ts';
import type { Clocks } from '#src/domain/endpoint/release.ts';
import type { Db, Tx } from '#src/store/db/database.ts';
import { toJson } from '#src/store/job/update-jobs.ts';

type Runner = Pick<Db, 'run'> | Pick<Tx, 'run'>;

/** An endpoint as routing and sending need it. */
export type ReceiverRow = {
  id: string;
  project_id: string;
  name: string;
  url: string;
  events: string[];
  labels: string[];
  project_wide: boolean;
  payload: 'full' | 'thin';
  schedule: number[] | null;
  give_up_on: string[] | null;
  state: 'enabled' | 'disabled';
};

/** The endpoints of a project, disabled ones included: their events are kept. */
export function findReceivers(db: Runner, projectId: string): Promise<ReceiverRow[]> {
  return db.run<ReceiverRow>(
    'find_receivers',
    `select id, project_id, name, url, events, labels, project_wide, payload, schedule, give_up_on, state from endpoint
     where project_id = $1 and deleted_at is null order by id`,
    [projectId],
  );
}

/** What the gate knows of an endpoint, locked; times in epoch milliseconds by the database's clock. */
export type GateRow = {
  id: string;
  state: 'enabled' | 'disabled';
  deleted: boolean;
  rate: number | null;
  concurrency: number | null;
  under_way: number;
  paused_until_ms: number | null;
  recovered_at_ms: number | null;
  next_slot_at_ms: number | null;
  last_go_at_ms: number | null;
  now_ms: number;
};

/** `again`: it had ended, and somebody asked for it to be sent once more. `bytes`: of what is stored to be sent. */
export type GatedRow = {
  id: string;
  endpoint_id: string;
  granted: boolean;
  yields: boolean;
  again: boolean;
  bytes: number;
  now_ms: number;
};
export type LargeRow = Omit<GatedRow, 'endpoint_id'> & { endpoint_id: null };

/** Stored bytes up to this are not counted: so many can a worker's slots hold of them. */
export const smallBytes = 65_536;

/**
 * Of the given deliveries that are due those to endpoints, and those with much to be sent, in the order in which they may go;
 * last those whose types give way. The size of stored bytes is read from their header, not by loading them.
 */
export function findGated(tx: Tx, ids: string[], yielding: readonly string[]): Promise<(GatedRow | LargeRow)[]> {
  return tx.run<GatedRow | LargeRow>(
    'find_gated',
    `select d.id, d.endpoint_id, d.granted, d.type = any($2::text[]) as yields, d.attempt_base > 0 as again,
            case when octet_length(p.body) > ${smallBytes} then octet_length(p.body) else 0 end as bytes,
            extract(epoch from now())::float8 * 1000 as now_ms
     from delivery d left join delivery_payload p on p.delivery_id = d.id
     where d.id = any($1::uuid[]) and d.state in ('pending', 'retrying') and d.next_attempt_at <= now() + interval '5 ms'
       and (d.endpoint_id is not null or octet_length(p.body) > ${smallBytes})
     order by yields, again, d.id`,
    [ids, yielding],
  );
}

export function lockGates(tx: Tx, endpointIds: string[]): Promise<GateRow[]> {
  return tx.run<GateRow>(
    'lock_gates',
    `select e.id, e.state, e.deleted_at is not null as deleted, e.rate, e.concurrency,
            case when e.concurrency is null then 0 else
              (select count(*)::int from delivery d where d.endpoint_id = e.id and d.state = 'in_progress') end as under_way,
            extract(epoch from e.paused_until)::float8 * 1000 as paused_until_ms,
            extract(epoch from e.recovered_at)::float8 * 1000 as recovered_at_ms,
            extract(epoch from e.next_slot_at)::float8 * 1000 as next_slot_at_ms,
            extract(epoch from e.last_go_at)::float8 * 1000 as last_go_at_ms,
            extract(epoch from clock_timestamp())::float8 * 1000 as now_ms
     from (select * from endpoint where id = any($1::uuid[]) order by id for update) e`,
    [endpointIds],
  );
}

/**
 * Endpoints whose deliveries may be waiting in line: few of all there are, but for `all` to whom anything may be sent now.
 * With the database's clock.
 */
export function findLines(db: Db, all: boolean): Promise<{ id: string; now_ms: number }[]> {
  return db.run(
    'find_lines',
    `select e.id, extract(epoch from now())::float8 * 1000 as now_ms from endpoint e
     where e.deleted_at is null and (e.state = 'enabled' and e.paused_until <= now()
       or (e.state = 'disabled' or e.paused_until is null) and ($1::bool or e.concurrency is not null
       or e.next_slot_at > now() - interval '10 seconds'
       or greatest(e.recovered_at, e.updated_at, e.disabled_at) > now() - interval '1 hour'
       or exists (select 1 from delivery d where d.endpoint_id = e.id and d.state = 'in_progress')))
     order by e.id`,
    [all],
  );
}

const inLine = `admitted_at is null and state in ('pending', 'retrying')`;

/**
 * Of the given endpoints, each with times of its line: those for which somebody waits then, or up to `spanMs` later. Each is
 * looked up by itself, in the order of the index: as a join the planner would now and then rather read the whole table.
 */
export async function findOccupiedLines(
  db: Db,
  lines: { id: string; atMs: number }[],
  spanMs: number,
): Promise<string[]> {
  if (lines.length === 0) return [];
  const rows = await db.run<{ id: string }>(
    'find_occupied_lines',
    `select distinct t.id from unnest($1::uuid[], $2::float8[]) as t(id, at_ms)
     where (select d.id from delivery d where d.endpoint_id = t.id and d.${inLine}
              and d.next_attempt_at between to_timestamp(t.at_ms / 1000)::timestamptz(3)
                                        and to_timestamp((t.at_ms + $3::float8) / 1000)::timestamptz(3)
            order by d.next_attempt_at limit 1) is not null`,
    [lines.map((line) => line.id), lines.map((line) => line.atMs), spanMs],
  );
  return rows.map((row) => row.id);
}

/** The first of an endpoint's line, under the times of a rank, locked; those whom another transaction has are passed over. */
export async function lockFirstInLine(tx: Tx, endpointId: string, times: number[], limit: number): Promise<string[]> {
  const rows = await tx.run<{ id: string }>(
    'lock_first_in_line',
    `select id from delivery
     where ${inLine} and endpoint_id = $1
       and next_attempt_at = any(array(select to_timestamp(at_ms / 1000)::timestamptz(3) from unnest($2::float8[]) as at_ms))
     order by next_attempt_at limit $3 for update skip locked`,
    [endpointId, times, limit],
  );
  return rows.map((row) => row.id);
}

export async function updateGate(tx: Tx, id: string, gate: Clocks): Promise<void> {
  await tx.run(
    'update_gate',
    `update endpoint set paused_until = to_timestamp($2::float8 / 1000), next_slot_at = to_timestamp($3::float8 / 1000),
       recovered_at = to_timestamp($4::float8 / 1000), last_go_at = to_timestamp($5::float8 / 1000) where id = $1`,
    [id, gate.pausedUntilMs, gate.nextSlotAtMs, gate.recoveredAtMs, gate.lastGoAtMs && Math.ceil(gate.lastGoAtMs)],
  );
}

export type HeldRow = {
  id: string;
  type: string;
  project_id: string;
  endpoint_id: string | null;
  delay_ms: number | null;
};

/**
 * Gives deliveries another time; those within the horizon are marked as admitted, the caller makes their messages. The others
 * have no delay.
 */
export async function holdDeliveries(
  tx: Tx,
  held: { id: string; atMs: number; granted: boolean }[],
  horizonMs: number,
): Promise<HeldRow[]> {
  if (held.length === 0) return [];
  return tx.run<HeldRow>(
    'hold_deliveries',
    `update delivery d set next_attempt_at = to_timestamp(t.at_ms / 1000), granted = t.granted,
       admitted_at = case when to_timestamp(t.at_ms / 1000) <= now() + $4 * interval '1 ms' then now() end
     from unnest($1::uuid[], $2::float8[], $3::bool[]) as t(id, at_ms, granted)
     where d.id = t.id
     returning d.id, d.type, d.project_id, d.endpoint_id, case when d.admitted_at is null then null
                     else greatest(0, extract(epoch from d.next_attempt_at - now()) * 1000)::float8 end as delay_ms`,
    [held.map((one) => one.id), held.map((one) => one.atMs), held.map((one) => one.granted), horizonMs],
  );
}

/** Ends deliveries that are not to be sent: kept as `skipped`, or `cancelled` with their endpoint. */
export async function endUnsent(
  tx: Tx,
  ids: string[],
  state: 'skipped' | 'cancelled',
  error: DeliveryError | null = null,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.run(
    'end_unsent',
    `update delivery set state = $2, ended_at = now(), next_attempt_at = null, admitted_at = null, granted = false,
       error = $3::json
     where id = any($1::uuid[])`,
    [ids, state, error && JSON.stringify(error)],
  );
}

/** Whether an endpoint is a stream of `ringback listen`: what a developer's machine makes of events is no operator's business. */
export async function isListener(tx: Runner, endpointId: string): Promise<boolean> {
  const rows = await tx.run('is_listener', 'select 1 as one from listener where endpoint_id = $1', [endpointId]);
  return rows.length > 0;
}

/** An endpoint's health, locked for the change that follows. */
export type HealthRow = {
  id: string;
  project_id: string;
  name: string;
  url: string;
  state: 'enabled' | 'disabled';
  failing_since: Date | null;
  paused_until: Date | null;
  recovered_at: Date | null;
  last_failure_at: Date | null;
  asked_until: Date | null;
  /** When it was enabled, or given another URL: claims from before say nothing about it. */
  healthy_from: Date | null;
  deleted: boolean;
};

export function lockHealth(tx: Tx, endpointIds: string[]): Promise<HealthRow[]> {
  return tx.run<HealthRow>(
    'lock_health',
    `select id, project_id, name, url, state, failing_since, paused_until, recovered_at, last_failure_at, asked_until,
            healthy_from, deleted_at is not null as deleted from endpoint
     where id = any($1::uuid[]) order by id for update`,
    [endpointIds],
  );
}

export async function updateHealth(
  tx: Tx,
  id: string,
  health: {
    failingSince: Date | null;
    pausedUntil: Date | null;
    askedUntil: Date | null;
    recoveredAt: Date | null;
    succeededAt: Date | null;
    failedAt: Date | null;
    failure: string | null;
    disable: string | null;
    /** Undefined: as it was. */
    problem: object | null | undefined;
  },
): Promise<void> {
  await tx.run(
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
