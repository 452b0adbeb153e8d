import type { Db, Tx } from '#src/store/db/database.ts';

/** A kind of step of a run. */
export type RunPartKind = 'request' | 'sleep' | 'callback' | 'step';

/** A row of `run_part`: a step of a run. */
export type RunPartRow = {
  run_id: string;
  key: string;
  kind: RunPartKind;
  n: number;
  job_id: string | null;
  due_at: Date | null;
  result: string | null;
  seq: number | null;
  created_at: Date;
  ended_at: Date | null;
};

type Runner = Pick<Db, 'run'> | Pick<Tx, 'run'>;

const columns = 'run_id, key, kind, n, job_id, due_at, result, seq, created_at, ended_at';

/** Returns the steps of a run, in the order of the run's calls. */
export function findRunParts(runner: Runner, runId: string): Promise<RunPartRow[]> {
  const sql = `select ${columns} from run_part where run_id = $1 order by n, key`;
  return runner.run<RunPartRow>('find_run_parts', sql, [runId]);
}

/** A step to store. `waitSeconds` is the length of a sleep, or of the wait for a callback. */
export type NewRunPart = {
  runId: string;
  key: string;
  kind: RunPartKind;
  n: number;
  jobId: string | null;
  waitSeconds: number | null;
};

/**
 * Stores steps. One that exists stays as it is, but for the time by which a callback must come if there was none yet.
 */
export async function insertRunParts(tx: Tx, parts: readonly NewRunPart[]): Promise<void> {
  if (parts.length === 0) return;
  await tx.run(
    'insert_run_parts',
    `insert into run_part as p (run_id, key, kind, n, job_id, due_at)
     select run_id, key, kind, n, job_id, now() + make_interval(secs => wait)
     from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::uuid[], $6::float8[]) as t(run_id, key, kind, n, job_id, wait)
     order by run_id, key
     on conflict (run_id, key) do update set due_at = excluded.due_at
       where p.kind = 'callback' and excluded.kind = 'callback' and p.due_at is null and p.ended_at is null`,
    [
      parts.map((part) => part.runId),
      parts.map((part) => part.key),
      parts.map((part) => part.kind),
      parts.map((part) => part.n),
      parts.map((part) => part.jobId),
      parts.map((part) => part.waitSeconds),
    ],
  );
}

/** Returns the number of steps of a run. */
export async function countRunParts(runner: Runner, runId: string): Promise<number> {
  const sql = 'select count(*)::int as count from run_part where run_id = $1';
  return (await runner.run<{ count: number }>('count_run_parts', sql, [runId]))[0]?.count ?? 0;
}

/** Returns the number of steps of a run that have other keys than these. */
export async function countOtherParts(runner: Runner, runId: string, keys: readonly string[]): Promise<number> {
  const rows = await runner.run<{ count: number }>(
    'count_other_run_parts',
    `select count(*)::int as count from run_part
     where run_id = $1 and key not in (select given from unnest($2::text[]) as t(given))`,
    [runId, keys],
  );
  return rows[0]?.count ?? 0;
}

/** Stores the result of work of the app. The first result stays. */
export async function finishWork(
  tx: Tx,
  runId: string,
  work: { key: string; n: number; result: string | null },
): Promise<void> {
  await tx.run(
    'finish_run_work',
    `with run as (
       update run set seq = seq + 1 where id = $1 and not exists (select 1 from run_part where run_id = $1 and key = $2)
       returning seq)
     insert into run_part (run_id, key, kind, n, result, seq, ended_at)
     select $1, $2, 'step', $3, $4, run.seq, now() from run on conflict (run_id, key) do nothing`,
    [runId, work.key, work.n, work.result],
  );
}

/** What has ended of the steps `p`: it was written so, its time is over, or its job `j` has ended. */
const hasEnded = '(p.ended_at is not null or p.due_at <= now() or j.ended_at is not null)';

/**
 * Numbers the steps that have ended since the last time, in the order of their ends, and goes on with the run's own
 * count. The run must be locked.
 */
export async function numberEnds(tx: Tx, runId: string): Promise<void> {
  await tx.run(
    'number_run_ends',
    `with fresh as (
       select p.key, coalesce(p.ended_at, j.ended_at, p.due_at) as at,
         row_number() over (order by coalesce(p.ended_at, j.ended_at, p.due_at), p.n, p.key)::int as place
       from run_part p left join job j on j.id = p.job_id
       where p.run_id = $1 and p.seq is null and ${hasEnded}
     ), numbered as (
       update run_part p set ended_at = fresh.at, seq = run.seq + fresh.place from fresh, run
       where p.run_id = $1 and p.key = fresh.key and run.id = $1
     )
     update run set seq = seq + (select count(*) from fresh) where id = $1 and exists (select 1 from fresh)`,
    [runId],
  );
}

/** What is known of steps that a run waits for: whether there are any, and whether one of them has ended. */
export async function lookAtParts(
  tx: Tx,
  runId: string,
  keys: readonly string[],
): Promise<{ known: boolean; ended: boolean }> {
  const rows = await tx.run<{ ended: boolean }>(
    'look_at_run_parts',
    `select ${hasEnded} is true as ended from run_part p left join job j on j.id = p.job_id
     where p.run_id = $1 and p.key = any($2::text[])`,
    [runId, keys],
  );
  return { known: rows.length > 0, ended: rows.some((row) => row.ended) };
}

/**
 * Stores what was sent to a callback URL. Returns `kept` the first time, `repeated` for what comes after it, `late`
 * after the time by which it had to come, and `other` if the key belongs to a step of another kind.
 */
export async function receiveCallback(
  tx: Tx,
  runId: string,
  key: string,
  result: string,
): Promise<'kept' | 'repeated' | 'late' | 'other'> {
  const kept = await tx.run(
    'receive_run_callback',
    `insert into run_part as p (run_id, key, kind, n, result, ended_at) values ($1, $2, 'callback', 0, $3, now())
     on conflict (run_id, key) do update set result = excluded.result, ended_at = excluded.ended_at
       where p.kind = 'callback' and p.ended_at is null and (p.due_at is null or p.due_at > now())
     returning p.key`,
    [runId, key, result],
  );
  return kept.length > 0 ? 'kept' : lookAtCallback(tx, runId, key);
}

/**
 * Returns `repeated` if something was sent to a callback URL, `late` if nothing came in time, and `other` if the key is
 * not that of a callback. The time of an end tells, since the results of old runs are deleted.
 */
export async function lookAtCallback(tx: Tx, runId: string, key: string): Promise<'repeated' | 'late' | 'other'> {
  const rows = await tx.run<{ kind: string; came: boolean }>(
    'find_run_callback',
    `select kind, ended_at is not null and (due_at is null or ended_at < due_at) as came
     from run_part where run_id = $1 and key = $2`,
    [runId, key],
  );
  if (rows[0]?.kind !== 'callback') return 'other';
  return rows[0].came ? 'repeated' : 'late';
}
