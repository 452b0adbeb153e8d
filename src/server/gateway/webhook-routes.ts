import { Refusal } from '#src/contract/shape/error-code.ts';
import { authenticate } from '#src/server/call/authenticate.ts';
import { makeContext } from '#src/server/call/context.ts';
import { asRefusal } from '#src/server/call/refusals.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { json } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { openAiError } from './openai-error.ts';
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  listEventTypes,
  listWebhookEndpoints,
  retrieveWebhookEndpoint,
  rotateWebhookSecret,
  testWebhookEndpoint,
  updateWebhookEndpoint,
  type WebhookRoute,
} from './webhook-endpoints.ts';

/** A route in OpenAI's shape. `repeatable`: sending it twice does no more than sending it once. */
type OpenAiRoute = { method: string; path: RegExp; run: WebhookRoute; repeatable: boolean };

const all = /^\/v1\/webhook_endpoints$/;
const one = /^\/v1\/webhook_endpoints\/([^/]+)$/;

/** The routes by which OpenAI's clients manage webhooks, over the same endpoints as our own. */
export const webhookRoutes: readonly OpenAiRoute[] = [
  { method: 'POST', path: all, run: createWebhookEndpoint, repeatable: false },
  { method: 'GET', path: all, run: listWebhookEndpoints, repeatable: true },
  { method: 'GET', path: one, run: retrieveWebhookEndpoint, repeatable: true },
  { method: 'POST', path: one, run: updateWebhookEndpoint, repeatable: true },
  { method: 'DELETE', path: one, run: deleteWebhookEndpoint, repeatable: true },
  {
    ...{ method: 'POST', path: /^\/v1\/webhook_endpoints\/([^/]+)\/rotate_secret$/ },
    ...{ run: rotateWebhookSecret, repeatable: false },
  },
  {
    ...{ method: 'POST', path: /^\/v1\/webhook_endpoints\/([^/]+)\/test$/ },
    ...{ run: testWebhookEndpoint, repeatable: false },
  },
  { method: 'GET', path: /^\/v1\/webhook_event_types$/, run: listEventTypes, repeatable: true },
];

/** Returns true for the paths that are answered in OpenAI's shape, errors included. */
export function isWebhookPath(path: string): boolean {
  return /^\/v1\/webhook_(endpoints|event_types)(\/|$)/.test(path);
}

/** Answers the routes of webhooks in OpenAI's shape. They take an API key and no session. */
export async function handleWebhooks(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  const fitting = webhookRoutes.filter(({ path }) => path.test(request.path));
  const route = fitting.find(({ method }) => method === request.method);
  try {
    if (fitting.length === 0) throw new Refusal('no_route', `there is no route ${request.path}`);
    if (!route) {
      const methods = fitting.map(({ method }) => method);
      throw new MethodNotAllowed(request, methods);
    }
    const id = route.path.exec(request.path)?.[1] ?? '';
    const ctx = makeContext(deps, request, { actorNow: () => keyOf(deps, request), idempotencyKey: null });
    return json(200, await route.run({ deps, request, ctx, id }));
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal.code === 'internal') deps.log.error({ err: error, requestId: request.requestId }, 'a request failed');
    return openAiError(refusal, { repeatable: route?.repeatable ?? true });
  }
}

function keyOf(deps: ServerDeps, request: HttpRequest) {
  if (request.headers.authorization !== undefined) return authenticate(deps, request);
  throw new Refusal('unauthorized', 'send an API key as `Authorization: Bearer rbk_…`');
}
