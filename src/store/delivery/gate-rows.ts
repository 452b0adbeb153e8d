import type { DeliveryError } from '#src/domain/decide/decision.ts';
import type { Clocks } from '#src/domain/endpoint/release.ts';
import { deliveryWaits, isDue } from '#src/store/db/conditions.ts';
import type { Tx } from '#src/store/db/database.ts';

/**
 * An endpoint's row, locked, with everything that decides what may be sent. Times are in epoch milliseconds by the
 * database's clock.
 */
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

/**
 * A due delivery to an endpoint. `again`: it had ended and is sent again on request. `bytes`: size of its stored body;
 * 0 if that is small.
 */
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

/** Stored bodies up to this size do not count against a worker's memory, because its slots limit their number. */
export const smallBytes = 65_536;

/**
 * Returns the due deliveries among the given ones that go to an endpoint or have a large stored body. They are in the
 * order in which they may go, with yielding types last. The size of a stored body is read from its header, without
 * loading it.
 */
export function findGated(tx: Tx, ids: string[], yielding: readonly string[]): Promise<(GatedRow | LargeRow)[]> {
  return tx.run<GatedRow | LargeRow>(
    'find_gated',
    `select d.id, d.endpoint_id, d.granted, d.type = any($2::text[]) as yields, d.attempt_base > 0 as again,
            case when octet_length(p.body) > ${smallBytes} then octet_length(p.body) else 0 end as bytes,
            extract(epoch from now())::float8 * 1000 as now_ms
     from delivery d left join delivery_payload p on p.delivery_id = d.id
     where d.id = any($1::uuid[]) and ${deliveryWaits('d.')} and ${isDue('d.')}
       and (d.endpoint_id is not null or octet_length(p.body) > ${smallBytes})
     order by yields, again, d.id`,
    [ids, yielding],
  );
}

/** Locks and returns the gates of endpoints, in the order of their ids. Endpoints that do not exist are left out. */
export async function lockGates(tx: Tx, endpointIds: string[]): Promise<GateRow[]> {
  const rows = await tx.run<Omit<GateRow, 'under_way'>>(
    'lock_gates',
    `select e.id, e.state, e.deleted_at is not null as deleted, e.rate, e.concurrency,
            extract(epoch from e.paused_until)::float8 * 1000 as paused_until_ms,
            extract(epoch from e.recovered_at)::float8 * 1000 as recovered_at_ms,
            extract(epoch from e.next_slot_at)::float8 * 1000 as next_slot_at_ms,
            extract(epoch from e.last_go_at)::float8 * 1000 as last_go_at_ms,
            extract(epoch from clock_timestamp())::float8 * 1000 as now_ms
     from (select * from endpoint where id = any($1::uuid[]) order by id for update) e`,
    [endpointIds],
  );
  const limited = rows.filter((row) => row.concurrency !== null).map(({ id }) => id);
  const underWay = await countUnderWay(tx, limited);
  return rows.map((row) => ({ ...row, under_way: underWay.get(row.id) ?? 0 }));
}

/**
 * Returns the number of deliveries to each endpoint that are under way. It is a statement of its own: the one that waits
 * for the locks does not see what was committed meanwhile.
 */
async function countUnderWay(tx: Tx, endpointIds: string[]): Promise<Map<string, number>> {
  if (endpointIds.length === 0) return new Map();
  const rows = await tx.run<{ id: string; count: number }>(
    'count_deliveries_under_way',
    `select t.id, (select count(*)::int from delivery d where d.endpoint_id = t.id and d.state = 'in_progress') as count
     from unnest($1::uuid[]) as t(id)`,
    [endpointIds],
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}

export async function updateGate(tx: Tx, id: string, gate: Clocks): Promise<void> {
  await tx.send(
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
 * Gives deliveries another time. Those within the horizon are marked as admitted, and the caller makes their messages.
 * The others have no `delay_ms`; a time that has come has none to wait, however long the transaction waited for a lock.
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
                     when d.next_attempt_at <= clock_timestamp() + interval '1 ms' then 0
                     else greatest(0, extract(epoch from d.next_attempt_at - now()) * 1000)::float8 end as delay_ms`,
    [held.map((one) => one.id), held.map((one) => one.atMs), held.map((one) => one.granted), horizonMs],
  );
}

/** Ends deliveries that are not sent: as `skipped`, which keeps them, or as `cancelled` with their endpoint. */
export async function endUnsent(
  tx: Tx,
  ids: string[],
  state: 'skipped' | 'cancelled',
  error: DeliveryError | null = null,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.send(
    'end_unsent',
    `update delivery set state = $2, ended_at = now(), next_attempt_at = null, admitted_at = null, granted = false,
       error = $3::json
     where id = any($1::uuid[])`,
    [ids, state, error && JSON.stringify(error)],
  );
}
