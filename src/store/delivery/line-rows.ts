import { deliveryWaits } from '#src/store/db/conditions.ts';
import type { Db, Tx } from '#src/store/db/database.ts';

/**
 * Returns the endpoints that may have deliveries in line, with the database's time: by default those with a visible
 * reason; with `all`, every endpoint that is not paused.
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

const inLine = (of = '') => `${of}admitted_at is null and ${deliveryWaits(of)}`;

/**
 * Returns the endpoints that have deliveries in line at one of the given times, or up to `spanMs` later. Each time is
 * looked up by itself, in the order of the index. With a join, the planner would sometimes read the whole table.
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
     where (select d.id from delivery d where d.endpoint_id = t.id and ${inLine('d.')}
              and d.next_attempt_at between to_timestamp(t.at_ms / 1000)::timestamptz(3)
                                        and to_timestamp((t.at_ms + $3::float8) / 1000)::timestamptz(3)
            order by d.next_attempt_at limit 1) is not null`,
    [lines.map((line) => line.id), lines.map((line) => line.atMs), spanMs],
  );
  return rows.map((row) => row.id);
}

/**
 * Locks and returns the first deliveries of an endpoint's line at the timestamps of a rank. Rows that another
 * transaction has locked are skipped.
 */
export async function lockFirstInLine(tx: Tx, endpointId: string, times: number[], limit: number): Promise<string[]> {
  const rows = await tx.run<{ id: string }>(
    'lock_first_in_line',
    `select id from delivery
     where ${inLine()} and endpoint_id = $1
       and next_attempt_at = any(array(select to_timestamp(at_ms / 1000)::timestamptz(3) from unnest($2::float8[]) as at_ms))
     order by next_attempt_at limit $3 for update skip locked`,
    [endpointId, times, limit],
  );
  return rows.map((row) => row.id);
}
