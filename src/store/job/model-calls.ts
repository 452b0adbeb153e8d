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
  /** True if the client says that it sends the request again. */
  repeats?: boolean;
  /** Seconds for which the caller waits for the answer, if nothing more is heard; null: the call is never given up. */
  awaitedSeconds?: number | null;
  /** Hash of the virtual key that a reader must have too; null: any key of the project will do. */
  keyDigest: Uint8Array | null;
};

/** A new job with its call. */
export type WithCall = { id: string; projectId: string; call: NewModelCall | null };

/** A call to write. `claims` is true if later repetitions of its request are to be attached to it. */
export type WrittenCall = { id: string; projectId: string; call: NewModelCall; claims: boolean };

const input = makeColumns<WrittenCall>({
  job_id: ['uuid', (job) => job.id],
  project_id: ['uuid', (job) => job.projectId],
  model: ['text', (job) => job.call.model],
  asked: ['json', (job) => job.call.asked],
  digest: ['bytea', (job) => job.call.digest],
  key_digest: ['bytea', (job) => job.call.keyDigest],
  claims: ['bool', (job) => job.claims],
  repeats: ['bool', (job) => job.call.repeats === true],
  awaited: ['float8', (job) => job.call.awaitedSeconds ?? null],
});

/** Seconds for which a client may repeat a request that it has got no answer to. Its own time-out is ten minutes. */
const repeatableSeconds = 1_800;

/**
 * Condition: the request `excluded` gets the call `r` that was stored before. A repetition gets any. A first request gets
 * the call of a repetition that was made after it and has overtaken it.
 */
const isRepeated = '(r.expires_at > now() and (excluded.repeats or r.repeats and r.job_id > excluded.job_id))';

/** Calls claim in the order of their digests, so that two transactions cannot deadlock. */
const insertCallsSql = `
  with input as (select ${input.selected} from ${input.from}
  ), claimed as (
    insert into call_repetition as r (digest, job_id, repeats, expires_at)
    select digest, job_id, repeats, now() + interval '${repeatableSeconds} s' from input where claims order by digest
    on conflict (digest) do update set expires_at = excluded.expires_at,
      job_id = case when ${isRepeated} then r.job_id else excluded.job_id end,
      repeats = case when ${isRepeated} then r.repeats else excluded.repeats end
    returning digest, job_id
  ), owned as (
    select input.*, case when claims then claimed.job_id else input.job_id end as owner
    from input left join claimed on claimed.digest = input.digest
  ), written as (
    insert into model_call (job_id, project_id, model, asked, digest, key_digest)
    select job_id, project_id, model, asked, digest, key_digest from owned where owner = job_id
    on conflict (job_id) do nothing
  ), awaited as (
    insert into awaited_call (job_id, until) select job_id, now() + awaited * interval '1 s' from owned
    where owner = job_id and awaited is not null on conflict (job_id) do nothing
  ), awaited_again as (
    update awaited_call a set until = greatest(a.until, now() + owned.awaited * interval '1 s') from owned
    where a.job_id = owned.owner and owned.owner <> owned.job_id
  )
  select job_id as id, owner from owned where owner <> job_id`;

/**
 * Writes what is known of new jobs that call models. Returns, by job, the earlier job whose request it repeats; nothing is
 * written of such a job. A request that another transaction is storing at this moment is waited for. No two calls may
 * claim the same request.
 */
export async function writeModelCalls(tx: Tx, calls: readonly WrittenCall[]): Promise<Map<string, string>> {
  const rows = await tx.run<{ id: string; owner: string }>('insert_model_calls', insertCallsSql, input.values(calls));
  return new Map(rows.map(({ id, owner }) => [id, owner]));
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

/** Returns true if a job called a model, and its caller has deleted the response. */
export async function isCallDeleted(db: Db, projectId: string, jobId: string): Promise<boolean> {
  const sql = 'select 1 from model_call where project_id = $1 and job_id = $2 and deleted_at is not null';
  return (await db.run('find_deleted_call', sql, [projectId, jobId])).length > 0;
}

/** Returns the model that a job calls; null: none is known. */
export async function findModel(db: Db, jobId: string): Promise<string | null> {
  const sql = 'select model from model_call where job_id = $1';
  const [row] = await db.run<{ model: string | null }>('find_model', sql, [jobId]);
  return row?.model ?? null;
}

/**
 * Marks a response as deleted, and lets everything that it held end now: retention deletes it as it does what has
 * expired, and keeps what a callback that is still to be delivered needs.
 */
export async function deleteCall(tx: Tx, jobId: string): Promise<void> {
  await tx.run(
    'delete_model_call',
    `with call as (
       update model_call set deleted_at = now(), asked = null where job_id = $1 and deleted_at is null
       returning job_id, digest
     ), repetitions as (
       delete from call_repetition r using call where r.digest = call.digest and r.job_id = call.job_id
     ), results as (update result r set expires_at = now() from call where r.job_id = call.job_id
     ), bodies as (update job_body b set erase_at = now() from call where b.job_id = call.job_id)
     update job j set result_expires_at = now() from call where j.id = call.job_id and j.result_expires_at > now()`,
    [jobId],
  );
}
