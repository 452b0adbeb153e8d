import { Refusal } from '#src/contract/shape/error-code.ts';
import { inputItems, type ListPage, listPage } from '#src/domain/gateway/input-items.ts';
import { isObject } from '#src/domain/gateway/response-object.ts';
import { formatId } from '#src/domain/text/id.ts';
import { cancelResponse, deleteResponse } from '#src/engine/gateway/end-response.ts';
import { loadResponse, toResponse } from '#src/engine/gateway/read-response.ts';
import { shownRequestBody } from '#src/engine/read/request-body.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { json } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { createResponse } from './create-response.ts';
import { gatewayCaller } from './gateway-caller.ts';
import { isRepetition } from './is-repetition.ts';
import { streamResponse } from './stream-response.ts';

type Route = {
  method: string;
  /** What follows the base path. */
  path: RegExp;
  answer: (deps: ServerDeps, request: HttpRequest, id: string) => Promise<HttpResponse>;
};

const routes: readonly Route[] = [
  { method: 'POST', path: /^$/, answer: (deps, request) => createResponse(deps, request) },
  { method: 'GET', path: /^\/([^/]+)$/, answer: retrieve },
  { method: 'DELETE', path: /^\/([^/]+)$/, answer: remove },
  { method: 'POST', path: /^\/([^/]+)\/cancel$/, answer: cancel },
  { method: 'GET', path: /^\/([^/]+)\/input_items$/, answer: listInput },
];

/** Paths below which model responses are made and read: OpenAI's, and Freddy's. */
export const responsePaths = ['/v1/responses', '/v1/model/response'] as const;

/** Answers the routes of model responses. `rest` is what follows the base path. */
export function handleResponses(deps: ServerDeps, request: HttpRequest, rest: string): Promise<HttpResponse> {
  const found = routes.filter(({ path }) => path.test(rest));
  if (found.length === 0) throw new Refusal('no_route', `there is no route ${request.path}`);
  const route = found.find(({ method }) => method === request.method);
  if (!route)
    throw new MethodNotAllowed(
      request,
      found.map(({ method }) => method),
    );
  return route.answer(deps, request, route.path.exec(rest)?.[1] ?? '');
}

async function retrieve(deps: ServerDeps, request: HttpRequest, id: string): Promise<HttpResponse> {
  const actor = await gatewayCaller(deps, request, 'jobs:read');
  const row = await loadResponse(deps, actor.projectId, id);
  if (request.query.get('stream') === 'true') {
    if (row.asked?.background !== true) deps.heldCalls.hold(row.id, request.signal, { isNew: false });
    return streamResponse(deps, actor, request, row);
  }
  return json(200, toResponse(row, deps));
}

async function cancel(deps: ServerDeps, request: HttpRequest, id: string): Promise<HttpResponse> {
  const { projectId } = await gatewayCaller(deps, request, 'jobs:write');
  return json(200, toResponse(await cancelResponse(deps, projectId, id), deps));
}

async function remove(deps: ServerDeps, request: HttpRequest, id: string): Promise<HttpResponse> {
  const { projectId } = await gatewayCaller(deps, request, 'jobs:write');
  await deleteResponse(deps, projectId, { id, repeats: isRepetition(request) });
  return json(200, { id, object: 'response', deleted: true });
}

async function listInput(deps: ServerDeps, request: HttpRequest, id: string): Promise<HttpResponse> {
  const { projectId } = await gatewayCaller(deps, request, 'jobs:read');
  const row = await loadResponse(deps, projectId, id);
  const body = await shownRequestBody(deps, row.id, row.options.redact.body);
  if (body === null) throw new Refusal('result_expired', `the input of ${id} is no longer kept`);
  const sent: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
  const input = isObject(sent) ? (sent.input ?? sent.inputs) : null;
  const key = formatId('resp', row.id).slice('resp_'.length);
  return json(200, listPage(inputItems(input, key), pageOf(request.query)));
}

function pageOf(query: URLSearchParams): ListPage {
  const limit = query.get('limit') ?? '20';
  const order = query.get('order') ?? 'desc';
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 100)
    throw new Refusal('invalid_input', '`limit` must be a whole number from 1 to 100', 'limit');
  if (order !== 'asc' && order !== 'desc') throw new Refusal('invalid_input', '`order` must be asc or desc', 'order');
  return { after: query.get('after'), limit: Number(limit), order };
}
