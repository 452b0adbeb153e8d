import { Refusal } from '#src/contract/error-code.ts';
import type { Actor } from '#src/server/actor.ts';
import type { ServerDeps } from '#src/server/deps.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http.ts';
import { deliveryRoutes } from './deliveries.ts';
import { endpointRoutes } from './endpoints.ts';
import { restRoutes } from './jobs.ts';
import { operationRoutes } from './operations.ts';

const routes = [...restRoutes, ...endpointRoutes, ...deliveryRoutes, ...operationRoutes];

/** Answers everything below `/v1`; throws a refusal for what it does not know. */
export async function handleRest(
  deps: ServerDeps,
  request: HttpRequest,
  authenticate: (request: HttpRequest) => Promise<Actor>,
): Promise<HttpResponse> {
  const matching = routes.filter((route) => route.path.test(request.path));
  if (matching.length === 0) throw new Refusal('no_route', `there is no route ${request.path}`);
  const route = matching.find(({ method }) => method === request.method);
  if (!route) {
    const allowed = matching.map(({ method }) => method).join(', ');
    throw new Refusal('method_not_allowed', `${request.path} takes ${allowed}, not ${request.method}`);
  }
  const actor = await authenticate(request);
  const id = route.path.exec(request.path)?.[1] ?? '';
  return route.answer({ deps, actor, request, id });
}
