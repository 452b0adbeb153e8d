import type { Attempt } from '#src/contract/job/job.ts';
import type { AttemptLine, BodyStart, DeliveryLine, JobView, Keeping } from '#src/contract/job/job-view.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { unpackPolicy } from '#src/domain/policy/stored-policy.ts';
import { mask } from '#src/domain/redact/redact.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Clock, Links, Reads, Seals } from '#src/engine/deps.ts';
import { bodyStart, headerValue } from '#src/engine/show/body-text.ts';
import { jobUuid } from '#src/engine/show/known-id.ts';
import { toAttempt } from '#src/engine/show/to-attempt.ts';
import { deliveryErrors, toDelivery } from '#src/engine/show/to-delivery.ts';
import { iso, toJob } from '#src/engine/show/to-job.ts';
import { findDelivery } from '#src/store/delivery/list-deliveries.ts';
import { type FullJobRow, isModelResponse } from '#src/store/job/job-row.ts';
import {
  type AttemptLineRow,
  type DeliveryLineRow,
  findAttempt,
  findAttemptLines,
  findDeliveryLines,
  findRerun,
  findViewJob,
  type ViewJobRow,
} from '#src/store/job/view-job.ts';
import { loadJob } from './read-job.ts';
import { shownRequestBody } from './request-body.ts';

/** Bytes of each body that are returned with the page itself. */
const startBytes = 65_536;

/** Returns the data of a job's page. Of a large body only the beginning is returned. Throws `not_found`. */
export async function readJobPage(deps: Reads & Links & Clock, projectId: string, id: string): Promise<JobView> {
  const row = await findViewJob(deps.db, projectId, jobUuid(id), startBytes);
  if (!row) throw new Refusal('not_found', `there is no job ${id}`, 'id');
  const deliveries = await findDeliveryLines(deps.db, row.id);
  const [lines, latest, rerun] = await Promise.all([
    findAttemptLines(deps.db, [row.id, ...deliveries.map((delivery) => delivery.id)]),
    findAttempt(deps.db, row.id, null),
    isTerminal(row.state) ? findRerun(deps.db, { projectId, host: row.host, id: row.id }) : null,
  ]);
  const byOwner = Map.groupBy(lines, (line) => line.owner_id);
  const { options } = row;
  return {
    job: shownJob(row, deps),
    apiKeyName: row.api_key_name,
    rerunAs: rerun === null ? null : formatId('job', rerun),
    runId: row.run_id === null ? null : formatId('run', row.run_id),
    upstream: row.upstream_id === null ? null : { id: formatId('ups', row.upstream_id), name: row.upstream_name },
    call: callOf(row),
    body: bodyKeeping(row, deps.now()),
    secrets: secretsKeeping(row, deps.now()),
    settings: {
      timeoutMs: options.timeoutMs,
      redirect: options.redirect,
      sendIdempotencyKey: options.sendIdempotencyKey,
      resultTtlSeconds: options.resultTtlSeconds,
      keepSecretsSeconds: options.keepSecretsSeconds,
      deadlineSeconds: options.deadlineSeconds,
      redact: options.redact,
      callbackScheduleSeconds: row.callback?.scheduleSeconds ?? null,
    },
    policy: unpackPolicy(options.policy),
    attempts: (byOwner.get(row.id) ?? []).map(attemptLine),
    latest: latest ? toAttempt(latest) : null,
    deliveries: deliveries.map((delivery) => deliveryLine(delivery, byOwner.get(delivery.id) ?? [])),
  };
}

function callOf(row: ViewJobRow): JobView['call'] {
  if (row.gateway === null) return null;
  return {
    gateway: row.gateway,
    responseId: isModelResponse(row) ? formatId('resp', row.id) : null,
    model: row.model,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
  };
}

function shownJob(row: ViewJobRow, deps: Links & Clock): JobView['job'] {
  const job = toJob(row, { asOf: new Date(deps.now()) }, deps);
  if (job.result === null || row.result_body === null) return { ...job, result: null };
  const start = bodyStart(row.result_body, job.result.contentType, row.result_size ?? 0);
  return { ...job, result: { ...job.result, ...start } };
}

function bodyKeeping(row: ViewJobRow, nowMs: number): Keeping {
  if (!row.options.hadBody) return { state: 'none', until: null };
  return keeping(row.body_kept, row.body_erase_at ?? row.result_expires_at, nowMs);
}

function secretsKeeping(row: ViewJobRow, nowMs: number): Keeping {
  if (!row.secrets_kept && !hasMasks(row)) return { state: 'none', until: null };
  return keeping(row.secrets_kept, row.secrets_erase_at, nowMs);
}

function keeping(kept: boolean, until: Date | null, nowMs: number): Keeping {
  const isKept = kept && (until === null || until.getTime() > nowMs);
  return { state: isKept ? 'kept' : 'erased', until: iso(until) };
}

function hasMasks(row: FullJobRow): boolean {
  const masked = (value: string) => value.includes(mask);
  const { url = null, headers = {} } = row.callback ?? {};
  const shown = [row.url, url ?? '', ...row.headers.map(([, value]) => value), ...Object.values(headers)];
  return shown.some(masked);
}

function attemptLine(row: AttemptLineRow): AttemptLine {
  return {
    id: formatId('att', row.id),
    number: row.n,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at.toISOString(),
    outcome: row.outcome,
    status: row.status,
    failure: row.failure,
    timings: row.timings,
    decision: row.decision,
  };
}

function deliveryLine(row: DeliveryLineRow, tries: AttemptLineRow[]): DeliveryLine {
  return {
    ...toDelivery(row),
    endpoint:
      row.endpoint_id === null || row.endpoint_name === null
        ? null
        : { id: formatId('end', row.endpoint_id), name: row.endpoint_name, listener: row.listener },
    error: deliveryErrors(row).error,
    tries: tries.map(attemptLine),
  };
}

/**
 * Returns one attempt of a job or a delivery, with the first 16 KiB of the response. `id` is the id of the job or
 * delivery. Throws `not_found`.
 */
export async function getAttempt(deps: Reads, projectId: string, id: string, number: number): Promise<Attempt> {
  const row = await findAttempt(deps.db, await ownerUuid(deps, projectId, id), number);
  if (!row) throw new Refusal('not_found', `${id} has no attempt ${number}`, 'number');
  return toAttempt(row);
}

async function ownerUuid(deps: Reads, projectId: string, id: string): Promise<string> {
  const delivery = parseId('dlv', id);
  if (delivery === null) return (await loadJob(deps, projectId, id)).id;
  if (!(await findDelivery(deps.db, projectId, delivery)))
    throw new Refusal('not_found', `there is no delivery ${id}`, 'id');
  return delivery;
}

/** Returns the beginning of a job's request body, masked by `redact.body`. Throws like `getRequestBody`. */
export async function getBodyStart(deps: Reads & Seals & Clock, projectId: string, id: string): Promise<BodyStart> {
  const { bytes, contentType } = await getRequestBody(deps, projectId, id);
  return bodyStart(bytes.subarray(0, startBytes), contentType, bytes.byteLength);
}

/**
 * Returns a job's request body, masked by `redact.body`. Throws `not_found` if the job or its body does not exist, and
 * `body_expired` if the body was erased.
 */
export async function getRequestBody(
  deps: Reads & Seals & Clock,
  projectId: string,
  id: string,
): Promise<{ bytes: Uint8Array; contentType: string | null }> {
  const row = await findViewJob(deps.db, projectId, jobUuid(id), 0);
  if (!row) throw new Refusal('not_found', `there is no job ${id}`, 'id');
  const { state } = bodyKeeping(row, deps.now());
  if (state === 'none') throw new Refusal('not_found', `${id} was submitted without a body`, 'id');
  const bytes = state === 'kept' ? await shownRequestBody(deps, row.id, row.options.redact.body) : null;
  if (bytes === null) throw new Refusal('body_expired', `the request body of ${id} was erased`, 'id');
  return { bytes, contentType: headerValue(row.headers, 'content-type') };
}
