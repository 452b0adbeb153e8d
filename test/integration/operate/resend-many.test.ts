import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeliveryPage, DeliverySummary } from '#src/contract/event/delivery.ts';
import type { Operation } from '#src/contract/job/operation.ts';
import { parseId } from '#src/domain/text/id.ts';
import { startResendMany } from '#src/engine/operate/resend-many.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const get = async <T>(path: string, input: object) =>
  (await ringback.call<T>(path, input, { query: true })).body.result.data;
const listed = async (filter: object) =>
  (await get<DeliveryPage>('deliveries.list', { limit: 100, ...filter })).deliveries;

/** Deliveries of as many new jobs, to a path of their own, once all are in this state. */
async function made(count: number, path: string, state: string, callback: object = {}): Promise<DeliverySummary[]> {
  const job = { url: `${target.url}/json`, callback: { url: receiver.url + path, ...callback } };
  await ringback.call('jobs.submitMany', { jobs: Array.from({ length: count }, () => job) });
  const states = async () => (await listed({ text: path })).map((one) => one.state);
  await expect.poll(states, { timeout: 30_000 }).toEqual(Array.from({ length: count }, () => state));
  return listed({ text: path });
}

const lost = () => Promise.reject(new Error('the connection is lost'));
const failing = { retry: { scheduleSeconds: [] } };

async function start(input: object): Promise<Operation> {
  return (await ringback.call<Operation>('deliveries.resendMany', input)).body.result.data;
}

async function ended(id: string): Promise<Operation> {
  const read = () => get<Operation>('operations.get', { id });
  await expect.poll(async () => (await read()).state, { timeout: 30_000 }).toBe('completed');
  return read();
}

const sentTo = (path: string) => receiver.received.filter((one) => one.path === path);

it('sends all that a filter finds again, once each, and nothing that has not ended', async () => {
  receiver.answer(500);
  const failed = await made(90, '/many', 'failed', failing);
  const [waiting] = await made(1, '/waits', 'retrying', { retry: { scheduleSeconds: [600] } });
  receiver.answer(204);
  receiver.received.length = 0;
  const filter = { text: '/many', status: '5xx' };
  const started = await start({ deliveries: { filter }, perSecond: 1_000 });
  expect(started).toMatchObject({
    ...{ kind: 'resend_deliveries', input: { deliveries: { filter }, perSecond: 1_000 } },
    ...{ total: 90, totalCapped: false, createdBy: expect.stringMatching(/^key_/) },
  });
  expect(await ended(started.id)).toMatchObject({ total: 90, done: 90, failed: 0 });
  await expect.poll(async () => (await listed({ text: '/many', state: 'delivered' })).length).toBe(90);
  expect((await listed({ operation: started.id, limit: 100 })).map(({ id }) => id).toSorted()).toEqual(
    failed.map(({ id }) => id).toSorted(),
  );
  await receiver.waitFor(90, 30_000);
  const ids = sentTo('/many').map((one) => one.headers['webhook-id']);
  expect(new Set(ids).size).toBe(90);
  expect(ids).toHaveLength(90);
  expect(failed.every(({ eventId }) => ids.includes(eventId))).toBe(true);
  expect(await listed({ text: waiting?.id })).toMatchObject([{ state: 'retrying' }]);
  // Open ones match no operation of this kind, whatever the filter says.
  const none = await start({ deliveries: { filter: { text: '/waits' } } });
  expect(await ended(none.id)).toMatchObject({ total: 0, done: 0, failed: 0 });
});

it.each([
  ['its deliveries', { query: lost, look: lost }],
  ['anything any more', { query: lost, look: lost, run: lost }],
])('is answered once it has begun, also when the database cannot count %s', async (_what, broken) => {
  const logged: unknown[] = [];
  const log = { info() {}, warn() {}, error: (fields: object, message: string) => logged.push([fields, message]) };
  const deps = { db: { ...ringback.db, ...broken } as typeof ringback.db, now: Date.now, log };
  const projectId = parseId('prj', ringback.credentials.projectId) ?? '';
  const input = { deliveries: { filter: { type: 'job.completed', text: randomUUID() } } };
  const started = await startResendMany(deps, { projectId, createdBy: 'somebody' }, input);
  expect(started).toMatchObject({ state: 'running', total: 0, totalCapped: true });
  const { id, kind } = await get<Operation>('operations.get', { id: started.id });
  expect([id, kind]).toEqual([started.id, 'resend_deliveries']);
  expect(logged).toEqual([
    [expect.objectContaining({ err: expect.any(Error) }), 'the total of an operation could not be counted'],
  ]);
});

it('sends those that were picked, and says why the others could not be', async () => {
  const [sent] = await made(1, '/picked', 'delivered');
  receiver.answer(500);
  const [waiting] = await made(1, '/open', 'retrying', { retry: { scheduleSeconds: [600] } });
  receiver.answer(204);
  const { body } = await ringback.call<{ id: string }>('endpoints.create', { name: 'asleep', url: receiver.url });
  await ringback.call('endpoints.disable', { id: body.result.data.id });
  await ringback.call('endpoints.test', { id: body.result.data.id });
  const [asleep] = await listed({ endpointId: body.result.data.id });
  receiver.received.length = 0;
  const gone = 'dlv_01m7wd4b99ebrv4mp86mhc61ay';
  const ids = [sent?.id, waiting?.id, asleep?.id, gone, sent?.id];
  const started = await start({ deliveries: { ids } });
  expect(started).toMatchObject({ total: 4, input: { deliveries: { picked: 4 } } });
  const done = await ended(started.id);
  expect(done).toMatchObject({ done: 1, failed: 3 });
  expect(new Map(done.errors.map(({ id, code }) => [id, code]))).toEqual(
    new Map([
      [waiting?.id, 'not_ended'],
      [asleep?.id, 'endpoint_disabled'],
      [gone, 'not_found'],
    ]),
  );
  expect((await listed({ operation: started.id })).map(({ id }) => id)).toEqual([sent?.id]);
  await receiver.waitFor(1);
  expect(receiver.received.map((one) => one.headers['webhook-id'])).toEqual([sent?.eventId]);
  expect(await listed({ text: asleep?.id })).toMatchObject([{ state: 'skipped' }]);
});

it('refuses to send everything again, ids of another kind, and callers without the scope', async () => {
  const key = await ringback.call<{ secret: string }>('apiKeys.create', { name: 'reads', scopes: ['jobs:read'] });
  const codeOf = async (input: object, options: object = {}) =>
    (
      (await (await ringback.rest('POST', '/v1/deliveries/resend-many', { json: input, ...options })).json()) as {
        code: string;
      }
    ).code;
  expect(await codeOf({ deliveries: { filter: {} } })).toBe('invalid_input');
  expect(await codeOf({ deliveries: { filter: { text: '  ' } } })).toBe('invalid_input');
  expect(await codeOf({ deliveries: { ids: ['job_01m7wd4b99ebrv4mp86mhc61ay'] } })).toBe('invalid_input');
  expect(await codeOf({ deliveries: { ids: [] } })).toBe('invalid_input');
  const asked = { deliveries: { filter: { state: 'failed' } } };
  expect(await codeOf(asked, { key: key.body.result.data.secret })).toBe('missing_scope');
  const started = await ringback.rest('POST', '/v1/deliveries/resend-many', { json: asked });
  expect(started.status).toBe(202);
  const { id } = (await started.json()) as Operation;
  expect(started.headers.get('location')).toContain(id);
  await ended(id);
});
