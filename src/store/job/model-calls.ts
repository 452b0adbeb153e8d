import { makeColumns } from '#src/store/db/columns.ts';
import type { Db, Tx } from '#src/store/db/database.ts';
import { type FullJobRow, jobColumns, requestColumns, resultColumns } from './job-row.ts';

/** What is stored of a new job that calls a model. */
export type NewModelCall = {
  model: string | null;
  /** The fields of the request that its response repeats; null: none. */
  asked: object | null;
  /** Keyed hash of caller and request; null: a repetition is not looked for. */
  digest: Uint8Array | null;
  /** Hash of the virtual key that a reader must have too; null: any key of the project will do. */
  keyDigest: Uint8Array | null;
};

type WithCall = { id: string; projectId: string; call: NewModelCall | null };

const written = makeColumns<WithCall>({
  job_id: ['uuid', (job) => job.id],
  project_id: ['uuid', (job) => job.projectId],
  model: ['text', (job) => job.call?.model ?? null],
  asked: ['json', (job) => job.call?.asked ?? null],
  digest: ['bytea', (job) => job.call?.digest ?? null],
  key_digest: ['bytea', (job) => job.call?.keyDigest ?? null],
});

/** Writes what is known of new jobs that call models. */
export async function insertModelCalls(tx: Tx, jobs: readonly WithCall[]): Promise<void> {
  const calls = jobs.filter(({ call }) => call !== null);
  if (calls.length === 0) return;
  const text = `insert into model_call (${written.names}) select ${written.selected} from ${written.from}
    on conflict (job_id) do nothing`;
  await tx.send('insert_model_calls', text, written.values(calls));
}

/** Tokens that a call has taken, by its API's own words. */
export type CallTokens = { jobId: string; input: number | null; output: number | null };

/** Adds the tokens of calls that have ended. */
export async function addCallTokens(tx: Tx, tokens: readonly CallTokens[]): Promise<void> {
  if (tokens.length === 0) return;
  await tx.send(
    'add_call_tokens',
    `update model_call c set input_tokens = t.input, output_tokens = t.output
     from unnest($1::uuid[], $2::int[], $3::int[]) as t(id, input, output) where c.job_id = t.id`,
    [tokens.map(({ jobId }) => jobId), tokens.map(({ input }) => input), tokens.map(({ output }) => output)],
  );
}

/** A job that calls a model, with what is known of the call. */
export type ModelCallRow = FullJobRow & {
  model: string | null;
  asked: Record<string, unknown> | null;
  key_digest: Buffer | null;
};

/** Returns a job that calls a model; null for other jobs, and for one whose response its caller has deleted. */
export async function findModelCall(db: Db, projectId: string, jobId: string): Promise<ModelCallRow | null> {
  const [row] = await db.run<ModelCallRow>(
    'find_model_call',
    `select ${jobColumns}, ${requestColumns}, ${resultColumns}, c.model, c.asked, c.key_digest
     from job j join job_request q on q.job_id = j.id join model_call c on c.job_id = j.id
     left join result r on r.job_id = j.id where j.project_id = $1 and j.id = $2 and c.deleted_at is null`,
    [projectId, jobId],
  );
  return row ?? null;
}

/** Returns the model that a job calls; null: none is known. */
export async function findModel(db: Db, jobId: string): Promise<string | null> {
  const sql = 'select model from model_call where job_id = $1';
  const [row] = await db.run<{ model: string | null }>('find_model', sql, [jobId]);
  return row?.model ?? null;
}

/** Returns the newest job after `afterId` with this digest, or null. */
export async function findRepeated(db: Db, digest: Uint8Array, afterId: string): Promise<string | null> {
  const [row] = await db.run<{ job_id: string }>(
    'find_repeated_call',
    'select job_id from model_call where digest = $1 and job_id > $2 and deleted_at is null order by job_id desc limit 1',
    [digest, afterId],
  );
  return row?.job_id ?? null;
}

/**
 * Marks a response as deleted, and lets everything that it held end now: retention deletes it as it does what has
 * expired, and keeps what a callback that is still to be delivered needs.
 */
export async function deleteCall(tx: Tx, jobId: string): Promise<void> {
  await tx.run(
    'delete_model_call',
    `with call as (
       update model_call set deleted_at = now(), asked = null, digest = null where job_id = $1 and deleted_at is null
       returning job_id
     ), results as (update result r set expires_at = now() from call where r.job_id = call.job_id
     ), bodies as (update job_body b set erase_at = now() from call where b.job_id = call.job_id)
     update job j set result_expires_at = now() from call where j.id = call.job_id and j.result_expires_at > now()`,
    [jobId],
  );
}
