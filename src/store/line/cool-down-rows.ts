import type { CoolDown } from '#src/domain/flow/cool-down.ts';
import type { Db, Tx } from '#src/store/db/database.ts';

/** A line of the kind `cooldown`. Its key is the origin, a space, and a keyed hash of the credentials. */
export type CoolName = { id: string; projectId: string; kind: 'cooldown'; key: string };

/** A locked cool-down. `cool_down` is null if it is over, or not begun. */
export type CoolRow = { id: string; cool_down: CoolDown | null; next_start_at_ms: number | null; now_ms: number };

const coolColumns = `l.id, l.cool_down, extract(epoch from l.next_start_at)::float8 * 1000 as next_start_at_ms,
  extract(epoch from clock_timestamp())::float8 * 1000 as now_ms`;

/** Creates the cool-downs that do not exist yet, and locks and returns all of them, in the order of their ids. */
export async function lockCoolDowns(tx: Tx, names: readonly CoolName[]): Promise<CoolRow[]> {
  await tx.run(
    'insert_cool_downs',
    `insert into line (id, project_id, kind, key)
     select id, project_id, 'cooldown', key from unnest($1::uuid[], $2::uuid[], $3::text[]) as t(id, project_id, key)
     order by id on conflict (id) do nothing`,
    [names.map(({ id }) => id), names.map(({ projectId }) => projectId), names.map(({ key }) => key)],
  );
  return tx.run<CoolRow>(
    'lock_cool_downs',
    `with locked as (select * from line where id = any($1::uuid[]) order by id for update) select ${coolColumns} from locked l`,
    [names.map(({ id }) => id)],
  );
}

/** Locks and returns those of the cool-downs that nobody else has locked. It never waits. */
export function lockFreeCoolDowns(tx: Tx, ids: readonly string[]): Promise<CoolRow[]> {
  return tx.run<CoolRow>(
    'lock_free_cool_downs',
    `with locked as (select * from line where id = any($1::uuid[]) order by id for update skip locked)
     select ${coolColumns} from locked l`,
    [ids],
  );
}

/** What is written of a cool-down. */
export type CoolUpdate = { id: string; coolDown: CoolDown; nextStartAtMs: number | null };

/** Writes cool-downs. Nobody looks at their lines before the pause is over. */
export async function updateCoolDowns(tx: Tx, updates: readonly CoolUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  await tx.run(
    'update_cool_downs',
    `update line set cool_down = t.cool_down, next_start_at = to_timestamp(t.next_start / 1000), updated_at = now(),
       wake_at = case when wake_at is not null then greatest(wake_at, to_timestamp(t.until / 1000)) end
     from unnest($1::uuid[], $2::jsonb[], $3::float8[], $4::float8[]) as t(id, cool_down, next_start, until)
     where line.id = t.id`,
    [
      updates.map(({ id }) => id),
      updates.map(({ coolDown }) => JSON.stringify(coolDown)),
      updates.map(({ nextStartAtMs }) => nextStartAtMs),
      updates.map(({ coolDown }) => coolDown.untilMs),
    ],
  );
}

/** A cool-down that is not over. */
export type ActiveCoolDown = { id: string; project_id: string; key: string; cool_down: CoolDown; now_ms: number };

/** Returns the cool-downs that are not over, and deletes those that are and hold no job. */
export function listCoolDowns(db: Db): Promise<ActiveCoolDown[]> {
  return db.run<ActiveCoolDown>(
    'list_cool_downs',
    `with known as (
       select id, project_id, key, cool_down, extract(epoch from clock_timestamp())::float8 * 1000 as now_ms,
         coalesce((cool_down ->> 'endsAtMs')::float8 > extract(epoch from clock_timestamp())::float8 * 1000, false) as lasts
       from line where kind = 'cooldown'
     ), gone as (
       delete from line where kind = 'cooldown' and created_at < now() - interval '1 minute'
         and id in (select id from known where not lasts)
         and not exists (select 1 from job j where j.line_id = line.id)
     )
     select id, project_id, key, cool_down, now_ms from known where lasts`,
  );
}

/**
 * Marks jobs of flows that start only after a cool-down. They stay in the lines of their flows. `untilMs` is the end of
 * the pause, in epoch milliseconds.
 */
export async function markCooling(tx: Tx, jobs: readonly { id: string; untilMs: number }[]): Promise<void> {
  if (jobs.length === 0) return;
  await tx.run(
    'mark_cooling',
    `update job set wait_reason = 'cooldown', next_attempt_at = greatest(next_attempt_at, to_timestamp(t.until / 1000)),
       state = case when state = 'scheduled' then 'queued' else state end
     from unnest($1::uuid[], $2::float8[]) as t(id, until)
     where job.id = t.id and (wait_reason is distinct from 'cooldown' or next_attempt_at < to_timestamp(t.until / 1000))`,
    [jobs.map(({ id }) => id), jobs.map(({ untilMs }) => untilMs)],
  );
}
