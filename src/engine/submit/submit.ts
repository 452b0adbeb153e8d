import type { SubmittedJob } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Links, Queues, Reads, Seals, Wakes } from '#src/engine/deps.ts';
import { type GroupCommit, makeGroupCommit } from '#src/engine/pump/group-commit.ts';
import { messageOfJob } from '#src/engine/pump/job-message.ts';
import { allFit, countStored, type HeldQuotas, holdQuotas, refusedJobs } from '#src/engine/quota/admit-jobs.ts';
import { headerValue } from '#src/engine/show/body-text.ts';
import { toJob } from '#src/engine/show/to-job.ts';
import { countSubmitted } from '#src/engine/stats/stat-deltas.ts';
import type { Tx } from '#src/store/db/database.ts';
import { type Due, queueHorizonMs } from '#src/store/db/queue.ts';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';
import { claimKeys, moveKeys } from '#src/store/job/idempotency.ts';
import { type AcceptedJob, insertJobs, type NewJob } from '#src/store/job/insert-jobs.ts';
import type { ShownHeader } from '#src/store/job/job-options.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { findJobs } from '#src/store/job/read-jobs.ts';
import { type LineUse, openLines } from '#src/store/line/join-lines.ts';
import { findStoredJobIds } from '#src/store/quota/stored-job-ids.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { insertStatDeltas } from '#src/store/stats/stat-rows.ts';
import { storeCalls } from './repeated-calls.ts';
import { findLateSteps, insertSteps, type StepRefusal, takenElsewhere, withoutRefused } from './store-steps.ts';

type Answer = { row: FullJobRow; replayed: boolean } | StepRefusal;

/**
 * Stores a prepared job durably and returns it, or returns the job that its idempotency key belongs to. Throws
 * `idempotency_conflict`, `not_found`, `invalid_input`, `quota_exceeded` or `unavailable`.
 */
export type Submit = (job: NewJob) => Promise<SubmittedJob>;

/**
 * Makes the submit function. Concurrent submits share one transaction, and each returns only after its commit.
 *
 * @param hasQuota tells whether a project has quotas. For the others the transaction has no further statement.
 */
export function makeSubmit(
  deps: Reads & Links & Queues & Wakes & Clock,
  hasQuota: (projectId: string) => Promise<boolean>,
): Submit {
  const limited = new Set<string>();
  const commits: GroupCommit<NewJob, Answer> = makeGroupCommit({
    name: 'submit',
    commit: async (jobs) => {
      const answers = await deps.db.transaction((tx) => storeJobs(tx, jobs, deps, limited));
      for (const delayMs of delaysOf(jobs, deps.now())) deps.notify('submitted', delayMs === 0 ? '' : String(delayMs));
      if (jobs.some((job) => job.flow !== null)) deps.notify('line');
      return answers;
    },
    bytesOf: (job) => 2_000 + (job.body?.byteLength ?? 0),
    async onUnstorable(_job, error) {
      if (sqlErrorKind(error) !== 'data') throw error;
      return {
        refusal: new Refusal('invalid_input', `the database cannot store this job: ${(error as Error).message}`),
      };
    },
    giveUpAfterMs: 5_000,
  });
  return async (job) => {
    if (await hasQuota(job.projectId)) limited.add(job.projectId);
    else limited.delete(job.projectId);
    const answer = await commits.add(job).catch((error: unknown) => {
      if (sqlErrorKind(error) !== 'again') throw error;
      throw new Refusal(
        'unavailable',
        'the database cannot be reached just now; send it again, with the same idempotency key',
      );
    });
    if ('refusal' in answer) throw answer.refusal;
    const view = toJob(answer.row, { asOf: new Date(deps.now()) }, deps);
    return { ...view, replayed: answer.replayed };
  };
}

/** Returns the times at which workers must look at the queue for these jobs: milliseconds from now, in steps of 10. */
function delaysOf(jobs: readonly NewJob[], nowMs: number): Set<number> {
  const delays = jobs.map(({ runAt, delayMs }) => (runAt === null ? delayMs : Math.max(0, runAt.getTime() - nowMs)));
  return new Set(delays.filter((delayMs) => delayMs <= queueHorizonMs).map((delayMs) => Math.ceil(delayMs / 10) * 10));
}

/** Projects whose quotas hold for what is stored; `all`: whichever have quotas. */
export type Limited = ReadonlySet<string> | 'all';

const nobody: Limited = new Set();

/**
 * Writes jobs with everything that belongs to them, and messages for those that are due. The caller notifies `due`
 * after its commit. What a quota has no room for is refused; without `limited`, no quota holds.
 */
export async function storeJobs(
  tx: Tx,
  jobs: NewJob[],
  deps: Queues & Seals,
  limited: Limited = nobody,
): Promise<Answer[]> {
  return withoutRefused(jobs, await findLateSteps(tx, jobs), async (present) => {
    const projects = new Set(present.map(({ projectId }) => projectId));
    const held = await holdQuotas(
      tx,
      [...projects].filter((id) => limited === 'all' || limited.has(id)),
    );
    const refused = await findOverQuota(tx, held, present);
    return withoutRefused(present, refused, (others) => storePresent(tx, others, deps, held));
  });
}

/**
 * Returns the refusals of jobs that quotas have no room for, by their ids. A job that exists already is answered as ever,
 * so the keys are claimed for a look, and given back, before anything is refused.
 */
async function findOverQuota(tx: Tx, held: HeldQuotas, jobs: NewJob[]): Promise<Map<string, Refusal>> {
  if (held.size === 0 || (await allFit(tx, held, jobs))) return new Map();
  const stored = await findStoredJobIds(
    tx,
    jobs.map(({ id }) => id),
  );
  const owners = await lookForOwners(tx, jobs);
  const isNew = (job: NewJob) => ownerOf(job, owners).jobId === job.id && !stored.has(job.id);
  const refused = refusedJobs(held, jobs.filter(isNew));
  // A repetition in the same batch has no job that it could be answered with.
  for (const job of jobs) {
    const refusal = refused.get(ownerOf(job, owners).jobId);
    if (refusal !== undefined) refused.set(job.id, refusal);
  }
  return refused;
}

/** Returns the owners that the jobs would have. Nothing of the look is left. */
async function lookForOwners(tx: Tx, jobs: NewJob[]): Promise<Map<string, Owner>> {
  let owners = new Map<string, Owner>();
  if (jobs.every(({ idempotency, call }) => idempotency === null && call === null)) return owners;
  const undo = new Error('a look');
  await tx
    .attempt(async () => {
      owners = await claimOwners(tx, jobs);
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return owners;
}

/** Claims the keys and the calls of jobs, and returns the owners of those that have one. */
async function claimOwners(tx: Tx, jobs: NewJob[]): Promise<Map<string, Owner>> {
  const owners = await resolveKeys(tx, jobs);
  const fresh = jobs.filter((job) => ownerOf(job, owners).jobId === job.id);
  for (const [id, jobId] of await storeCalls(tx, fresh)) owners.set(id, { jobId, fingerprint: null });
  return owners;
}

/** The jobs that this process has sent to the database before: the answer to a commit may have been lost. */
const tried = new WeakSet<NewJob>();

async function storePresent(tx: Tx, jobs: NewJob[], deps: Queues & Seals, held: HeldQuotas): Promise<Answer[]> {
  const owners = await claimOwners(tx, jobs);
  const isFresh = (job: NewJob) => ownerOf(job, owners).jobId === job.id;
  const fresh = jobs.filter(isFresh);
  const mayExist = fresh.some((job) => tried.has(job));
  for (const job of fresh) tried.add(job);
  const accepted = fresh.length === 0 ? [] : await insertJobs(tx, fresh, queueHorizonMs, mayExist);
  const byId = new Map(accepted.map((job) => [job.id, job]));
  await deps.queue.insert(tx, 'fetch', messagesOfNew(fresh, byId));
  await moveKeys(
    tx,
    fresh.flatMap((job) => (job.rerunOf === null ? [] : [{ fromJobId: job.rerunOf, toJobId: job.id }])),
  );
  // Lines come after keys, as in every transaction that locks both.
  await openLines(tx, flowsOf(fresh));
  const stored = fresh.filter((job) => byId.has(job.id));
  await insertStatDeltas(tx, countSubmitted(stored));
  await countStored(tx, held, stored);
  const rows = new Map<string, FullJobRow>();
  for (const job of fresh) {
    const written = byId.get(job.id);
    if (written) rows.set(job.id, acceptedRow(job, written));
  }
  await loadReplayed(tx, jobs, owners, rows);
  const answers = jobs.map((job) => answerFor(job, ownerOf(job, owners), rows, deps));
  await insertSteps(tx, jobs, (index) => storedId(answers[index]));
  return answers;
}

function storedId(answer: Answer | undefined): string | null {
  return answer !== undefined && 'row' in answer ? answer.row.id : null;
}

function messagesOfNew(jobs: NewJob[], accepted: ReadonlyMap<string, AcceptedJob>): Due[] {
  return jobs.flatMap((job) => {
    const { due_in_ms: delayMs, line_id: lineId } = accepted.get(job.id) ?? { due_in_ms: Infinity, line_id: null };
    if (delayMs > queueHorizonMs || lineId !== null) return [];
    return [messageOfJob({ id: job.id, project_id: job.projectId, url: job.url, priority: job.priority }, delayMs)];
  });
}

/** Returns the flows of the jobs, each once, with the limits that came with the last of its jobs. */
function flowsOf(jobs: NewJob[]): LineUse[] {
  const flows = new Map<string, LineUse>();
  for (const { flow, projectId } of jobs) {
    if (flow === null) continue;
    const { lineId: id, key } = flow;
    const before = flows.get(id);
    const concurrency = flow.concurrency ?? before?.concurrency ?? null;
    flows.set(id, { id, projectId, kind: 'flow', key, concurrency, rate: flow.rate ?? before?.rate ?? null });
  }
  return [...flows.values()];
}

/** Owner of an idempotency key; `fingerprint` is null for a job without one. */
type Owner = { jobId: string; fingerprint: Uint8Array | null };
const keyOf = (job: { projectId: string }, key: string) => `${job.projectId} ${key}`;

/**
 * Claims the idempotency keys of a batch and returns their owners. Jobs with the same key are joined before the
 * statement: only the first one claims the key.
 */
async function resolveKeys(tx: Tx, jobs: NewJob[]): Promise<Map<string, Owner>> {
  const first = new Map<string, NewJob>();
  for (const job of jobs) {
    if (!job.idempotency) continue;
    const key = keyOf(job, job.idempotency.key);
    if (!first.has(key)) first.set(key, job);
  }
  if (first.size === 0) return new Map();
  const claims = [...first.values()].flatMap((job) =>
    job.idempotency ? [{ projectId: job.projectId, jobId: job.id, ...job.idempotency }] : [],
  );
  const owners = await claimKeys(tx, claims);
  return new Map(
    owners.map((row) => [`${row.project_id} ${row.key}`, { jobId: row.job_id, fingerprint: row.fingerprint }]),
  );
}

/** Returns the owner of a job's key, or of the request that it repeats; by default, the job itself. */
function ownerOf(job: NewJob, owners: Map<string, Owner>): Owner {
  const owner = owners.get(job.id) ?? (job.idempotency && owners.get(keyOf(job, job.idempotency.key)));
  return owner ?? { jobId: job.id, fingerprint: null };
}

/**
 * Loads the rows of jobs that were stored before: jobs that an idempotency key belongs to, and jobs whose commit
 * succeeded although its answer was lost.
 */
async function loadReplayed(
  tx: Tx,
  jobs: NewJob[],
  owners: Map<string, Owner>,
  rows: Map<string, FullJobRow>,
): Promise<void> {
  const missing = new Map<string, Set<string>>();
  for (const job of jobs) {
    const { jobId } = ownerOf(job, owners);
    if (!rows.has(jobId)) missing.set(job.projectId, (missing.get(job.projectId) ?? new Set()).add(jobId));
  }
  for (const [projectId, ids] of missing) {
    for (const row of await findJobs(tx, projectId, [...ids])) rows.set(row.id, row);
  }
}

/**
 * Returns true if a job is the same request as the one that its idempotency key belongs to. A plain hash may be stored by
 * a version that did not key it. If the fingerprint's key is not known to this process, what is shown of the two jobs is
 * compared.
 */
function isSameRequest(
  job: NewJob,
  { jobId, fingerprint }: Owner,
  rows: Map<string, FullJobRow>,
  { cipher }: Seals,
): boolean {
  if (fingerprint === null || job.idempotency === null) return true;
  const { key, digest } = job.idempotency;
  if (Buffer.compare(fingerprint, job.idempotency.fingerprint) === 0) return true;
  if (fingerprint.byteLength === digest.byteLength) return Buffer.compare(fingerprint, digest) === 0;
  const isSame = cipher.isFingerprint(fingerprint, digest, sealContext.idempotencyKey(job.projectId, key));
  return isSame ?? looksTheSame(job, rows.get(jobId));
}

function looksTheSame(job: NewJob, row: FullJobRow | undefined): boolean {
  if (row === undefined) return true;
  const type = (headers: readonly ShownHeader[]) => headerValue(headers, 'content-type');
  return row.method === job.method && row.url === job.url && type(row.headers) === type(job.headers);
}

function answerFor(job: NewJob, owner: Owner, rows: Map<string, FullJobRow>, deps: Seals): Answer {
  const replayed = owner.jobId !== job.id;
  if (replayed && !isSameRequest(job, owner, rows, deps)) {
    const message = `idempotency key "${job.idempotency?.key}" was used for ${formatId('job', owner.jobId)} with another method, URL, body or content type`;
    return { refusal: new Refusal('idempotency_conflict', message, 'idempotencyKey') };
  }
  const row = rows.get(owner.jobId);
  if (!row)
    return {
      refusal: new Refusal(
        'not_found',
        `the job of idempotency key "${job.idempotency?.key}" is gone`,
        'idempotencyKey',
      ),
    };
  if (job.run !== null && row.run_id !== job.run.id) return { refusal: takenElsewhere(job) };
  return { row, replayed };
}

/** Returns the row that was just written, without reading it. */
function acceptedRow(job: NewJob, accepted: AcceptedJob): FullJobRow {
  return {
    ...accepted,
    project_id: job.projectId,
    method: job.method,
    url: job.url,
    host: job.host,
    labels: job.labels,
    attempt_count: 0,
    interruption_count: 0,
    max_attempts: job.maxAttempts,
    retries: null,
    recent: '',
    started_at: null,
    ended_at: null,
    claim_id: null,
    claimed_by: null,
    claimed_at: null,
    status: null,
    error: null,
    result_expires_at: null,
    idempotency_key: job.idempotency?.key ?? null,
    rerun_of: job.rerunOf,
    priority: job.priority,
    flow_id: job.flow?.lineId ?? null,
    run_id: job.run?.id ?? null,
    gateway: job.gateway,
    upstream_id: job.upstreamId,
    headers: job.headers,
    options: job.options,
    metadata: job.metadata,
    callback: job.callback,
    result_status: null,
    result_headers: null,
    content_type: null,
    result_body: null,
    truncated: null,
    expires_at: null,
  };
}
