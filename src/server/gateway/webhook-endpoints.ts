import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import { responseEvents } from '#src/contract/event/event-names.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { deliveryLimits, readLimits } from '#src/domain/limits.ts';
import { endpointSecrets } from '#src/engine/endpoint/endpoint-secrets.ts';
import { getEndpoint, listEndpoints } from '#src/engine/endpoint/endpoints.ts';
import { getDelivery } from '#src/engine/read/read-deliveries.ts';
import { noSuch } from '#src/engine/show/known-id.ts';
import { requireScope } from '#src/server/call/actor.ts';
import type { Context } from '#src/server/call/context.ts';
import { runProcedure } from '#src/server/call/run-procedure.ts';
import type { HttpRequest } from '#src/server/http/http.ts';
import { readJson } from '#src/server/http/wire.ts';
import { procedureOf } from '#src/server/rest/procedures.ts';
import type { OutputOf, ProcedurePath } from '#src/server/rest/route.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { isRepetition } from './is-repetition.ts';
import { OpenAiRefusal } from './openai-error.ts';
import {
  createBody,
  listQuery,
  ownEndpointId,
  plainName,
  rotateBody,
  testBody,
  toWebhookEndpoint,
  updateBody,
  webhookEndpointId,
} from './webhook-endpoint-shape.ts';

/** A call of one of the routes. `id` is the `whe_…` of the path, or empty. */
export type WebhookCall = { deps: ServerDeps; request: HttpRequest; ctx: Context; id: string };

/** Answers a call with the value of its JSON. Throws a refusal. */
export type WebhookRoute = (call: WebhookCall) => Promise<unknown>;

/** Runs a procedure: it checks the caller's scope, then reads the input, and writes the audit log. */
function run<Path extends ProcedurePath>(
  { ctx, request }: WebhookCall,
  path: Path,
  read: () => Promise<object>,
): Promise<OutputOf<Path>> {
  let input: Promise<object> | undefined;
  const getRawInput = () => (input ??= read());
  const ran = runProcedure(path, procedureOf(path), { ctx, getRawInput, signal: request.signal });
  return ran as Promise<OutputOf<Path>>;
}

const bodyOf = ({ request }: WebhookCall) => readJson(request, readLimits.inputBytes, {});

/** Returns the endpoint that the path names. Throws `not_found` also for one of another format. */
async function namedEndpoint({ deps, ctx, id }: WebhookCall): Promise<Endpoint> {
  const { projectId } = await ctx.actor();
  const own = ownEndpointId(id);
  const endpoint = await getEndpoint(deps, projectId, own);
  if (endpoint.format !== 'openai') throw noSuch('end', id);
  return endpoint;
}

async function shown({ deps, ctx }: WebhookCall, endpoint: Endpoint) {
  const { projectId } = await ctx.actor();
  return toWebhookEndpoint(endpoint, await endpointSecrets(deps, projectId, endpoint.id));
}

export const createWebhookEndpoint: WebhookRoute = async (call) => {
  const taken = (error: unknown) => error instanceof Refusal && error.code === 'name_taken';
  const body = bodyOf(call);
  const create = (suffix: string) =>
    run(call, 'endpoints.create', async () => {
      const { event_types: events, name, url } = createBody.parse(await body);
      const own = { name: `${plainName(name)}${suffix}`, description: name, url, events };
      return { ...own, format: 'openai', projectWide: true, signing: 'v1' };
    });
  // OpenAI's names need not be unique, and ours must be.
  const made = await create('').catch((error: unknown) => {
    if (!taken(error)) throw error;
    return create(`-${randomBytes(6).toString('hex')}`);
  });
  return { ...(await shown(call, made)), signing_secret: made.secret };
};

export const retrieveWebhookEndpoint: WebhookRoute = async (call) =>
  shown(call, await run(call, 'endpoints.get', async () => ({ id: (await namedEndpoint(call)).id })));

export const updateWebhookEndpoint: WebhookRoute = async (call) =>
  shown(
    call,
    await run(call, 'endpoints.update', async () => {
      const { event_types: events, name, url } = updateBody.parse(await bodyOf(call));
      const { id } = await namedEndpoint(call);
      return { id, ...(events && { events }), ...(name && { description: name }), ...(url && { url }) };
    }),
  );

export const listWebhookEndpoints: WebhookRoute = async (call) => {
  const { deps, ctx, request } = call;
  const { projectId } = requireScope(await ctx.actor(), 'jobs:read');
  const { after, limit } = listQuery.parse(Object.fromEntries(request.query));
  // Ids begin with the time at which they were made.
  const all = (await listEndpoints(deps, projectId, {}))
    .filter(({ format }) => format === 'openai')
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  const behind = after === undefined ? all : all.filter(({ id }) => id < ownEndpointId(after));
  const data = await Promise.all(behind.slice(0, limit).map((endpoint) => shown(call, endpoint)));
  const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return { object: 'list', data, ...ends, has_more: behind.length > limit };
};

export const deleteWebhookEndpoint: WebhookRoute = async (call) => {
  await run(call, 'endpoints.delete', async () => ({ id: (await namedEndpoint(call)).id })).catch((error: unknown) => {
    // The client got no answer to the first of its requests, which has deleted the endpoint.
    const isGone = error instanceof Refusal && error.code === 'not_found';
    if (!isGone || !isRepetition(call.request)) throw error;
  });
  return { id: webhookEndpointId(ownEndpointId(call.id)), object: 'webhook_endpoint.deleted', deleted: true };
};

export const rotateWebhookSecret: WebhookRoute = async (call) => {
  const { secret } = await run(call, 'endpoints.rotateSecret', async () => {
    const { keep_old_secret_active_for_24_hours: keeps } = rotateBody.parse(await bodyOf(call));
    const { id } = await namedEndpoint(call);
    return { id, overlapSeconds: keeps === true ? 86_400 : 0, signing: 'v1' };
  });
  return { ...(await shown(call, await namedEndpoint(call))), signing_secret: secret };
};

export const testWebhookEndpoint: WebhookRoute = async (call) => {
  let type = '';
  const { id, state } = await run(call, 'endpoints.test', async () => {
    const { event_type } = testBody.parse(await bodyOf(call));
    type = event_type;
    return { id: (await namedEndpoint(call)).id, type };
  });
  if (state === 'skipped') throw new OpenAiRefusal('webhook_test_failed', 'The endpoint is disabled; enable it first.');
  const status = await firstStatus(call, id);
  const about = { object: 'webhook_endpoint.test', event_type: type, webhook_endpoint_id: call.id };
  return { ...about, status_code: status, success: true };
};

const waitMs = deliveryLimits.timeoutMs + 5_000;
const lookMs = 100;

/** Waits for the first attempt of a delivery and returns the status it was answered with. */
async function firstStatus({ deps, ctx, request }: WebhookCall, id: string): Promise<number> {
  const { projectId } = await ctx.actor();
  const until = performance.now() + waitMs;
  while (performance.now() < until && !request.signal.aborted) {
    const { tries } = await getDelivery(deps, projectId, id);
    const [first] = tries;
    if (first?.status) return first.status;
    if (first)
      throw new OpenAiRefusal('webhook_test_failed', `The endpoint was not reached: ${first.failure?.message}`);
    await pause(lookMs);
  }
  throw new OpenAiRefusal(
    'webhook_test_failed',
    'The event waits to be sent: no worker is free, or the endpoint is paused.',
  );
}

export const listEventTypes: WebhookRoute = async ({ ctx }) => {
  requireScope(await ctx.actor(), 'jobs:read');
  return { object: 'list', data: [...responseEvents] };
};
