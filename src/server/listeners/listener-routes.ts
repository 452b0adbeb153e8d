import { listenerAnswer, triggerInput } from '#src/contract/endpoint/listener.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import { leave } from '#src/engine/listen/leave-listener.ts';
import { sendSample } from '#src/engine/listen/send-sample.ts';
import { takeAnswer } from '#src/engine/listen/take-answer.ts';
import { type Actor, requireScope } from '#src/server/call/actor.ts';
import { auditDetail } from '#src/server/call/audit-detail.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import { noteDeed } from '#src/server/call/record-deed.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { json, readJson } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { deliver } from './deliver.ts';
import { listenerDeed } from './listener-deed.ts';
import { openStream } from './stream.ts';

export const listenersPath = '/v1/listeners/';

/** The routes of listeners. Their paths follow `listenersPath`. */
export const listenerRoutes: readonly {
  method: string;
  path: RegExp;
  answer: (deps: ServerDeps, request: HttpRequest, id: string) => Promise<HttpResponse>;
}[] = [
  { method: 'GET', path: /^stream$/, answer: openStream },
  { method: 'POST', path: /^trigger$/, answer: trigger },
  { method: 'POST', path: /^([^/]+)\/deliver$/, answer: deliver },
  { method: 'POST', path: /^([^/]+)\/answers$/, answer },
  { method: 'DELETE', path: /^([^/]+)$/, answer: stop },
];

/**
 * Answers all routes below `/v1/listeners`. Each route checks its own caller: a delivery has a signature instead of an
 * API key.
 */
export function handleListeners(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const rest = request.path.slice(listenersPath.length);
  const route = listenerRoutes.find(({ path }) => path.test(rest));
  if (!route) throw new Refusal('no_route', `there is no route ${request.path}`);
  if (route.method !== request.method) {
    throw new MethodNotAllowed(request, [route.method]);
  }
  return route.answer(deps, request, route.path.exec(rest)?.[1] ?? '');
}

const triggerBytes = 4_096;
const answerBytes = 512 * 1024;

async function administrator(deps: ServerDeps, request: HttpRequest): Promise<Actor> {
  return requireScope(await authenticate(deps, request), 'callbacks:admin');
}

async function trigger(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const actor = await administrator(deps, request);
  const input = triggerInput.parse(await readJson(request, triggerBytes));
  const sent = await sendSample(deps, actor.projectId, input);
  const done = { action: 'listeners.trigger', target: sent.eventId, detail: auditDetail(input) };
  await noteDeed(deps, listenerDeed(request, actor, done));
  return json(202, sent);
}

async function answer(deps: ServerDeps, request: HttpRequest, endpointId: string): Promise<HttpResponse> {
  const { projectId } = await administrator(deps, request);
  await takeAnswer(deps, projectId, endpointId, listenerAnswer.parse(await readJson(request, answerBytes)));
  return { status: 204 };
}

async function stop(deps: ServerDeps, request: HttpRequest, endpointId: string): Promise<HttpResponse> {
  const actor = await administrator(deps, request);
  const { id, name } = await leave(deps, actor.projectId, endpointId);
  const done = { action: 'listeners.leave', target: formatId('end', id), detail: { name } };
  await noteDeed(deps, listenerDeed(request, actor, done));
  return { status: 204 };
}
