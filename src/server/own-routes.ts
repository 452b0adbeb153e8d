import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { clientAddress } from '#src/domain/egress/client-address.ts';
import { limits, readLimits } from '#src/domain/limits.ts';
import type { Actor } from '#src/server/call/actor.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import type { Context } from '#src/server/call/context.ts';
import { forgottenProject } from '#src/server/call/named-project.ts';
import { asRefusal } from '#src/server/call/refusals.ts';
import { clientPackage } from '#src/server/http/client-package.ts';
import { errorsPage } from '#src/server/http/errors-page.ts';
import { health } from '#src/server/http/health-routes.ts';
import type { Handler, HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { handleMetrics, metricsPath } from '#src/server/http/metrics-route.ts';
import { fromNode, singleHeaders, toNode } from '#src/server/http/node-http.ts';
import { answerHeaders } from '#src/server/http/security-headers.ts';
import { problem } from '#src/server/http/wire.ts';
import { handleListeners, listenersPath } from '#src/server/listeners/listener-routes.ts';
import { handleLive, livePath } from '#src/server/live/live-route.ts';
import { handleRest } from '#src/server/rest/rest-handler.ts';
import { handleJoin, joinPath } from '#src/server/sign-in/join.ts';
import { authPath, handleAuth } from '#src/server/sign-in/sign-in.ts';
import { appRouter } from './router.ts';
import type { ServerDeps } from './server-deps.ts';

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

const trpcPath = '/api/trpc/';

/**
 * Makes the handler of all requests. It answers our own routes before Next sees the request, which makes the API five
 * times faster.
 */
export function makeHandler(deps: ServerDeps, playground: Handler, next: NodeHandler): NodeHandler {
  const own = ownRoutes(deps, playground);
  return async (node, response) => {
    const path = (node.url ?? '/').split('?', 1)[0] ?? '/';
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    if (!isOwn(path)) return next(node, response);
    for (const [name, value] of answerHeaders) response.setHeader(name, value);
    const request = fromNode(node, response, { requestId, peer: peerOf(deps, node) });
    if (path.startsWith(trpcPath)) return handleTrpc(deps, node, response, request);
    const answer = await own(request).catch((error: unknown) => refused(deps, error, request));
    await toNode(answer, node, response);
  };
}

function peerOf({ trustedProxies }: ServerDeps, node: IncomingMessage): string {
  return clientAddress(node.socket.remoteAddress ?? 'unknown', singleHeaders(node)['x-forwarded-for'], trustedProxies);
}

function isOwn(path: string): boolean {
  return (
    /^\/(v1|api|playground)\//.test(path) ||
    path === '/healthz' ||
    path === '/readyz' ||
    path === metricsPath ||
    path === '/client.tgz' ||
    path === '/errors'
  );
}

function ownRoutes(deps: ServerDeps, playground: Handler): (request: HttpRequest) => Promise<HttpResponse> {
  return async (request) => {
    const { path } = request;
    if (path.startsWith(listenersPath)) return handleListeners(deps, request);
    if (path.startsWith('/v1/')) return handleRest(deps, request);
    if (path.startsWith(authPath)) return handleAuth(deps, request);
    if (path === joinPath) return handleJoin(deps, request);
    if (path === livePath || path.startsWith(`${livePath}/`)) return handleLive(deps, request);
    if (path === '/healthz' || path === '/readyz') return health(deps.db, path);
    if (path === metricsPath) return handleMetrics(deps, request);
    if (path === '/client.tgz') return clientPackage();
    if (path === '/errors') return errorsPage();
    const answer = await playground(request);
    if (answer === null) throw new Refusal('no_route', `there is no route ${path}`);
    return answer;
  };
}

function refused(deps: ServerDeps, error: unknown, request: HttpRequest): HttpResponse {
  const refusal = asRefusal(error);
  const { requestId } = request;
  if (refusal.code === 'internal') deps.log.error({ err: error, requestId }, 'a request failed');
  const answer = problem(refusal, requestId, deps.publicUrl);
  const forgotten = forgottenProject(request, error);
  return forgotten === null ? answer : { ...answer, headers: { ...answer.headers, 'set-cookie': forgotten } };
}

function handleTrpc(deps: ServerDeps, node: IncomingMessage, response: ServerResponse, request: HttpRequest) {
  const { requestId, peer } = request;
  const actorNow = () =>
    authenticate(deps, request).catch((error: unknown) => {
      const forgotten = forgottenProject(request, error);
      if (forgotten !== null && !response.headersSent) response.setHeader('set-cookie', forgotten);
      throw error;
    });
  let actor: Promise<Actor> | undefined;
  const createContext = (): Promise<Context> =>
    Promise.resolve({
      deps,
      actor: () => (actor ??= actorNow()),
      actorNow,
      idempotencyKey: request.headers['idempotency-key'] ?? null,
      requestId,
      peer,
    });
  return nodeHTTPRequestHandler({
    req: node,
    res: response,
    path: request.path.slice(trpcPath.length),
    router: appRouter,
    createContext,
    maxBodySize: limits.batchBytes,
    maxBatchSize: readLimits.callsAtOnce,
    onError: ({ error, path: procedure }) => {
      if (asRefusal(error).code === 'internal')
        deps.log.error({ err: error.cause ?? error, requestId, procedure }, 'a call failed');
    },
  });
}
