import { createHash } from 'node:crypto';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { CallbackSpec, SubmitSpec } from '#src/contract/submit/submit-spec.ts';
import { checkTargetUrl } from '#src/domain/egress/target-url.ts';
import { limits } from '#src/domain/limits.ts';
import { packPolicy } from '#src/domain/policy/stored-policy.ts';
import { maskUrlQuery, responsePointers, secretParameters } from '#src/domain/redact/redact.ts';
import type { Clock, Guards, Seals } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import type { ReceiverRow } from '#src/store/delivery/receiver-rows.ts';
import type { JobRun, NewJob } from '#src/store/job/insert-jobs.ts';
import type { ShownHeader, StoredCallback } from '#src/store/job/job-options.ts';
import { isModelResponse } from '#src/store/job/job-row.ts';
import type { NewModelCall } from '#src/store/job/model-calls.ts';
import { lineIdOf } from '#src/store/line/line-id.ts';
import { type RequestSecrets, receiverText, sealContext } from '#src/store/seal/sealed-parts.ts';

/** The project that a job is submitted to, and the API key that submits it; null: no key. */
export type Submitter = { projectId: string; apiKeyId: string | null };

type Known = {
  rerunOf?: string;
  receivers?: readonly ReceiverRow[];
  resultTtlSeconds?: number;
  run?: JobRun;
  /** Gateway that takes the job as a call of its API. Absent: a plain job. */
  gateway?: string;
  call?: NewModelCall;
  callbackFormat?: 'openai';
};

/**
 * Returns a checked submission as it is stored: secrets are masked, and their real values are sealed. Throws a refusal
 * for a target that the egress rules forbid, `runAt` too far ahead, or an unknown endpoint. It does no I/O: host names
 * are resolved only when a worker connects.
 */
export function prepareJob(
  spec: SubmitSpec,
  submitter: Submitter,
  deps: Seals & Guards & Clock,
  more: Known = {},
): NewJob {
  const askedSeconds = spec.resultTtlSeconds ?? more.resultTtlSeconds ?? limits.resultTtlSeconds.default;
  // A run that is entered again reads the results of its jobs, so none of them goes into a callback alone.
  const resultTtlSeconds = more.run ? Math.max(1, askedSeconds) : askedSeconds;
  const target = checkTargetUrl(spec.url, deps.egress);
  if (!target.ok) throw new Refusal(target.code, target.message, 'url');
  const nowMs = deps.now();
  checkRunAt(spec, nowMs);
  checkStream(spec);
  const id = newId(nowMs);
  const url = maskUrlQuery(target.href, spec.redact.query);
  return {
    id,
    projectId: submitter.projectId,
    apiKeyId: submitter.apiKeyId,
    method: spec.method,
    url,
    host: target.host,
    labels: spec.labels,
    maxAttempts: spec.policy.maxAttempts,
    runAt: spec.runAt,
    delayMs: (spec.delaySeconds ?? 0) * 1000,
    deadlineMs: spec.deadlineSeconds === null ? null : Math.round(spec.deadlineSeconds * 1000),
    headers: spec.headers.map((header): ShownHeader => [header.name, header.masked ?? header.value]),
    options: {
      policy: packPolicy(spec.policy),
      timeoutMs: spec.timeoutMs,
      redirect: spec.redirect,
      sendIdempotencyKey: spec.sendIdempotencyKey,
      resultTtlSeconds,
      keepSecretsSeconds: spec.keepSecretsSeconds,
      deadlineSeconds: spec.deadlineSeconds,
      redact: spec.redact,
      hadBody: spec.body !== null,
      ...(spec.flow && { flow: spec.flow.key }),
      ...(spec.upstream && { upstream: spec.upstream.name }),
      ...(spec.stream && { stream: spec.stream }),
    },
    metadata: spec.metadata,
    ...callbackOf(id, spec, more, deps),
    ...bodyOf(id, spec, deps),
    sealed: sealRequest(id, spec, target.href, url, deps),
    idempotency: idempotencyOf(
      spec,
      { projectId: submitter.projectId, href: target.href, ttlSeconds: resultTtlSeconds },
      deps,
    ),
    rerunOf: more.rerunOf ?? null,
    priority: spec.priority,
    flow: spec.flow && {
      ...spec.flow,
      lineId: lineIdOf({ projectId: submitter.projectId, kind: 'flow', key: spec.flow.key }),
    },
    run: more.run ?? null,
    gateway: more.gateway ?? null,
    call: more.call ?? null,
    upstreamId: spec.upstream?.id ?? null,
  };
}

function checkRunAt(spec: SubmitSpec, nowMs: number): void {
  if (spec.runAt && spec.runAt.getTime() > nowMs + limits.delaySeconds.max * 1000) {
    throw new Refusal(
      'invalid_input',
      `runAt may be at most ${limits.delaySeconds.max / 86_400} days from now`,
      'runAt',
    );
  }
}

/** Events are stored as they come, so nothing in them can be masked that is named by its place in the whole. */
function checkStream({ stream, redact }: SubmitSpec): void {
  if (stream === null || responsePointers(redact.response).length === 0) return;
  const message = '`stream` and JSON pointers in `redact.response` exclude each other: events are stored as they come';
  throw new Refusal('conflicting_fields', message, 'stream');
}

function callbackOf(
  id: string,
  { callback, redact }: SubmitSpec,
  more: Known,
  deps: Seals & Guards,
): Pick<NewJob, 'callback' | 'callbackSealed'> {
  if (callback === null) return { callback: null, callbackSealed: null };
  const url = callback.url === null ? null : checkedUrl(callback.url, deps);
  const shown = url === null ? null : maskUrlQuery(url, secretParameters(url, redact.query));
  return {
    callback: storedCallback(callback, shown, more),
    callbackSealed: sealCallback(id, callback, url === shown ? null : url, deps),
  };
}

function storedCallback(callback: CallbackSpec, shownUrl: string | null, more: Known): StoredCallback {
  return {
    url: shownUrl,
    endpoint: callback.endpoint === null ? null : namedEndpoint(callback.endpoint, more),
    events: callback.events,
    headers: Object.fromEntries(callback.headers.map((header) => [header.name, header.masked ?? header.value])),
    payload: callback.payload,
    scheduleSeconds: callback.scheduleSeconds,
    ...(callback.giveUpOn && { giveUpOn: callback.giveUpOn }),
    ...(more.callbackFormat && shownUrl !== null && { format: more.callbackFormat }),
  };
}

function checkedUrl(url: string, deps: Guards): string {
  const target = checkTargetUrl(url, deps.egress);
  if (!target.ok) throw new Refusal(target.code, target.message, 'callback.url');
  return target.href;
}

function namedEndpoint(name: string, { receivers = [], gateway }: Known): { id: string; name: string } {
  const endpoint = receivers.find((one) => one.name === name);
  if (!endpoint)
    throw new Refusal('invalid_input', `there is no endpoint "${name}" in this project`, 'callback.endpoint');
  if (endpoint.format === 'openai' && !isModelResponse({ gateway: gateway ?? null })) {
    const message = `the endpoint "${name}" has the format openai, and hears of model responses alone`;
    throw new Refusal('invalid_input', message, 'callback.endpoint');
  }
  return { id: endpoint.id, name };
}

function bodyOf(id: string, spec: SubmitSpec, deps: Seals): Pick<NewJob, 'body' | 'bodySealed'> {
  if (spec.body === null) return { body: null, bodySealed: false };
  if (spec.redact.body.length === 0) return { body: spec.body, bodySealed: false };
  return { body: deps.cipher.seal(spec.body, sealContext.body(id)), bodySealed: true };
}

function sealRequest(id: string, spec: SubmitSpec, realUrl: string, shownUrl: string, deps: Seals): Buffer | null {
  const headers = spec.headers.flatMap((header, index): [number, string][] =>
    header.masked === null ? [] : [[index, header.value]],
  );
  if (headers.length === 0 && realUrl === shownUrl) return null;
  const secrets: RequestSecrets = { url: realUrl === shownUrl ? null : realUrl, headers };
  return deps.cipher.seal(JSON.stringify(secrets), sealContext.request(id));
}

function sealCallback(id: string, callback: CallbackSpec, secretUrl: string | null, deps: Seals): Buffer | null {
  const secret = callback.headers.filter((header) => header.masked !== null);
  if (secret.length === 0 && secretUrl === null) return null;
  const headers = Object.fromEntries(secret.map((header) => [header.name, header.value]));
  return deps.cipher.seal(receiverText({ url: secretUrl, headers }), sealContext.callback(id));
}

function idempotencyOf(
  spec: SubmitSpec,
  { projectId, href, ttlSeconds }: { projectId: string; href: string; ttlSeconds: number },
  deps: Seals,
): NewJob['idempotency'] {
  const key = spec.idempotencyKey;
  if (key === null) return null;
  const digest = requestDigest(spec, href);
  return {
    key,
    digest,
    fingerprint: deps.cipher.fingerprint(digest, sealContext.idempotencyKey(projectId, key)),
    ttlSeconds: Math.max(limits.idempotencyTtlSeconds, ttlSeconds),
  };
}

/**
 * Returns the hash of method, URL, body and content type. Two submissions with one idempotency key are the same if
 * their hashes are equal.
 */
function requestDigest(spec: SubmitSpec, href: string): Buffer {
  const contentType = spec.headers.find((header) => header.name.toLowerCase() === 'content-type')?.value ?? '';
  const hash = createHash('sha256').update(JSON.stringify([spec.method, href, contentType]));
  return (spec.body === null ? hash : hash.update('\n').update(spec.body)).digest();
}
