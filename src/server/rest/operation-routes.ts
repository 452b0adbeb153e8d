import { type OperationListInput, operationListInput } from '#src/contract/job/operation.ts';
import { getOperation, operationPage } from '#src/engine/operate/operations.ts';
import { requireAnyScope, requireScope } from '#src/server/call/actor.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { json } from '#src/server/http/wire.ts';
import { stopOperation } from '#src/server/jobs/stop-operation.ts';
import type { RestCall, RestRoute } from './route.ts';

export const operationRoutes: readonly RestRoute[] = [
  { method: 'GET', path: /^\/v1\/operations$/, answer: list },
  { method: 'GET', path: /^\/v1\/operations\/([^/]+)$/, answer: get },
  { method: 'POST', path: /^\/v1\/operations\/([^/]+)\/stop$/, action: 'operations.stop', answer: stop },
];

async function list({ deps, actor, request }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:read');
  const { limit, ...rest } = Object.fromEntries(request.query);
  const number = limit !== undefined && /^\d+$/.test(limit) ? Number(limit) : limit;
  const input = operationListInput.parse({ ...rest, ...(limit === undefined ? {} : { limit: number }) });
  return json(200, await operationPage(deps, actor.projectId, input satisfies OperationListInput));
}

async function get({ deps, actor, id }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:read');
  return json(200, await getOperation(deps, actor.projectId, id));
}

async function stop({ deps, actor, id }: RestCall): Promise<HttpResponse> {
  requireAnyScope(actor, ['jobs:write', 'callbacks:admin']);
  return json(200, await stopOperation(deps, actor, id));
}
