import pg from 'pg';
import type { Db } from '#src/store/db/database.ts';

export async function registerWorker(
  db: Db,
  worker: { id: string; name: string; slots: number; version: string },
): Promise<void> {
  await db.run(
    'worker_register',
    `insert into worker (id, name, slots, version) values ($1, $2, $3, $4)
     on conflict (id) do update set heartbeat_at = now(), dead_at = null, slots = excluded.slots, draining = false,
       version = excluded.version,
       egress_down_since = null`,
    [worker.id, worker.name, worker.slots, worker.version],
  );
}

/** Condition that a worker reports with every heartbeat. */
export type WorkerCondition = { inFlight: number; draining: boolean; egressDown: boolean };

/**
 * Records a heartbeat. Returns false if somebody has declared this worker dead: its claims are gone, and it must start
 * again under another id.
 */
export async function heartbeat(db: Db, id: string, condition: WorkerCondition): Promise<boolean> {
  const rows = await db.run(
    'worker_heartbeat',
    `update worker set heartbeat_at = now(), in_flight = $2, draining = $3,
       egress_down_since = case when $4 then coalesce(egress_down_since, now()) end
     where id = $1 and dead_at is null returning id`,
    [id, condition.inFlight, condition.draining, condition.egressDown],
  );
  return rows.length === 1;
}

/** The claims of workers without a row: those in the gaps between the ids of the workers that have one. */
const unknownIn = (table: 'job' | 'delivery') => `
  select c.claimed_by from gap cross join lateral (
    select distinct claimed_by from ${table} where claimed_by > gap.lo and claimed_by < gap.hi) as c`;

/**
 * Returns the workers whose claims are to be taken: those reported dead; with `judgeSilence`, those silent for more than
 * `silentAfterSeconds`; and those without a row. A worker that was frozen during a claim may commit it after its row was
 * deleted.
 *
 * A claim that is over leaves its entry in the index until no snapshot can see it. So the entries of workers that have a
 * row are not read: while somebody holds a snapshot they become millions. No worker has the least or the greatest uuid.
 */
export async function findDeadWorkers(
  db: Db,
  { judgeSilence, silentAfterSeconds }: { judgeSilence: boolean; silentAfterSeconds: number },
): Promise<string[]> {
  const rows = await db.run<{ id: string }>(
    'worker_dead',
    `with dead as (
       update worker set dead_at = coalesce(dead_at, now())
       where dead_at is not null or ($1 and heartbeat_at < now() - make_interval(secs => $2))
       returning id),
     gap as (
       select id as lo, lead(id, 1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid) over (order by id) as hi
       from (select '00000000-0000-0000-0000-000000000000'::uuid as id union all select id from worker) as known)
     select id from dead union ${unknownIn('job')} union ${unknownIn('delivery')}`,
    [judgeSilence, silentAfterSeconds],
  );
  return rows.map((row) => row.id);
}

/** Deletes a worker that has stopped in order, or a dead one that holds no claim any more. */
export async function forgetWorker(db: Db, id: string): Promise<void> {
  await db.run(
    'worker_forget',
    `delete from worker where id = $1
       and not exists (select 1 from job where claimed_by = $1) and not exists (select 1 from delivery where claimed_by = $1)`,
    [id],
  );
}

/** Counts workers that have a heartbeat younger than `silentAfterSeconds` and accept work. */
export async function countLiveWorkers(db: Db, silentAfterSeconds: number): Promise<number> {
  const rows = await db.run<{ n: number }>(
    'worker_live',
    'select count(*)::int as n from worker where dead_at is null and not draining and heartbeat_at > now() - make_interval(secs => $1)',
    [silentAfterSeconds],
  );
  return rows[0]?.n ?? 0;
}

export type WorkerRow = {
  id: string;
  name: string;
  state: 'alive' | 'draining' | 'silent';
  slots: number;
  in_flight: number;
  started_at: Date;
  heartbeat_at: Date;
  egress_down_since: Date | null;
  /** Version of its program; null: it is from before versions were stored. */
  version: string | null;
};

/**
 * Returns all workers except those that stopped in order, the newest first. Silent ones that nobody has cleaned up yet
 * are included.
 */
export function findWorkers(db: Db, silentAfterSeconds: number): Promise<WorkerRow[]> {
  return db.run<WorkerRow>(
    'worker_list',
    `select id, name, slots, in_flight, started_at, heartbeat_at, egress_down_since, version,
            case when dead_at is not null or heartbeat_at <= now() - make_interval(secs => $1) then 'silent'
                 when draining then 'draining' else 'alive' end as state
     from worker order by started_at desc, id limit 200`,
    [silentAfterSeconds],
  );
}

/**
 * Reports a worker as dead. A parent calls it when its worker process has ended, so that nobody has to wait for the
 * silence.
 */
export async function reportDeadWorker(databaseUrl: string, id: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`update worker set dead_at = now() where id = $1`, [id]);
    await client.query(`select pg_notify('ringback_due', '')`);
  } finally {
    await client.end();
  }
}
