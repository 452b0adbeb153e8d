import { type DeliveryListInput, deliveryListInput } from '#src/contract/event/delivery.ts';
import { type DeliveryOperationKind, replaySkippedInput, resendFailedInput } from '#src/contract/job/operation.ts';
import { limits } from '#src/domain/limits.ts';
import { resendDelivery } from '#src/engine/deliver/resend.ts';
import { startResending } from '#src/engine/operate/resend-operation.ts';
import { deliveryPage, getDelivery } from '#src/engine/read/read-deliveries.ts';
import { requireScope } from '#src/server/call/actor.ts';
import type { HttpResponse } from '#src/server/http/http.ts';
import { json, readJson } from '#src/server/http/wire.ts';
import { starter } from '#src/server/jobs/starter.ts';
import type { RestCall, RestRoute } from './route.ts';

export const deliveryRoutes: readonly RestRoute[] = [
  { method: 'GET', path: /^\/v1\/deliveries$/, answer: list },
  { method: 'GET', path: /^\/v1\/deliveries\/([^/]+)$/, answer: get },
  { method: 'POST', path: /^\/v1\/deliveries\/([^/]+)\/resend$/, action: 'deliveries.resend', answer: resend },
  {
    method: 'POST',
    path: /^\/v1\/deliveries\/resend-failed$/,
    action: 'deliveries.resendFailed',
    answer: start('resend_failed'),
  },
  {
    method: 'POST',
    path: /^\/v1\/deliveries\/replay-skipped$/,
    action: 'deliveries.replaySkipped',
    answer: start('replay_skipped'),
  },
];

async function list({ deps, actor, request }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:read');
  return json(200, await deliveryPage(deps, actor.projectId, deliveryListInput.parse(queryInput(request.query))));
}

/** Reads the query. `?state=` may be repeated, and numbers come as text. */
function queryInput(query: URLSearchParams): DeliveryListInput {
  const values: Record<string, unknown> = Object.fromEntries(query);
  const states = query.getAll('state');
  if (states.length > 1) values.state = states;
  if (typeof values.limit === 'string' && /^\d+$/.test(values.limit)) values.limit = Number(values.limit);
  return values as DeliveryListInput;
}

async function get({ deps, actor, id }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'jobs:read');
  return json(200, await getDelivery(deps, actor.projectId, id));
}

async function resend({ deps, actor, id }: RestCall): Promise<HttpResponse> {
  requireScope(actor, 'callbacks:admin');
  return json(202, await resendDelivery(deps, actor.projectId, id));
}

function start(kind: DeliveryOperationKind): (call: RestCall) => Promise<HttpResponse> {
  const input = kind === 'resend_failed' ? resendFailedInput : replaySkippedInput;
  return async ({ deps, actor, request }) => {
    requireScope(actor, 'callbacks:admin');
    const given = input.parse(await readJson(request, limits.batchBytes));
    const operation = await startResending(deps, kind, starter(actor), given);
    return json(202, operation, { location: `${deps.publicUrl}/v1/operations/${operation.id}` });
  };
}
