import { endpointListInput, secretInput } from '#src/contract/endpoint/endpoint-input.ts';
import { parseEndpoint, parseEndpointEdits, parseRotation } from '#src/contract/endpoint/parse-endpoint.ts';
import type { Scope } from '#src/contract/project/scope.ts';
import { limits } from '#src/domain/limits.ts';
import { endOldSecret, endpointSecrets, rotateEndpointSecret } from '#src/engine/endpoint/endpoint-secrets.ts';
import * as endpoints from '#src/engine/endpoint/endpoints.ts';
import { sendTestEvent } from '#src/engine/endpoint/test-event.ts';
import { requireScope } from '#src/server/call/actor.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { json, readJson } from '#src/server/http/wire.ts';
import type { RestCall, RestRoute } from './route.ts';

export const endpointRoutes: readonly RestRoute[] = [
  { method: 'GET', path: /^\/v1\/endpoints$/, answer: allowing('jobs:read', list) },
  {
    method: 'POST',
    path: /^\/v1\/endpoints$/,
    action: 'endpoints.create',
    answer: allowing('callbacks:admin', create),
  },
  { method: 'GET', path: /^\/v1\/endpoints\/([^/]+)$/, answer: one('jobs:read', endpoints.getEndpoint) },
  {
    method: 'PATCH',
    path: /^\/v1\/endpoints\/([^/]+)$/,
    action: 'endpoints.update',
    answer: allowing('callbacks:admin', update),
  },
  {
    method: 'DELETE',
    path: /^\/v1\/endpoints\/([^/]+)$/,
    action: 'endpoints.delete',
    answer: one('callbacks:admin', endpoints.deleteEndpoint),
  },
  { method: 'GET', path: /^\/v1\/endpoints\/([^/]+)\/secrets$/, answer: allowing('jobs:read', secrets) },
  {
    method: 'POST',
    path: /^\/v1\/endpoints\/([^/]+)\/enable$/,
    action: 'endpoints.enable',
    answer: one('callbacks:admin', endpoints.enableEndpoint),
  },
  {
    method: 'POST',
    path: /^\/v1\/endpoints\/([^/]+)\/disable$/,
    action: 'endpoints.disable',
    answer: one('callbacks:admin', endpoints.disableEndpoint),
  },
  {
    method: 'POST',
    path: /^\/v1\/endpoints\/([^/]+)\/rotate-secret$/,
    action: 'endpoints.rotateSecret',
    answer: allowing('callbacks:admin', rotate),
  },
  {
    method: 'POST',
    path: /^\/v1\/endpoints\/([^/]+)\/end-secret$/,
    action: 'endpoints.endSecret',
    answer: allowing('callbacks:admin', endSecret),
  },
  {
    method: 'POST',
    path: /^\/v1\/endpoints\/([^/]+)\/test$/,
    action: 'endpoints.test',
    answer: one('callbacks:admin', sendTestEvent, 202),
  },
];

function allowing(scope: Scope, answer: (call: RestCall) => Promise<HttpResponse>) {
  return (call: RestCall) => {
    requireScope(call.actor, scope);
    return answer(call);
  };
}

/** Makes the answer of a route that needs only an endpoint's id. */
function one(
  scope: Scope,
  act: (deps: RestCall['deps'], projectId: string, id: string) => Promise<unknown>,
  status = 200,
) {
  return allowing(scope, async ({ deps, actor, id }) => json(status, await act(deps, actor.projectId, id)));
}

async function list({ deps, actor, request }: RestCall): Promise<HttpResponse> {
  const { includeListeners, ...rest } = Object.fromEntries(request.query);
  const truth = includeListeners === 'true' ? true : includeListeners === 'false' ? false : includeListeners;
  const input = endpointListInput.parse({ ...rest, ...(truth === undefined ? {} : { includeListeners: truth }) });
  return json(200, { endpoints: await endpoints.listEndpoints(deps, actor.projectId, input) });
}

async function create({ deps, actor, request }: RestCall): Promise<HttpResponse> {
  const { spec, signing } = parseEndpoint(await readJson(request, limits.batchBytes));
  const endpoint = await endpoints.createEndpoint(deps, actor.projectId, spec, signing);
  return json(201, endpoint, { location: `${deps.publicUrl}/v1/endpoints/${endpoint.id}` });
}

async function update({ deps, actor, request, id }: RestCall): Promise<HttpResponse> {
  const change = parseEndpointEdits(await readJson(request, limits.batchBytes));
  return json(200, await endpoints.updateEndpoint(deps, actor.projectId, id, change));
}

async function secrets({ deps, actor, id }: RestCall): Promise<HttpResponse> {
  return json(200, { secrets: await endpointSecrets(deps, actor.projectId, id) });
}

async function rotate({ deps, actor, request, id }: RestCall): Promise<HttpResponse> {
  const spec = parseRotation(await readJson(request, limits.batchBytes, {}));
  return json(200, await rotateEndpointSecret(deps, actor.projectId, id, spec));
}

async function endSecret({ deps, actor, request, id }: RestCall): Promise<HttpResponse> {
  const { secretId } = secretInput.parse(await readJson(request, limits.batchBytes));
  return json(200, { secrets: await endOldSecret(deps, actor.projectId, id, secretId) });
}
