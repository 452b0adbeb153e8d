import type { Job } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { gatewayLimits, limits } from '#src/domain/limits.ts';
import { loadJob } from '#src/engine/read/read-job.ts';
import { storedEncoding } from '#src/engine/show/stored-encoding.ts';
import type { Actor } from '#src/server/call/actor.ts';
import { holdStream } from '#src/server/call/open-streams.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { asAttachment, json } from '#src/server/http/wire.ts';
import { waitForEnd } from '#src/server/jobs/submit-jobs.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { calledBody } from './called-body.ts';
import { gatewayCaller } from './gateway-caller.ts';
import { callbackOf, submitCall } from './submit-call.ts';

export const proxyPath = '/v1/proxy/';

const { foregroundSeconds, keptSeconds } = gatewayLimits;

/**
 * Passes a request on to an upstream as a job. `Prefer: respond-async` (RFC 7240) answers 202 with the job at once,
 * `Prefer: wait=N` does so when the job has not ended after N seconds; otherwise the answer is the upstream's own.
 */
export async function handleProxy(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const actor = await gatewayCaller(deps, request, 'jobs:write');
  const [, name = '', rest = ''] = /^([^/]+)(\/.*)?$/.exec(request.path.slice(proxyPath.length)) ?? [];
  const upstreams = await deps.upstreams.of(actor.projectId, [name]);
  const upstream = upstreams.find((one) => one.name === name);
  if (upstream === undefined) throw new Refusal('not_found', `there is no upstream "${name.slice(0, 64)}"`, 'upstream');
  const bytes = await request.body(limits.bodyBytes);
  const prefer = preferred(request.headers.prefer);
  const job = await submitCall(deps, actor, request, {
    gateway: 'proxy',
    call: { model: modelOf(bytes, request), asked: null, digest: null, keyDigest: null },
    upstream,
    method: request.method,
    path: `${rest === '' ? '/' : rest}${request.search}`,
    headers: passedHeaders(request.headers),
    body: bytes.byteLength === 0 ? null : bytes,
    resultTtlSeconds: keptSeconds,
    more: callbackOf(request),
  });
  const seconds = prefer.waitSeconds ?? (prefer.respondsAsync ? 0 : foregroundSeconds);
  const applied = appliedOf(prefer);
  const ended = seconds === 0 ? job : await waited(deps, actor, request, job, seconds);
  if (isTerminal(ended.state) && seconds > 0) return answerOf(deps, actor, ended, applied);
  const location = `${deps.publicUrl}/v1/jobs/${job.id}`;
  return json(202, ended, { ...applied, location, 'retry-after': '1', 'ringback-job': job.id });
}

type Preference = { respondsAsync: boolean; waitSeconds: number | null };

function preferred(header: string | undefined): Preference {
  const parts = (header ?? '')
    .toLowerCase()
    .split(/[,;]/)
    .map((part) => part.trim());
  const wait = parts.map((part) => /^wait\s*=\s*"?(\d{1,9})"?$/.exec(part)?.[1]).find((found) => found !== undefined);
  return {
    respondsAsync: parts.includes('respond-async'),
    waitSeconds: wait === undefined ? null : Math.min(Number(wait), foregroundSeconds),
  };
}

function appliedOf({ respondsAsync, waitSeconds }: Preference): Record<string, string> {
  const applied = [
    ...(respondsAsync ? ['respond-async'] : []),
    ...(waitSeconds === null ? [] : [`wait=${waitSeconds}`]),
  ];
  return applied.length === 0 ? {} : { 'preference-applied': applied.join(', ') };
}

async function waited(
  deps: ServerDeps,
  actor: Actor,
  { signal }: HttpRequest,
  job: Job,
  seconds: number,
): Promise<Job> {
  const end = holdStream('waits', actor, signal);
  try {
    return await waitForEnd(deps, actor, job, seconds, signal);
  } finally {
    end();
  }
}

/** Headers of the caller that are not passed on: credentials for Ringback, what concerns this connection, and ours. */
const keptBack = new Set([
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'idempotency-key',
  'keep-alive',
  'origin',
  'prefer',
  'priority',
  'referer',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'via',
  // Ringback decodes what it is sent, and keeps it readable.
  'accept-encoding',
  'api-key',
  'x-api-key',
  'x-goog-api-key',
  'x-real-ip',
]);
const keptBackPrefix = /^(?:proxy-|ringback-|sec-|webhook-|x-bf-|x-forwarded-|x-stainless-)/;

function passedHeaders(headers: HttpRequest['headers']): Record<string, string> {
  const passed = Object.entries(headers).filter(([name]) => !keptBack.has(name) && !keptBackPrefix.test(name));
  return Object.fromEntries(passed.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Returns the model that the body names, if it is a call of a model. */
function modelOf(bytes: Buffer, { headers }: HttpRequest): string | null {
  const type = headers['content-type'] ?? '';
  if (bytes.byteLength === 0 || !/^(?:application\/json|multipart\/form-data)\b/i.test(type)) return null;
  try {
    return calledBody(bytes, type).model;
  } catch {
    return null;
  }
}

/** Headers of the upstream's answer that concern its connection to Ringback, or what a browser does with its origin. */
const notAnswered =
  /^(?:access-control-.*|alt-svc|clear-site-data|connection|content-encoding|content-length|keep-alive|service-worker-allowed|set-cookie|strict-transport-security|transfer-encoding|upgrade)$/;

/** Answers what the upstream has answered, or 502 and 504 when it has not. */
async function answerOf(
  deps: ServerDeps,
  actor: Actor,
  { id, error }: Job,
  applied: Record<string, string>,
): Promise<HttpResponse> {
  const row = await loadJob(deps, actor.projectId, id);
  const own = { ...applied, 'ringback-job': id, 'x-should-retry': 'false' };
  if (row.result_body === null) {
    const { code = 'cancelled', message = 'the job was cancelled' } = error ?? {};
    const type = 'server_error';
    return json(code === 'timeout' ? 504 : 502, { error: { message, type, code, param: null } }, own);
  }
  const encoding = storedEncoding(row);
  return {
    status: row.result_status,
    headers: {
      ...answeredHeaders(row.result_headers),
      // What others have written is never run as a page of ours.
      ...asAttachment(row.content_type),
      ...(encoding === null ? {} : { 'content-encoding': encoding }),
      ...own,
    },
    body: row.result_body,
  };
}

/** Returns the upstream's headers that are answered. One that came several times is answered as often. */
function answeredHeaders(headers: readonly (readonly [name: string, value: string])[]): Record<string, string[]> {
  const answered: Record<string, string[]> = {};
  for (const [written, value] of headers) {
    const name = written.toLowerCase();
    if (!notAnswered.test(name)) answered[name] = [...(answered[name] ?? []), value];
  }
  return answered;
}
