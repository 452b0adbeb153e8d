import { createHash } from 'node:crypto';
import { type ResponseCall, readResponseCall } from '#src/contract/gateway/response-call.ts';
import type { Job } from '#src/contract/job/job.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { isObject, type JsonObject } from '#src/domain/gateway/response-object.ts';
import { gatewayLimits, limits } from '#src/domain/limits.ts';
import { parseExactJson } from '#src/domain/text/exact-json.ts';
import {
  answerOf,
  loadResponse,
  newResponse,
  responseGateway,
  responseId,
  toResponse,
} from '#src/engine/gateway/read-response.ts';
import { repetitionDigest } from '#src/engine/gateway/repetition.ts';
import { responseJob } from '#src/engine/gateway/response-job.ts';
import { getJob } from '#src/engine/read/read-job.ts';
import { jobUuid } from '#src/engine/show/known-id.ts';
import { resolveUpstream } from '#src/engine/upstream/resolve-upstream.ts';
import type { Actor } from '#src/server/call/actor.ts';
import { holdStream } from '#src/server/call/open-streams.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { json, utf8Text } from '#src/server/http/wire.ts';
import { waitForEnd } from '#src/server/jobs/submit-jobs.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { ModelCallRow } from '#src/store/job/model-calls.ts';
import { gatewayCaller } from './gateway-caller.ts';
import { isRepetition } from './is-repetition.ts';
import { streamResponse } from './stream-response.ts';
import { callbackFormatOf, callbackOf, submitCall } from './submit-call.ts';

/**
 * Answers `POST /v1/responses`: stores a job that makes the response. In the background the response is answered at
 * once, `queued`. Otherwise the answer waits for the response, or is the stream of its events.
 */
export async function createResponse(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const actor = await gatewayCaller(deps, request, 'jobs:write');
  const bytes = await request.body(limits.bodyBytes);
  const call = readResponseCall(parseJson(utf8Text(bytes)));
  return submit(deps, actor, request, { bytes, call });
}

/** A response that was asked for; `response` is null if it has to be read. */
type Asked = { call: ResponseCall; id: string; response: JsonObject | null };

async function answer(deps: ServerDeps, actor: Actor, request: HttpRequest, asked: Asked): Promise<HttpResponse> {
  const { call, id, response } = asked;
  if (call.stream) return streamResponse(deps, actor, request, await loadResponse(deps, actor.projectId, id));
  if (!call.background) return inForeground(deps, actor, request, id);
  return json(200, response ?? toResponse(await loadResponse(deps, actor.projectId, id), deps));
}

function parseJson(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (error) {
    throw new Refusal('invalid_json', `the request body is not JSON: ${(error as Error).message}`);
  }
}

/**
 * Returns what a repetition of the request is known by. OpenAI's client repeats a request whose answer it did not get, without
 * an idempotency key, but says that it does. A request with a key is known by that.
 */
function repetitionOf(deps: ServerDeps, { id, projectId }: Actor, request: HttpRequest, bytes: Buffer) {
  if (request.headers['idempotency-key'] !== undefined) return { digest: null };
  const digest = createHash('sha256').update(`${responseGateway} ${id}\n`).update(bytes).digest();
  return { digest: repetitionDigest(deps, projectId, digest), repeats: isRepetition(request) };
}

async function submit(
  deps: ServerDeps,
  actor: Actor,
  request: HttpRequest,
  { bytes, call }: { bytes: Buffer; call: ResponseCall },
): Promise<HttpResponse> {
  const { projectId } = actor;
  const { upstream, model: named } = await resolveUpstream(deps, projectId, call.model ?? '');
  const model = call.model === null ? null : named;
  const callback = callbackOf(request, call.callback);
  const isWanted = call.background || request.headers['idempotency-key'] !== undefined || 'callback' in callback;
  // A call is given up when its connection is closed, unless somebody asks for its response or hears of it otherwise.
  const awaitedSeconds = isWanted ? null : deps.pace.callHeldSeconds;
  const { more, ...made } = responseJob(call, { name: upstream.name, format: upstream.format, model });
  const job = await submitCall(deps, actor, request, {
    ...made,
    gateway: responseGateway,
    call: { model, asked: call.asked, keyDigest: null, ...repetitionOf(deps, actor, request, bytes), awaitedSeconds },
    upstream,
    repeatable: true,
    method: 'POST',
    headers: {
      ...passedHeaders(request.headers),
      'content-type': 'application/json',
      accept: call.stream ? 'text/event-stream' : 'application/json',
    },
    more: { ...more, ...callback },
    ...callbackFormatOf(request, call.callbackFormat),
    ...(call.stream && { stream: 'openai_response' as const }),
  });
  if (!call.background) deps.heldCalls.hold(jobUuid(job.id), request.signal, { isNew: !job.replayed });
  const response = job.replayed ? null : newResponse(job, call.asked);
  return answer(deps, actor, request, { call, id: responseId(job.id), response });
}

/** Returns the headers of the client that concern the API: its versions and beta features. */
function passedHeaders(headers: HttpRequest['headers']): Record<string, string> {
  const passed = Object.entries(headers).filter(([name]) => /^(?:openai|anthropic)-/.test(name));
  return Object.fromEntries(passed.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

async function inForeground(
  deps: ServerDeps,
  actor: Actor,
  { signal }: HttpRequest,
  id: string,
): Promise<HttpResponse> {
  const end = holdStream('waits', actor, signal);
  try {
    const before: Job = await getJob(deps, actor.projectId, id.replace(/^resp/, 'job'));
    await waitForEnd(deps, actor, before, gatewayLimits.foregroundSeconds, signal);
  } finally {
    end();
  }
  const row = await loadResponse(deps, actor.projectId, id);
  if (row.state === 'failed') return failure(row);
  if (isTerminal(row.state)) return json(200, toResponse(row, deps));
  // The client asks again and finds the same response.
  const message = `the response ${id} has not come yet`;
  return json(
    503,
    { error: { message, type: 'server_error', code: 'unavailable', param: null } },
    { 'x-should-retry': 'true' },
  );
}

/** Answers with the API's own error. Ringback has repeated the call as often as it makes sense, so nobody else should. */
function failure(row: ModelCallRow): HttpResponse {
  const headers = { 'x-should-retry': 'false' };
  const answer = answerOf(row);
  const { code = 'server_error', message = 'the request failed' } = row.error ?? {};
  const status = row.result_status ?? (code === 'timeout' ? 504 : 502);
  if (row.result_status !== null && isObject(answer) && isObject(answer.error)) return json(status, answer, headers);
  return json(status < 400 ? 502 : status, { error: { message, type: 'server_error', code, param: null } }, headers);
}
