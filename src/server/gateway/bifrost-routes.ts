import { createHash } from 'node:crypto';
import { errorCodes, Refusal } from '#src/contract/shape/error-code.ts';
import {
  type BifrostOperation,
  bifrostEnvelope,
  bifrostError,
  bifrostGateway,
  bifrostOperation,
  bifrostTtl,
  isExpired,
} from '#src/domain/gateway/bifrost-shape.ts';
import { limits } from '#src/domain/limits.ts';
import { parseId } from '#src/domain/text/id.ts';
import { isUuid } from '#src/domain/text/uuid.ts';
import { bifrostFacts } from '#src/engine/show/bifrost-view.ts';
import { resolveUpstream } from '#src/engine/upstream/resolve-upstream.ts';
import type { Actor } from '#src/server/call/actor.ts';
import { asRefusal } from '#src/server/call/refusals.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { json } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { findModelCall, type ModelCallRow } from '#src/store/job/model-calls.ts';
import { type CalledBody, calledBody } from './called-body.ts';
import { gatewayCaller, keyOf, virtualKeyOf } from './gateway-caller.ts';
import { submitCall } from './submit-call.ts';

export const bifrostPath = '/v1/async/';

/** Answers Bifrost's async routes. `POST` submits, `GET` with the id of a job polls. */
export async function handleBifrost(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const path = request.path.slice(bifrostPath.length);
  const cut = path.lastIndexOf('/');
  const submitted = bifrostOperation(path);
  const polled = bifrostOperation(path.slice(0, Math.max(cut, 0)));
  if (submitted !== undefined && request.method === 'POST') return submit(deps, request, submitted);
  if (polled !== undefined && request.method === 'GET') return poll(deps, request, polled, path.slice(cut + 1));
  if (submitted === undefined && polled === undefined)
    throw new Refusal('no_route', `there is no route ${request.path}`);
  throw new MethodNotAllowed(request, [submitted === undefined ? 'GET' : 'POST']);
}

/** Returns a refusal in Bifrost's shape. */
export function bifrostRefusal(error: unknown): HttpResponse {
  const refusal = asRefusal(error);
  const [status] = errorCodes[refusal.code];
  const allow = refusal instanceof MethodNotAllowed ? { allow: refusal.allow } : {};
  return json(status, bifrostError(status, refusal.message), allow);
}

async function submit(deps: ServerDeps, request: HttpRequest, operation: BifrostOperation): Promise<HttpResponse> {
  const actor = await gatewayCaller(deps, request, 'jobs:write');
  const row = await submitBifrost(deps, actor, request, operation);
  const facts = bifrostFacts(row);
  return facts === null ? notFound('job not found or expired') : json(202, bifrostEnvelope(facts));
}

/** Stores the job of an operation, and returns its rows as they were then. A quick worker may have ended it already. */
export async function submitBifrost(
  deps: ServerDeps,
  actor: Actor,
  request: HttpRequest,
  operation: BifrostOperation,
  refusedStream = `stream is not supported for async ${operation.streamed}`,
): Promise<ModelCallRow> {
  const { headers } = request;
  const called = calledBody(await request.body(limits.bodyBytes), headers['content-type']);
  if (isStreamed(operation, called)) throw new Refusal('invalid_input', refusedStream);
  const { upstream, model } = await resolveUpstream(deps, actor.projectId, called.model ?? '');
  const job = await submitCall(deps, actor, request, {
    gateway: bifrostGateway + operation.path,
    call: { model: called.model === null ? null : model, asked: null, digest: null, keyDigest: keyDigest(request) },
    upstream,
    repeatable: true,
    method: 'POST',
    path: `/${operation.path}`,
    headers: { 'content-type': called.contentType },
    body: called.withModel(called.model === null ? null : model),
    resultTtlSeconds: bifrostTtl(headers['x-bf-async-job-result-ttl'], limits.resultTtlSeconds.max),
    more: await webhookOf(deps, actor, headers['x-bf-async-webhook']),
  });
  const row = await findModelCall(deps.db, actor.projectId, parseId('job', job.id) ?? '');
  if (row === null) throw new Refusal('not_found', 'job not found or expired');
  return { ...row, state: 'queued', ended_at: null };
}

function isStreamed({ streamed, path }: BifrostOperation, { stream, streamsSpeech }: CalledBody): boolean {
  return streamed !== null && (stream || (streamsSpeech && path === 'audio/speech'));
}

/** The webhook that a header names must be an endpoint of the project that is not disabled. */
async function webhookOf(deps: ServerDeps, { projectId }: Actor, name: string | undefined): Promise<object> {
  if (name === undefined || name === '') return {};
  const endpoint = (await deps.receivers.of(projectId)).find((one) => one.name === name);
  if (endpoint === undefined || endpoint.state === 'disabled') {
    const why = endpoint === undefined ? 'there is no such endpoint' : 'the endpoint is disabled';
    throw new Refusal('invalid_input', `failed to resolve webhook endpoint: ${why} "${name}"`);
  }
  return { callback: { endpoint: name } };
}

/** Returns the hash of the virtual key of a request; null: it has none. The job can only be read with the same key. */
function keyDigest(request: HttpRequest): Buffer | null {
  const key = virtualKeyOf(request);
  return key === null ? null : createHash('sha256').update(key).digest();
}

/** Returns true if a request has the virtual key that the job was submitted with, or if the job has none. */
export function hasKeyOf({ key_digest: digest }: ModelCallRow, request: HttpRequest): boolean {
  return digest === null || keyDigest(request)?.equals(digest) === true;
}

async function poll(
  deps: ServerDeps,
  request: HttpRequest,
  operation: BifrostOperation,
  id: string,
): Promise<HttpResponse> {
  if (keyOf(request) === null && virtualKeyOf(request) === null) return notFound('virtual key is required');
  const actor = await gatewayCaller(deps, request, 'jobs:read').catch((error: unknown) => {
    if (errorCodes[asRefusal(error).code][0] === 401) return null;
    throw error;
  });
  if (actor === null) return notFound('virtual key not found');
  return answerPoll(deps, actor, request, { operation, id });
}

/** Answers the state of a job, or says in Bifrost's words why it cannot be read. */
async function answerPoll(
  deps: ServerDeps,
  actor: Actor,
  request: HttpRequest,
  { operation, id }: { operation: BifrostOperation; id: string },
): Promise<HttpResponse> {
  const row = isUuid(id) ? await findModelCall(deps.db, actor.projectId, id) : null;
  const facts = row && bifrostFacts(row);
  if (row === null || facts === null || isExpired(facts, deps.now())) return notFound('job not found or expired');
  if (!hasKeyOf(row, request)) return notFound('virtual key mismatch');
  if (facts.operation !== operation) return notFound('operation type mismatch');
  return json(facts.endedAt === null ? 202 : 200, bifrostEnvelope(facts));
}

function notFound(message: string): HttpResponse {
  return json(404, bifrostError(404, message));
}
