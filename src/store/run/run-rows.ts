import { toJson } from '#src/store/db/columns.ts';
import type { Db, Tx } from '#src/store/db/database.ts';

/** The state of a run. `running`: a turn is queued or under way. */
export type RunState = 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';

/** Why a run failed. */
export type RunFailure = { code: string; message: string };

/** A row of `run`. */
export type RunRow = {
  id: string;
  project_id: string;
  url: string;
  name: string;
  state: RunState;
  /** JSON, until it expires. */
  payload: string | null;
  result: string | null;
  error: RunFailure | null;
  labels: string[];
  idempotency_key: string | null;
  turn: number;
  turn_job_id: string;
  token_hash: Buffer;
  secret: Buffer;
  wake_at: Date | null;
  created_at: Date;
  deadline_at: Date;
  ended_at: Date | null;
  expires_at: Date | null;
  /** True if the time of the run is over, by the database's clock. */
  overdue: boolean;
};

type Runner = Pick<Db, 'run'> | Pick<Tx, 'run'>;

const columns = `r.id, r.project_id, r.url, r.name, r.state, r.payload, r.result, r.error, r.labels, r.idempotency_key, r.turn,
  r.turn_job_id, r.token_hash, r.secret, r.wake_at, r.created_at, r.deadline_at, r.ended_at, r.expires_at,
  r.deadline_at <= now() as overdue`;

/** A run to store, with the job of its first turn. */
export type NewRun = Pick<RunRow, 'id' | 'url' | 'name' | 'labels' | 'token_hash' | 'secret'> & {
  projectId: string;
  payload: string;
  idempotencyKey: string | null;
  turnJobId: string;
  lifeSeconds: number;
};

/** Stores a run whose first turn is queued. Returns false if the project has one with the same idempotency key. */
export async function insertRun(tx: Tx, run: NewRun): Promise<boolean> {
  const rows = await tx.run(
    'insert_run',
    `insert into run (id, project_id, url, name, state, payload, labels, idempotency_key, turn_job_id, token_hash, secret, deadline_at)
     values ($1, $2, $3, $4, 'running', $5, $6, $7, $8, $9, $10, now() + make_interval(secs => $11))
     on conflict (project_id, idempotency_key) do nothing returning id`,
    [
      run.id,
      run.projectId,
      run.url,
      run.name,
      run.payload,
      run.labels,
      run.idempotencyKey,
      run.turnJobId,
      run.token_hash,
      run.secret,
      run.lifeSeconds,
    ],
  );
  return rows.length > 0;
}

/** Returns a run of the project; undefined if there is none. */
export async function findRun(runner: Runner, projectId: string, id: string): Promise<RunRow | undefined> {
  const sql = `select ${columns} from run r where r.project_id = $1 and r.id = $2`;
  return (await runner.run<RunRow>('find_run', sql, [projectId, id]))[0];
}

/** Returns the run of an idempotency key. */
export async function findRunByKey(runner: Runner, projectId: string, key: string): Promise<RunRow | undefined> {
  const sql = `select ${columns} from run r where r.project_id = $1 and r.idempotency_key = $2`;
  return (await runner.run<RunRow>('find_run_by_key', sql, [projectId, key]))[0];
}

/** Locks and returns runs, in the order of their ids. Jobs and idempotency keys are locked before runs, lines after. */
export function lockRuns(tx: Tx, ids: readonly string[]): Promise<RunRow[]> {
  const sql = `select ${columns} from run r where r.id = any($1::uuid[]) order by r.id for update`;
  return tx.run<RunRow>('lock_runs', sql, [ids]);
}

/** Locks and returns waiting runs whose time has come. */
export function lockDueRuns(tx: Tx, limit: number): Promise<RunRow[]> {
  return tx.run<RunRow>(
    'lock_due_runs',
    `select ${columns} from run r where r.id in (
       select id from run where wake_at <= now() order by wake_at limit $1 for update skip locked) order by r.id`,
    [limit],
  );
}

/**
 * Returns the runs among the given ones that are in the given turn. They keep it until this transaction ends, so that
 * nothing is added to a run that goes on or ends meanwhile.
 */
export async function holdTurns(tx: Tx, turns: readonly { id: string; turn: number }[]): Promise<Set<string>> {
  const rows = await tx.run<{ id: string; turn: number }>(
    'hold_turns',
    `select r.id, r.turn from run r where (r.id, r.turn) in (select * from unnest($1::uuid[], $2::int[])) and r.state = 'running'
     order by r.id for share`,
    [turns.map((one) => one.id), turns.map((one) => one.turn)],
  );
  return new Set(rows.map((row) => `${row.id} ${row.turn}`));
}

/** The next turn of a run. */
export type NextTurn = { id: string; turn: number; jobId: string; tokenHash: Buffer };

/** Writes the next turns of runs. */
export async function startTurns(tx: Tx, turns: readonly NextTurn[]): Promise<void> {
  if (turns.length === 0) return;
  await tx.run(
    'start_turns',
    `update run set state = 'running', turn = t.turn, turn_job_id = t.job_id, token_hash = t.token_hash, wake_at = null
     from unnest($1::uuid[], $2::int[], $3::uuid[], $4::bytea[]) as t(id, turn, job_id, token_hash) where run.id = t.id`,
    [
      turns.map((one) => one.id),
      turns.map((one) => one.turn),
      turns.map((one) => one.jobId),
      turns.map((one) => one.tokenHash),
    ],
  );
}

/** Lets a run wait for any of its steps, but not longer than until the first of them is due or its time is over. */
export async function letRunWait(tx: Tx, id: string, keys: readonly string[]): Promise<void> {
  await tx.run(
    'let_run_wait',
    `update run r set state = 'waiting', wake_at = least(r.deadline_at, (
       select min(p.due_at) from run_part p where p.run_id = r.id and p.key = any($2::text[]) and p.ended_at is null))
     where r.id = $1`,
    [id, keys],
  );
}

/** The end of a run. `result` is JSON. */
export type RunEnd = {
  id: string;
  state: 'completed' | 'failed' | 'cancelled';
  result: string | null;
  error: RunFailure | null;
};

/** Ends runs. What they were given and made is kept for `keptSeconds`. */
export async function endRuns(tx: Tx, ends: readonly RunEnd[], keptSeconds: number): Promise<void> {
  if (ends.length === 0) return;
  await tx.run(
    'end_runs',
    `update run set state = t.state, result = t.result, error = t.error::json, wake_at = null, ended_at = now(),
       expires_at = now() + make_interval(secs => $5)
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as t(id, state, result, error) where run.id = t.id`,
    [
      ends.map((end) => end.id),
      ends.map((end) => end.state),
      ends.map((end) => end.result),
      ends.map((end) => toJson(end.error)),
      keptSeconds,
    ],
  );
}

/** Returns the retries of a turn's job so far, by rule. */
export async function findRetries(tx: Tx, jobId: string): Promise<Record<string, number> | null> {
  const sql = 'select retries from job where id = $1';
  return (await tx.run<{ retries: Record<string, number> | null }>('find_retries', sql, [jobId]))[0]?.retries ?? null;
}

/** Returns some of the cancelled runs whose jobs may still be open. */
export function findUnreleasedRuns(db: Db, limit: number): Promise<{ id: string; project_id: string }[]> {
  const sql = `select id, project_id from run where state = 'cancelled' and released_at is null order by id limit $1`;
  return db.run('find_unreleased_runs', sql, [limit]);
}

/** Notes that the jobs of a cancelled run are cancelled too. */
export async function releaseRun(tx: Tx, id: string): Promise<void> {
  await tx.run('release_run', 'update run set released_at = now() where id = $1', [id]);
}
