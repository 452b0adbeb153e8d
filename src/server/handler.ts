import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { Refusal } from '#src/contract/error-code.ts';
import { limits } from '#src/contract/limits.ts';
import type { Actor } from './actor.ts';
import { authenticate } from './authenticate.ts';
import { clientPackage } from './client-package.ts';
import type { Context } from './context.ts';
import type { ServerDeps } from './deps.ts';
import { errorsPage } from './errors-page.ts';
import { health } from './health.ts';
import type { Handler, HttpRequest, HttpResponse } from './http.ts';
import { handleListeners, listenersPath } from './listeners/handle.ts';
import { handleLive, livePath } from './live/handle.ts';
import { fromNode, singleHeaders, toNode } from './node-http.ts';
import { asRefusal } from './refusals.ts';
import { handleRest } from './rest/handler.ts';
import { problem } from './rest/wire.ts';
import { appRouter } from './router.ts';
import { answerHeaders } from './security-headers.ts';

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

const trpcPath = '/api/trpc/';

/** Our own routes, answered before Next sees a request: the API is five times faster this way. */
export function makeHandler(deps: ServerDeps, playground: Handler, next: NodeHandler): NodeHandler {
  const own = ownRoutes(deps, playground);
  return async (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    if (!isOwn(path)) return next(request, response);
    for (const [name, value] of answerHeaders) response.setHeader(name, value);
    if (path.startsWith(trpcPath)) return handleTrpc(deps, request, response, path, requestId);
    if (path.startsWith('/api/auth/')) return deps.sessions.handle(request, response);
    const answer = await own(fromNode(request, response)).catch((error: unknown) => refused(deps, error, requestId));
    await toNode(answer, request, response);
  };
}

function isOwn(path: string): boolean {
  return (
    /^\/(v1|api|playground)\//.test(path) ||
    path === '/healthz' ||
    path === '/readyz' ||
    path === '/client.tgz' ||
    path === '/errors'
  );
}

function ownRoutes(deps: ServerDeps, playground: Handler): (request: HttpRequest) => Promise<HttpResponse> {
  return async (request) => {
    const { path } = request;
    if (path.startsWith(listenersPath)) return handleListeners(deps, request);
    if (path.startsWith('/v1/'))
      return handleRest(deps, request, (call) => authenticate(deps, call.headers, call.method));
    if (path === livePath || path.startsWith(`${livePath}/`)) return handleLive(deps, request);
    if (path === '/healthz' || path === '/readyz') return health(deps.db, path);
    if (path === '/client.tgz') return clientPackage();
    if (path === '/errors') return errorsPage();
    const answer = await playground(request);
    if (answer === null) throw new Refusal('no_route', `there is no route ${path}`);
    return answer;
  };
}

function refused(deps: ServerDeps, error: unknown, requestId: string): HttpResponse {
  const refusal = asRefusal(error);
  if (refusal.code === 'internal') deps.log.error({ err: error, requestId }, 'a request failed');
  return problem(refusal, requestId, deps.publicUrl);
}

function handleTrpc(
  deps: ServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  requestId: string,
) {
  const headers = singleHeaders(request);
  let actor: Promise<Actor> | undefined;
  const createContext = (): Promise<Context> =>
    Promise.resolve({
      deps,
      actor: () => (actor ??= authenticate(deps, headers, request.method ?? 'GET')),
      idempotencyKey: headers['idempotency-key'] ?? null,
      requestId,
    });
  return nodeHTTPRequestHandler({
    req: request,
    res: response,
    path: path.slice(trpcPath.length),
    router: appRouter,
    createContext,
    maxBodySize: limits.batchBytes,
    onError: ({ error, path: procedure }) => {
      if (asRefusal(error).code === 'internal')
        deps.log.error({ err: error.cause ?? error, requestId, procedure }, 'a call failed');
    },
  });
}
