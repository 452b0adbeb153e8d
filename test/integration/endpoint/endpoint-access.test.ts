import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SecretInfo, TestDelivery } from '#src/contract/endpoint/endpoint.ts';
import { eventSchemas } from '#src/contract/event/event-schemas.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { newId } from '#src/engine/new-id.ts';
import { createApiKey } from '#src/engine/people/api-keys.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { endpointCalls, freshName, url, uuidOf, type V1Endpoint } from './endpoint-calls.ts';

let ringback: TestRingback;
let calls: ReturnType<typeof endpointCalls>;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  calls = endpointCalls(ringback);
});
afterAll(() => ringback.close());

describe('a test event', () => {
  it('is an ordinary delivery with a message in the queue', async () => {
    const { id, name } = await calls.make({ scheduleSeconds: [3] });
    const delivery = await calls.ask<TestDelivery>('endpoints.test', { id });
    expect(delivery).toEqual({
      id: expect.stringMatching(/^dlv_/),
      eventId: expect.stringMatching(/^evt_/),
      state: 'pending',
    });
    const uuid = parseId('dlv', delivery.id);
    const { rows } = await ringback.db.pool.query(
      `select d.*, p.body from delivery d join delivery_payload p on p.delivery_id = d.id where d.id = $1`,
      [uuid],
    );
    expect(rows[0]).toMatchObject({
      type: 'endpoint.test',
      job_id: null,
      endpoint_id: uuidOf(id),
      event_id: parseId('evt', delivery.eventId),
      terminal: false,
      state: 'pending',
      schedule: [3],
    });
    const event = eventSchemas['endpoint.test'].parse(JSON.parse(String(rows[0].body)));
    expect(event.data.endpoint).toEqual({ id, name });
    const messages = await ringback.db.pool.query(
      `select 1 from pgboss.job where name = 'deliver' and data -> 'ids' ? $1`,
      [uuid],
    );
    expect(messages.rows).toHaveLength(1);
  });

  it('is kept as skipped while the endpoint is off', async () => {
    const { id } = await calls.make();
    await calls.ask('endpoints.disable', { id });
    expect((await calls.ask<TestDelivery>('endpoints.test', { id })).state).toBe('skipped');
  });

  it('is over REST of the type that is asked for, where the format has several', async () => {
    const { id } = await calls.make({ format: 'openai' });
    const own = await calls.make();
    const test = (of: string, body?: object) =>
      ringback.rest('POST', `/v1/endpoints/${of}/test`, body === undefined ? {} : { json: body });
    const typeOf = async (response: Response) => {
      const { id: delivery } = (await response.json()) as TestDelivery;
      return (await calls.ask<{ type: string }>('deliveries.get', { id: delivery }, true)).type;
    };
    const asked = await test(id, { type: 'response.failed' });
    expect(asked.status).toBe(202);
    expect(await typeOf(asked)).toBe('response.failed');
    expect(await typeOf(await test(id))).toBe('response.completed');
    expect(await typeOf(await test(own.id))).toBe('endpoint.test');
    expect(await (await test(own.id, { type: 'response.failed' })).json()).toMatchObject({
      status: 400,
      code: 'invalid_input',
      field: 'type',
    });
    expect(await (await test(id, { kind: 'response.failed' })).json()).toMatchObject({
      status: 400,
      code: 'unknown_field',
      field: 'kind',
    });
  });
});

describe('another project', () => {
  it('may use the same names, and reads and changes nothing of ours', async () => {
    const { id, name } = await calls.make();
    const before = await calls.get(id);
    const stranger = newId(Date.now());
    await ringback.db.pool.query(`insert into project (id, name) values ($1, 'stranger')`, [stranger]);
    const { secret: key } = await createApiKey(ringback.db, stranger, { name: 'k', scopes: ['admin'] });
    expect(await calls.refusal('endpoints.create', { name, url }, { key })).toMatchObject({ status: 200 });
    const unseen = { status: 404, code: 'not_found', field: 'id' };
    expect(await calls.refusal('endpoints.update', { id, rate: 1 }, { key })).toMatchObject(unseen);
    expect(await calls.refusal('endpoints.get', { id }, { key, query: true })).toMatchObject(unseen);
    expect(await calls.get(id)).toEqual(before);
  });

  it('finds out nothing by ids that are none', async () => {
    for (const id of ['', 'end_x', formatId('job', newId(Date.now())), formatId('end', newId(Date.now()))]) {
      expect(await calls.refusal('endpoints.get', { id }, { query: true })).toMatchObject({
        status: 404,
        code: 'not_found',
      });
    }
  });
});

describe('endpoints over REST', () => {
  it('are made, read, changed and deleted', async () => {
    const name = freshName();
    const made = await ringback.rest('POST', '/v1/endpoints', { json: { name, url } });
    expect(made.status).toBe(201);
    const { secret, signing: _, ...endpoint } = (await made.json()) as V1Endpoint;
    expect(made.headers.get('location')).toBe(`${ringback.url}/v1/endpoints/${endpoint.id}`);
    expect(secret).toMatch(/^whsec_/);
    const path = `/v1/endpoints/${endpoint.id}`;
    expect(await restJson('GET', path)).toEqual([200, endpoint]);
    expect(await restJson('GET', '/v1/endpoints')).toEqual([200, { endpoints: expect.arrayContaining([endpoint]) }]);
    expect(await restJson('PATCH', path, { concurrency: 4 })).toMatchObject([
      200,
      { concurrency: 4, clearedHeaders: [] },
    ]);
    expect(await restJson('POST', `${path}/disable`)).toMatchObject([
      200,
      { state: 'disabled', disabledReason: 'manual' },
    ]);
    expect(await restJson('POST', `${path}/enable`)).toMatchObject([200, { state: 'enabled' }]);
    expect(await restJson('POST', `${path}/test`)).toMatchObject([202, { state: 'pending' }]);
    expect(await restJson('DELETE', path)).toEqual([200, { id: endpoint.id, cancelledDeliveries: 1 }]);
    expect(await restJson('GET', path)).toMatchObject([404, { code: 'not_found', field: 'id' }]);
  });

  it('rotate their secret with or without a body, and list what is alive', async () => {
    const { id } = await calls.make();
    const path = `/v1/endpoints/${id}`;
    expect(await restJson('POST', `${path}/rotate-secret`)).toMatchObject([200, { signing: 'v1' }]);
    expect(await restJson('POST', `${path}/rotate-secret`, { overlapSeconds: 700_000 })).toMatchObject([
      400,
      { code: 'invalid_input', field: 'overlapSeconds' },
    ]);
    const [status, { secrets }] = (await restJson('GET', `${path}/secrets`)) as [number, { secrets: SecretInfo[] }];
    expect(status).toBe(200);
    const fields = ['createdAt', 'expiresAt', 'hint', 'id', 'kind', 'revealable'];
    expect(secrets.map((one) => Object.keys(one).sort())).toEqual(Array(2).fill(fields));
  });

  it('refuse a name that is taken with 409, and methods they do not know', async () => {
    const { name, id } = await calls.make();
    expect(await restJson('POST', '/v1/endpoints', { name, url })).toMatchObject([
      409,
      { code: 'name_taken', field: 'name' },
    ]);
    expect(await restJson('PUT', `/v1/endpoints/${id}`, {})).toMatchObject([405, { code: 'method_not_allowed' }]);
  });
});

async function restJson(method: string, path: string, json?: unknown): Promise<[number, unknown]> {
  const response = await ringback.rest(method, path, json === undefined ? {} : { json });
  return [response.status, await response.json()];
}
