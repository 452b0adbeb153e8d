import type { WaitReason } from '#src/domain/decide/job-state.ts';
import type { FlowRate } from '#src/domain/flow/flow-clock.ts';
import type { JsonValue } from '#src/domain/policy/policy.ts';
import { makeColumns } from '#src/store/db/columns.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { JobOptions, ShownHeader, StoredCallback } from './job-options.ts';
import type { NewModelCall } from './model-calls.ts';

/** A job to store. Everything in it is already masked or sealed. */
export type NewJob = {
  id: string;
  projectId: string;
  apiKeyId: string | null;
  method: string;
  url: string;
  host: string;
  labels: string[];
  maxAttempts: number;
  /** Earliest start: this instant, or `delayMs` after acceptance. At most one of the two is set. */
  runAt: Date | null;
  delayMs: number;
  deadlineMs: number | null;
  headers: ShownHeader[];
  options: JobOptions;
  metadata: JsonValue;
  callback: StoredCallback | null;
  body: Uint8Array | null;
  bodySealed: boolean;
  sealed: Uint8Array | null;
  callbackSealed: Uint8Array | null;
  /** `digest` is the plain hash of the request. It is compared in memory; only the keyed `fingerprint` is stored. */
  idempotency: { key: string; digest: Uint8Array; fingerprint: Uint8Array; ttlSeconds: number } | null;
  rerunOf: string | null;
  priority: number;
  flow: JobFlow | null;
  run: JobRun | null;
  /** Gateway that took the job as a call of its API, such as `responses`; null: a plain job. */
  gateway: string | null;
  /** What is known of the call, if the job calls a model for a gateway. */
  call: NewModelCall | null;
  /** Upstream that the job is for; null: none. */
  upstreamId: string | null;
};

/**
 * The run of a new job. `step` is set for a request of the run, with the turn in which it was made; a turn itself has
 * none.
 */
export type JobRun = { id: string; step: { key: string; n: number; turn: number } | null };

/** The flow of a new job: the id of its line, its key, and the limits that came with the job. */
export type JobFlow = { lineId: string; key: string; concurrency: number | null; rate: FlowRate | null };

/** Times that the database gave a new job. */
export type AcceptedJob = {
  id: string;
  state: 'queued' | 'scheduled';
  created_at: Date;
  run_at: Date | null;
  deadline_at: Date | null;
  next_attempt_at: Date;
  /** Line that the job has joined at once, because it has a flow and is due; null: none. */
  line_id: string | null;
  wait_reason: WaitReason | null;
  /** Milliseconds until the job is due, by the database's clock. */
  due_in_ms: number;
};

const written = makeColumns<NewJob>({
  id: ['uuid', (job) => job.id],
  project_id: ['uuid', (job) => job.projectId],
  api_key_id: ['uuid', (job) => job.apiKeyId],
  method: ['text', (job) => job.method],
  url: ['text', (job) => job.url],
  host: ['text', (job) => job.host],
  labels: ['text', (job) => (job.labels.length === 0 ? '' : JSON.stringify(job.labels))],
  max_attempts: ['int', (job) => job.maxAttempts],
  run_at: ['timestamptz', (job) => job.runAt],
  delay_ms: ['bigint', (job) => Math.round(job.delayMs)],
  deadline_ms: ['bigint', (job) => job.deadlineMs],
  idempotency_key: ['text', (job) => job.idempotency?.key ?? null],
  rerun_of: ['uuid', (job) => job.rerunOf],
  priority: ['int', (job) => job.priority],
  flow_id: ['uuid', (job) => job.flow?.lineId ?? null],
  headers: ['json', (job) => job.headers],
  options: ['json', (job) => job.options],
  metadata: ['json', (job) => job.metadata],
  callback: ['json', (job) => job.callback],
  run_id: ['uuid', (job) => job.run?.id ?? null],
  gateway: ['text', (job) => job.gateway],
  upstream_id: ['uuid', (job) => job.upstreamId],
});

/**
 * The insert sets `admitted_at` for jobs that are due within the queue's horizon (the last parameter); the caller makes
 * their messages. A due job with a flow joins the flow's line instead. A row that may exist already costs PostgreSQL one
 * more entry of its log, and one more look at the index.
 */
const insertJobsSql = (mayExist: boolean) => `
with timed as (
  select *, case when run_at is not null then greatest(run_at, now()) else now() + delay_ms * interval '1 ms' end as due
  from ${written.from}
), input as (
  select *, flow_id is not null and due <= now() as in_line from timed
), request as (
  insert into job_request (job_id, headers, options, metadata, callback)
  select id, headers::json, options::json, metadata::json, callback::json from input
  ${mayExist ? 'on conflict (job_id) do nothing' : ''}
)
insert into job (id, project_id, api_key_id, state, method, url, host, labels, max_attempts, run_at, deadline_at,
                 next_attempt_at, admitted_at, idempotency_key, rerun_of, priority, flow_id, line_id, wait_reason, run_id, gateway,
                 upstream_id)
select id, project_id, api_key_id, case when due > now() then 'scheduled' else 'queued' end, method, url, host,
       coalesce((select array_agg(value) from json_array_elements_text(nullif(labels, '')::json)), '{}'), max_attempts,
       case when run_at is not null or delay_ms > 0 then due end, now() + deadline_ms * interval '1 ms', due,
       case when due <= now() + $23 * interval '1 ms' and not in_line then now() end, idempotency_key, rerun_of, priority,
       flow_id, case when in_line then flow_id end, case when in_line then 'flow' end, run_id, gateway, upstream_id
from input
${mayExist ? 'on conflict (id) do nothing' : ''}
returning id, state, created_at, run_at, deadline_at, next_attempt_at, line_id, wait_reason,
          greatest(0, extract(epoch from next_attempt_at - now()) * 1000)::float8 as due_in_ms`;

const newJobsSql = insertJobsSql(false);
const jobsAgainSql = insertJobsSql(true);

/**
 * Writes jobs with their requests, bodies and secrets. A commit whose answer was lost is repeated: then `mayExist` is true,
 * and jobs that already exist are left out of the result. They may have ended meanwhile, and get back nothing that was
 * erased at their end.
 */
export async function insertJobs(tx: Tx, jobs: NewJob[], horizonMs: number, mayExist: boolean): Promise<AcceptedJob[]> {
  const values = [...written.values(jobs), horizonMs];
  if (!mayExist) {
    const [accepted] = await Promise.all([
      tx.run<AcceptedJob>('insert_jobs', newJobsSql, values),
      insertBodies(tx, jobs),
      insertSecrets(tx, jobs),
    ]);
    return accepted;
  }
  const accepted = await tx.run<AcceptedJob>('insert_jobs_again', jobsAgainSql, values);
  const ids = new Set(accepted.map(({ id }) => id));
  const missing = jobs.filter(({ id }) => ids.has(id));
  await insertBodies(tx, missing);
  await insertSecrets(tx, missing);
  return accepted;
}

async function insertBodies(tx: Tx, jobs: NewJob[]): Promise<void> {
  const some = jobs.filter(({ body }) => body !== null);
  if (some.length === 0) return;
  await tx.send(
    'insert_bodies',
    'insert into job_body (job_id, bytes, sealed) select * from unnest($1::uuid[], $2::bytea[], $3::bool[])',
    [some.map((job) => job.id), some.map((job) => job.body), some.map((job) => job.bodySealed)],
  );
}

async function insertSecrets(tx: Tx, jobs: NewJob[]): Promise<void> {
  const some = jobs.filter(({ sealed, callbackSealed }) => sealed !== null || callbackSealed !== null);
  if (some.length === 0) return;
  await tx.send(
    'insert_secrets',
    'insert into job_secret (job_id, sealed, callback_sealed) select * from unnest($1::uuid[], $2::bytea[], $3::bytea[])',
    [some.map((job) => job.id), some.map((job) => job.sealed), some.map((job) => job.callbackSealed)],
  );
}
