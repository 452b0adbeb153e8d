import { secretInput } from '#src/contract/endpoint/endpoint-input.ts';
import { parseProjectRotation } from '#src/contract/endpoint/parse-endpoint.ts';
import { limits } from '#src/domain/limits.ts';
import { endOldSecret, projectSecrets, rotateProjectSecret } from '#src/engine/endpoint/endpoint-secrets.ts';
import { requireScope } from '#src/server/call/actor.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { json, readJson } from '#src/server/http/wire.ts';
import type { RestCall, RestRoute } from './route.ts';

export const projectRoutes: readonly RestRoute[] = [
  { method: 'GET', path: /^\/v1\/project\/webhook-secrets$/, answer: secrets },
  {
    method: 'POST',
    path: /^\/v1\/project\/rotate-webhook-secret$/,
    action: 'project.rotateWebhookSecret',
    answer: rotate,
  },
  {
    method: 'POST',
    path: /^\/v1\/project\/end-webhook-secret$/,
    action: 'project.endWebhookSecret',
    answer: endSecret,
  },
];

async function secrets({ deps, actor }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'admin');
  return json(200, { secrets: await projectSecrets(deps, actor.projectId) });
}

async function rotate({ deps, actor, request }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'admin');
  const { overlapSeconds } = parseProjectRotation(await readJson(request, limits.batchBytes, {}));
  return json(200, await rotateProjectSecret(deps, actor.projectId, overlapSeconds));
}

async function endSecret({ deps, actor, request }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'admin');
  const { secretId } = secretInput.parse(await readJson(request, limits.batchBytes));
  return json(200, { secrets: await endOldSecret(deps, actor.projectId, null, secretId) });
}
