import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { type GatewaySubmit, gatewaySubmit } from '#test/support/model-response-job.ts';
import { type Received, type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let gateway: GatewaySubmit;
let client: OpenAI;
/** Answers `/<status>` with a model response of that status. */
let model: Server;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
  gateway = await gatewaySubmit(ringback);
  client = new OpenAI({ baseURL: `${ringback.url}/v1`, apiKey: ringback.credentials.apiKey, maxRetries: 2 });
  model = createServer((request, response) => {
    const status = request.url?.slice(1);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: 'resp_theirs', object: 'response', output: [{ status: 'completed' }], status }));
  });
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for await (const { id } of client.webhooks.list()) await client.webhooks.delete(id);
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await gateway.close();
  await ringback.close();
  await Promise.all([target.close(), receiver.close(), new Promise((resolve) => model.close(resolve))]);
});

const all = ['response.completed', 'response.failed', 'response.cancelled', 'response.incomplete'] as const;
const modelUrl = (status: string) => `http://127.0.0.1:${(model.address() as AddressInfo).port}/${status}`;
const responseId = ({ id }: SubmittedJob) => id.replace('job_', 'resp_');

async function make(more: { event_types?: (typeof all)[number][]; name?: string } = {}) {
  const made = await client.webhooks.create({ event_types: [...all], name: 'Our app', url: receiver.url, ...more });
  // The worker looks its endpoints up again after a second.
  await ringback.db.pool.query('select pg_sleep(1.1)');
  return made;
}

const unwrap = ({ body, headers }: Received, secret: string) =>
  client.webhooks.unwrap(body.toString(), headers as Record<string, string>, secret);

describe('the routes, driven by the real client', () => {
  it('make, read, change, list and delete an endpoint', async () => {
    const made = await client.webhooks.create({
      event_types: ['response.failed'],
      name: 'Ünser App!',
      url: receiver.url,
    });
    const about = { object: 'webhook_endpoint', name: 'Ünser App!', url: `${receiver.url}/` };
    expect(made).toMatchObject({ ...about, event_types: ['response.failed'] });
    expect(made.id).toMatch(/^whe_[0-9a-z]{26}$/);
    expect(made.signing_secret).toMatch(/^whsec_/);
    expect(made.signing_secret_hint).toBe(`whsec_...${made.signing_secret.replace(/=+$/, '').slice(-4)}`);
    expect(made.created_at).toBeGreaterThan(Date.now() / 1000 - 60);
    const { signing_secret: _, ...seen } = made;
    expect(await client.webhooks.retrieve(made.id)).toEqual(seen);

    const own = await ringback.rest('GET', `/v1/endpoints/${made.id.replace('whe_', 'end_')}`);
    expect(await own.json()).toMatchObject({ format: 'openai', projectWide: true, events: ['response.failed'] });

    const changed = await client.webhooks.update(made.id, { event_types: ['response.completed'], name: 'Other' });
    expect(changed).toMatchObject({ id: made.id, name: 'Other', event_types: ['response.completed'], url: made.url });
    expect(await client.webhooks.delete(made.id)).toEqual({
      id: made.id,
      object: 'webhook_endpoint.deleted',
      deleted: true,
    });
    await expect(client.webhooks.retrieve(made.id)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('delete an endpoint once more when the answer to the first deletion was lost', async () => {
    let isLost = true;
    const losing = new OpenAI({
      ...{ baseURL: `${ringback.url}/v1`, apiKey: ringback.credentials.apiKey },
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (init?.method !== 'DELETE' || !isLost) return response;
        isLost = false;
        await response.arrayBuffer();
        throw new TypeError('the connection was closed');
      },
    });
    const { id } = await losing.webhooks.create({ event_types: [...all], name: 'lost', url: receiver.url });
    expect(await losing.webhooks.delete(id)).toMatchObject({ id, deleted: true });
    expect(isLost).toBe(false);
    await expect(losing.webhooks.delete(id)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('list page by page, newest first, without endpoints of our own format', async () => {
    const own = await ringback.call<{ id: string }>('endpoints.create', { name: 'plain', url: receiver.url });
    const ids: string[] = [];
    for (const name of ['same', 'same', 'third'])
      ids.unshift((await client.webhooks.create({ event_types: [...all], name, url: receiver.url })).id);
    const page = await ringback.rest('GET', '/v1/webhook_endpoints?limit=2');
    expect(await page.json()).toMatchObject({ object: 'list', first_id: ids[0], last_id: ids[1], has_more: true });
    const listed: string[] = [];
    for await (const { id } of client.webhooks.list({ limit: 2 })) listed.push(id);
    expect(listed).toEqual(ids);
    const other = own.body.result.data.id.replace('end_', 'whe_');
    await expect(client.webhooks.retrieve(other)).rejects.toBeInstanceOf(NotFoundError);
    await expect(client.webhooks.delete(other)).rejects.toBeInstanceOf(NotFoundError);
    await ringback.rest('DELETE', `/v1/endpoints/${own.body.result.data.id}`);
  });

  it('tell the event types', async () => {
    expect(await client.webhooks.eventTypes.list()).toEqual({ object: 'list', data: [...all] });
  });

  it('refuse in OpenAI’s shape, and are not asked again in vain', async () => {
    const refusal = async (call: Promise<unknown>) => {
      const error = await call.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof APIError)) throw new Error('was not refused');
      return error;
    };
    const unknown = await refusal(
      client.webhooks.create({ event_types: ['batch.completed'], name: 'x', url: receiver.url }),
    );
    expect(unknown).toBeInstanceOf(BadRequestError);
    expect(unknown).toMatchObject({ type: 'invalid_request_error', param: 'event_types.0', code: 'invalid_input' });
    expect(unknown.requestID).toMatch(/^[0-9a-f-]{36}$/);
    expect(unknown.headers?.get('x-should-retry')).toBe('false');
    const stranger = client.withOptions({ apiKey: `rbk_${'x'.repeat(43)}` });
    const nobody = await refusal(stranger.webhooks.list());
    expect(nobody).toBeInstanceOf(AuthenticationError);
    expect(nobody).toMatchObject({ code: 'invalid_api_key', param: null });
    expect((await refusal(client.webhooks.retrieve('whe_nothing'))).code).toBe('not_found');
    const wrong = await ringback.rest('PUT', '/v1/webhook_endpoints');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, GET']);
    expect(await wrong.json()).toMatchObject({ error: { code: 'method_not_allowed' } });
  });

  it('send a sample event and tell what was answered', async () => {
    const made = await make();
    receiver.answer(418);
    expect(await client.webhooks.test(made.id, { event_type: 'response.incomplete' })).toEqual({
      object: 'webhook_endpoint.test',
      event_type: 'response.incomplete',
      status_code: 418,
      success: true,
      webhook_endpoint_id: made.id,
    });
    receiver.answer(204);
    const event = await unwrap(receiver.received[0] as Received, made.signing_secret);
    expect(event).toMatchObject({ type: 'response.incomplete', data: { id: expect.stringMatching(/^resp_/) } });
  });

  it('rotate the secret, at once or with 24 hours of overlap', async () => {
    const made = await make();
    const kept = await client.webhooks.rotateSecret(made.id, { keep_old_secret_active_for_24_hours: true });
    expect(kept.signing_secret).not.toBe(made.signing_secret);
    await client.webhooks.test(made.id, { event_type: 'response.completed' });
    for (const secret of [made.signing_secret, kept.signing_secret])
      await unwrap(receiver.received[0] as Received, secret);
    const last = await client.webhooks.rotateSecret(made.id);
    await client.webhooks.test(made.id, { event_type: 'response.completed' });
    await unwrap(receiver.received[1] as Received, last.signing_secret);
    await expect(unwrap(receiver.received[1] as Received, kept.signing_secret)).rejects.toThrow();
  });
});

describe('model responses', () => {
  it('are told by their status, under the webhook-id and with the id of the response', async () => {
    const { signing_secret: secret } = await make();
    await gateway.submit({ url: `${target.url}/json` }, null);
    for (const status of ['completed', 'incomplete', 'failed']) {
      const job = await gateway.submit({ url: modelUrl(status) });
      await receiver.waitFor(1);
      const [hook] = receiver.received.splice(0) as [Received];
      const event = await unwrap(hook, secret);
      expect(event).toEqual({
        id: hook.headers['webhook-id'],
        object: 'event',
        created_at: expect.any(Number),
        type: `response.${status}`,
        data: { id: responseId(job) },
      });
    }
  });

  it('are told as failed and as cancelled, and of a body that is no JSON as completed', async () => {
    await make();
    const failed = await gateway.submit({ url: `${target.url}/status/400` });
    const odd = await gateway.submit({ url: `${target.url}/status/200` });
    const late = await gateway.submit({ url: modelUrl('completed'), delaySeconds: 600 });
    await ringback.rest('POST', `/v1/jobs/${late.id}/cancel`);
    const hooks = await receiver.waitFor(3);
    const told = hooks.map(({ body }) => JSON.parse(body.toString()) as { type: string; data: { id: string } });
    expect(new Map(told.map(({ type, data }) => [data.id, type]))).toEqual(
      new Map([
        [responseId(failed), 'response.failed'],
        [responseId(odd), 'response.completed'],
        [responseId(late), 'response.cancelled'],
      ]),
    );
  });

  it('are told by the same bytes when they are sent again, also without a kept result', async () => {
    await make({ event_types: ['response.completed'] });
    await gateway.submit({ url: modelUrl('incomplete') });
    const job = await gateway.submit({ url: modelUrl('completed'), resultTtlSeconds: 0 });
    const [first] = await receiver.waitFor(1);
    const list = await ringback.rest('GET', `/v1/deliveries?jobId=${job.id}&type=response.completed`);
    const { deliveries } = (await list.json()) as { deliveries: { id: string }[] };
    expect(deliveries).toHaveLength(1);
    await expect
      .poll(async () => (await ringback.rest('POST', `/v1/deliveries/${deliveries[0]?.id}/resend`)).status)
      .toBe(202);
    const [, again] = await receiver.waitFor(2);
    expect(again?.body.toString()).toBe(first?.body.toString());
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  });

  it('reach an endpoint that a job names, which plain jobs may not name', async () => {
    const { body } = await ringback.call<{ id: string }>('endpoints.create', {
      ...{ name: 'named', url: receiver.url, format: 'openai' },
    });
    const { id } = body.result.data;
    await ringback.db.pool.query('select pg_sleep(1.1)');
    const refused = await ringback.call('jobs.submit', { url: modelUrl('completed'), callback: { endpoint: 'named' } });
    expect(refused.body.error.data).toMatchObject({ code: 'invalid_input', field: 'callback.endpoint' });
    const job = await gateway.submit({ url: modelUrl('completed'), callback: { endpoint: 'named' } });
    await gateway.submit({ url: modelUrl('completed') });
    const [hook] = await receiver.waitFor(1);
    expect(JSON.parse(hook?.body.toString() ?? '')).toMatchObject({ data: { id: responseId(job) } });
    const edits = { events: ['job.completed'] };
    expect((await ringback.rest('PATCH', `/v1/endpoints/${id}`, { json: edits })).status).toBe(400);
    const back = await ringback.rest('PATCH', `/v1/endpoints/${id}`, { json: { format: 'ringback' } });
    expect(await back.json()).toMatchObject({ events: ['job.completed', 'job.failed', 'job.cancelled'] });
  });
});
