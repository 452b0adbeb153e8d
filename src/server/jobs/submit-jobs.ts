import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { RerunEdits } from '#src/contract/submit/rerun-input.ts';
import type { SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { limits } from '#src/domain/limits.ts';
import { decodeUtf8 } from '#src/domain/text/utf8.ts';
import { getJob } from '#src/engine/read/read-job.ts';
import { jobUuid } from '#src/engine/show/known-id.ts';
import type { GatewayCall } from '#src/engine/submit/gateway-call.ts';
import { prepareJob } from '#src/engine/submit/prepare-job.ts';
import { withUpstream } from '#src/engine/upstream/with-upstream.ts';
import type { Actor } from '#src/server/call/actor.ts';
import { holdStream } from '#src/server/call/open-streams.ts';
import { asRefusal } from '#src/server/call/refusals.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { JobRun } from '#src/store/job/insert-jobs.ts';

/** Checks and stores one job. The `Idempotency-Key` header may replace the field. */
export function submitOne(
  deps: ServerDeps,
  actor: Actor,
  spec: SubmitSpec,
  header: string | null,
  more: Made = {},
): Promise<SubmittedJob> {
  const idempotencyKey = keyOf(spec.idempotencyKey, header);
  return storeJob(deps, actor, { ...spec, idempotencyKey }, more);
}

/** Returns the edits of a rerun. The `Idempotency-Key` header may replace the field. */
export function keyedEdits(edits: RerunEdits, header: string | null): RerunEdits {
  return header === null
    ? edits
    : { ...edits, idempotencyKey: keyOf(edits.idempotencyKey ?? null, header) ?? undefined };
}

/** Returns the key that the field or the header gives. Throws `conflicting_fields` if they differ. */
function keyOf(field: string | null, header: string | null): string | null {
  if (header === null) return field;
  const key = headerText(header);
  if (field !== null && key !== field) {
    throw new Refusal('conflicting_fields', 'the Idempotency-Key header and idempotencyKey differ', 'idempotencyKey');
  }
  if (key.length === 0 || key.length > limits.idempotencyKeyLength) {
    throw new Refusal(
      'invalid_input',
      `the Idempotency-Key header must have 1 to ${limits.idempotencyKeyLength} characters`,
      'idempotencyKey',
    );
  }
  return key;
}

/** Returns a header's value as text. Node reads headers as Latin-1, but most clients send UTF-8. */
function headerText(value: string): string {
  return /[\x80-\xff]/.test(value) ? (decodeUtf8(Buffer.from(value, 'latin1')) ?? value) : value;
}

/** What a job was made for: a run, or the call of a gateway. */
export type Made = { run?: JobRun } | GatewayCall;

/** Stores a checked job. */
export async function storeJob(
  deps: ServerDeps,
  actor: Actor,
  given: SubmitSpec,
  more: Made = {},
): Promise<SubmittedJob> {
  const spec = given.upstream === null ? given : await withUpstream(deps.upstreams, actor.projectId, given);
  // The endpoints are read only when the job names one.
  const receivers = spec.callback?.endpoint ? await deps.receivers.of(actor.projectId) : [];
  const { resultTtlSeconds } = await deps.retention.of(actor.projectId);
  return deps.submit(prepareJob(spec, submitter(actor), deps, { ...more, receivers, resultTtlSeconds }));
}

export function submitter(actor: Actor): { projectId: string; apiKeyId: string | null } {
  return { projectId: actor.projectId, apiKeyId: actor.kind === 'key' ? actor.id : null };
}

/** Returns the jobs of a batch, unchecked. Refuses input that is not a batch. */
export function batchOf(raw: unknown): unknown[] {
  const jobs = (raw as { jobs?: unknown } | null)?.jobs;
  if (!Array.isArray(jobs)) throw new Refusal('invalid_input', 'jobs must be an array', 'jobs');
  const other = Object.keys(raw as object).find((key) => key !== 'jobs');
  if (other !== undefined) throw new Refusal('unknown_field', `there is no field "${other}"`, other);
  if (jobs.length > limits.batchJobs)
    throw new Refusal(
      'too_many_jobs',
      `a batch holds at most ${limits.batchJobs} jobs; this one has ${jobs.length}`,
      'jobs',
    );
  return jobs;
}

/**
 * Reads the edits for a rerun. Their content is checked later with the job, by the rules of a submission. This function
 * checks only that the edits, and their headers, are objects.
 */
export function readEdits(raw: unknown): RerunEdits {
  const edits = raw as RerunEdits | null;
  if (typeof edits !== 'object' || edits === null || Array.isArray(edits))
    throw new Refusal('invalid_input', 'the edits must be an object', 'edits');
  const { headers } = edits;
  if (headers !== undefined && (typeof headers !== 'object' || headers === null || Array.isArray(headers)))
    throw new Refusal('invalid_header', '`headers` must be an object of names and values.', 'headers');
  return edits;
}

/** Submits the jobs of a batch. An invalid job fails without the others. */
export async function submitBatch(deps: ServerDeps, actor: Actor, jobs: unknown[]): Promise<SubmitManyResult> {
  const one = async (raw: unknown, index: number): Promise<SubmitManyResult['results'][number]> => {
    try {
      return { ok: true, job: await storeJob(deps, actor, parseSubmit(raw)) };
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal.code === 'internal') deps.log.error({ err: error }, 'a job of a batch could not be stored');
      const { field } = refusal;
      return {
        ok: false,
        error: { ...refusal.toBody(), field: field === undefined ? `jobs.${index}` : `jobs.${index}.${field}` },
      };
    }
  };
  return { results: await Promise.all(jobs.map(one)) };
}

/**
 * Returns the job now, and again after every change, until it has ended. Throws `rate_limited` if the caller waits for
 * too many jobs.
 */
export function followJob(
  deps: ServerDeps,
  actor: Actor,
  id: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Job> {
  const end = holdStream('waits', actor, signal);
  return endingWith(end, changesOf(deps, actor, id, signal));
}

async function* endingWith<T>(end: () => void, values: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield* values;
  } finally {
    end();
  }
}

async function* changesOf(
  deps: ServerDeps,
  actor: Actor,
  id: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Job> {
  for (;;) {
    const job = await getJob(deps, actor.projectId, id);
    yield job;
    if (isTerminal(job.state)) return;
    await deps.watcher.changed(jobUuid(id), { state: job.state, attempts: job.attempts }, { signal });
    if (signal?.aborted || deps.watcher.closed) return;
  }
}

/** Returns the job when it has ended, or its current state when the time is over or the caller has disconnected. */
export async function waitForEnd(
  deps: ServerDeps,
  actor: Actor,
  before: Job,
  seconds: number,
  signal: AbortSignal,
): Promise<Job> {
  const until = performance.now() + seconds * 1000;
  for (let job = before; ; job = await getJob(deps, actor.projectId, before.id)) {
    const leftMs = until - performance.now();
    if (isTerminal(job.state) || leftMs <= 0 || signal.aborted || deps.watcher.closed) return job;
    await deps.watcher.changed(
      jobUuid(job.id),
      { state: job.state, attempts: job.attempts },
      { signal, timeoutMs: leftMs },
    );
  }
}
