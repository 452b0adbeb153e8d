import { Refusal } from '#src/contract/shape/error-code.ts';
import type { Actor } from '#src/server/call/actor.ts';
import { auditDetail, auditTarget } from '#src/server/call/audit-detail.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import { actorOf, noteDeed } from '#src/server/call/record-deed.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { endpointRoutes } from './endpoint-routes.ts';
import { jobListRoutes } from './job-list-routes.ts';
import { restRoutes } from './job-routes.ts';
import { operationRoutes } from './operation-routes.ts';
import { projectRoutes } from './project-routes.ts';
import { resultRoutes } from './result-routes.ts';
import type { RestRoute } from './route.ts';

/** All routes below `/v1`, except those of listeners. */
export const allRestRoutes: readonly RestRoute[] = [
  // These routes come first, because `export` is not a job's id.
  ...jobListRoutes,
  ...restRoutes,
  ...resultRoutes,
  ...endpointRoutes,
  ...deliveryRoutes,
  ...operationRoutes,
  ...projectRoutes,
];

/** Answers all requests below `/v1`. Refuses an unknown route or method. */
export async function handleRest(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const matching = allRestRoutes.filter((route) => route.path.test(request.path));
  if (matching.length === 0) throw new Refusal('no_route', `there is no route ${request.path}`);
  const route = matching.find(({ method }) => method === request.method);
  if (!route) {
    const allowed = matching.map(({ method }) => method).join(', ');
    throw new Refusal('method_not_allowed', `${request.path} takes ${allowed}, not ${request.method}`);
  }
  const id = route.path.exec(request.path)?.[1] ?? '';
  // A caller that sends an API key is checked by its scopes, not by a signed link.
  const linked =
    request.headers.authorization === undefined && route.method === 'GET'
      ? route.answerLink?.({ deps, request, id })
      : null;
  if (linked) return linked;
  const actor = await authenticate(deps, request);
  // The parameter `project` has been used by now. The routes accept only their own fields.
  request.query.delete('project');
  if (route.method === 'GET' || (route.audit === 'people' && actor.kind === 'key'))
    return route.answer({ deps, actor, request, id });
  return recorded(deps, actor, route, request, id);
}

/** Answers a change and writes its audit entry before the response is sent, as for a procedure's mutation. */
async function recorded(
  deps: ServerDeps,
  actor: Actor,
  route: RestRoute & { action: string },
  request: HttpRequest,
  id: string,
): Promise<HttpResponse> {
  let sent: Buffer | undefined;
  const body = async (maxBytes: number) => {
    sent = await request.body(maxBytes);
    return sent;
  };
  const answer = await route.answer({ deps, actor, request: { ...request, body }, id });
  const input = { ...(sent && sent.byteLength > 0 ? parsed(sent) : {}), ...(id === '' ? {} : { id }) };
  const made = String(answer.headers?.location ?? '')
    .split('/')
    .at(-1);
  await noteDeed(deps, {
    projectId: actor.projectId,
    actor: actorOf(actor),
    action: route.action,
    target: auditTarget(input, { id: made }),
    detail: auditDetail(input),
    peer: request.peer,
    requestId: request.requestId,
  });
  return answer;
}

/** Parses the body. The route has parsed it before, so it is valid JSON. */
function parsed(body: Buffer): object {
  const value: unknown = JSON.parse(body.toString('utf8'));
  return typeof value === 'object' && value !== null ? value : {};
}
