import { Refusal } from '#src/contract/shape/error-code.ts';
import {
  type BifrostFacts,
  type BifrostOperation,
  bifrostFailure,
  bifrostOperation,
  isExpired,
} from '#src/domain/gateway/bifrost-shape.ts';
import { type JsonObject, unixSeconds } from '#src/domain/gateway/response-object.ts';
import { isUuid } from '#src/domain/text/uuid.ts';
import { bifrostFacts } from '#src/engine/show/bifrost-view.ts';
import type { HttpRequest, HttpResponse } from '#src/server/http/http.ts';
import { MethodNotAllowed } from '#src/server/http/method-not-allowed.ts';
import { asAttachment, json } from '#src/server/http/wire.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { findModelCall } from '#src/store/job/model-calls.ts';
import { hasKeyOf, submitBifrost } from './bifrost-routes.ts';
import { gatewayCaller } from './gateway-caller.ts';

/** Headers by which a request of a provider's own route is made in the background, and asked for again. */
const [asyncHeader, idHeader] = ['x-bf-async', 'x-bf-async-id'] as const;

const routes: ReadonlyMap<string, BifrostOperation['path']> = new Map(
  ['chat/completions', 'responses'].flatMap((path) => [
    [`/v1/${path}`, path],
    [`/openai/v1/${path}`, path],
  ]),
);

/** Returns true for a request that Bifrost's headers send to the background. */
export function isDropIn({ path, headers }: Pick<HttpRequest, 'path' | 'headers'>): boolean {
  return routes.has(path) && (headers[asyncHeader] === 'true' || headers[idHeader] !== undefined);
}

/**
 * Answers a provider's own route in the background, in the provider's shape: with the header `x-bf-async` it submits, with
 * `x-bf-async-id` it asks for the answer. The body is not read when it asks.
 */
export async function handleDropIn(deps: ServerDeps, request: HttpRequest): Promise<HttpResponse> {
  if (request.method !== 'POST') throw new MethodNotAllowed(request, ['POST']);
  const operation = bifrostOperation(routes.get(request.path) ?? '');
  if (operation === undefined) throw new Refusal('no_route', `there is no route ${request.path}`);
  const id = request.headers[idHeader];
  const actor = await gatewayCaller(deps, request, id === undefined ? 'jobs:write' : 'jobs:read');
  const row =
    id === undefined
      ? await submitBifrost(deps, actor, request, operation, 'streaming is not supported for async requests')
      : isUuid(id)
        ? await findModelCall(deps.db, actor.projectId, id)
        : null;
  const facts = row && hasKeyOf(row, request) ? bifrostFacts(row) : null;
  if (facts === null || isExpired(facts, deps.now()) || facts.operation !== operation)
    throw new Refusal('not_found', 'job not found or expired');
  return facts.endedAt === null ? json(200, pendingAnswer(facts)) : endedAnswer(facts);
}

/** Returns the provider's object without output, whose id asks for the answer. */
function pendingAnswer({ uuid, createdAt, model, operation, state }: BifrostFacts): JsonObject {
  const created = unixSeconds(createdAt);
  if (operation.path === 'responses') {
    const status = state === 'in_progress' || state === 'retrying' ? 'in_progress' : 'queued';
    return { id: uuid, object: 'response', created_at: created, status, model, output: [], error: null };
  }
  return { id: uuid, object: 'chat.completion', created, model, choices: [] };
}

function endedAnswer(facts: BifrostFacts): HttpResponse {
  const { answer, state } = facts;
  if (state !== 'completed' || answer === null) {
    const { error, status_code: status } = bifrostFailure(facts);
    return json(Number(status), { error }, { 'x-should-retry': 'false' });
  }
  return { status: 200, headers: asAttachment(answer.contentType), body: answer.body };
}
