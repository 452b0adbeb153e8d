import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventJsonSchemas } from '#src/contract/event/event-schemas.ts';
import type { EventBody, FullJobData, JobEventType } from '#src/contract/event/events.ts';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { freePort } from '#test/support/free-port.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

const maxResponseBytes = 300 * 1024;
const ajv = new Ajv2020({
  allErrors: true,
  formats: {
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
    uri: (text: string) => URL.canParse(text),
  },
});
const schemas = eventJsonSchemas();

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([
    startRingback({ env: { RINGBACK_MAX_RESPONSE_BYTES: String(maxResponseBytes) } }),
    startTarget(),
    startReceiver(),
  ]);
});
afterEach(() => {
  receiver.received.length = 0;
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

async function submit(input: object): Promise<SubmittedJob> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', { callback: receiver.url, ...input });
  expect(body).toMatchObject({ result: { data: { id: expect.any(String) } } });
  return body.result.data;
}

/** The one callback that came, once it is what its schema says. */
async function received<Type extends JobEventType>(type: Type): Promise<EventBody<Type>['data']> {
  const [callback] = await receiver.waitFor(1);
  const event = JSON.parse(callback?.body.toString() ?? '') as EventBody<Type>;
  const isValid = ajv.compile(schemas[type]);
  isValid(event);
  expect(isValid.errors, JSON.stringify(event).slice(0, 2_000)).toBeNull();
  return event.data;
}

async function receivedInFull<Type extends JobEventType>(type: Type): Promise<FullJobData<Type>> {
  const data = await received(type);
  expect(data).toHaveProperty('attempts');
  return data as FullJobData<Type>;
}

test('a job with every option completes as the schema says', async () => {
  await submit({
    url: `${target.url}/echo?token=shown-to-nobody`,
    method: 'POST',
    headers: {
      'x-api-key': 'shown-to-nobody',
      'x-part': { $redacted: { strings: ['Key ', ''], values: ['shown-to-nobody'] } },
    },
    json: { hello: 'wörld' },
    callback: { url: receiver.url, headers: { authorization: 'Bearer shown-to-nobody' }, events: ['job.completed'] },
    idempotencyKey: 'all-options',
    runAt: new Date(Date.now() - 1_000).toISOString(),
    deadlineSeconds: 600,
    resultTtlSeconds: 0,
    labels: ['a', 'b'],
    metadata: { deep: [{ list: [1, 2.5, null, true, 'x'] }] },
    redact: { query: ['token'] },
  });
  const job = await receivedInFull('job.completed');
  expect(job).toMatchObject({
    labels: ['a', 'b'],
    metadata: { deep: [{ list: [1, 2.5, null, true, 'x'] }] },
    idempotencyKey: 'all-options',
    callback: { events: ['job.completed'], payload: 'full' },
    result: { encoding: 'utf8', status: 200, omitted: false, truncated: false },
  });
  expect(job.deadlineAt).not.toBeNull();
  expect(JSON.stringify({ ...job, result: null })).not.toContain('shown-to-nobody');
});

test.each([
  ['null', null],
  ['a text', 'text'],
  ['a list', [1, [2]]],
])('a job whose metadata is %s completes as the schema says', async (_, metadata) => {
  await submit({ url: `${target.url}/json`, metadata });
  expect((await receivedInFull('job.completed')).metadata).toEqual(metadata);
});

test('a result without any bytes is one', async () => {
  await submit({ url: `${target.url}/status/204` });
  expect((await receivedInFull('job.completed')).result).toMatchObject({ status: 204, body: '', size: 0 });
});

test('a binary result comes as base64', async () => {
  await submit({ url: `${target.url}/bytes/1000` });
  const { result } = await receivedInFull('job.completed');
  expect(result).toMatchObject({ encoding: 'base64', size: 1000, omitted: false });
  expect(Buffer.from(result?.body ?? '', 'base64')).toHaveLength(1000);
});

test('a result of exactly 256 KiB is sent along, one byte more is left out and can be fetched', async () => {
  await submit({ url: `${target.url}/bytes/${256 * 1024}` });
  expect((await receivedInFull('job.completed')).result).toMatchObject({ omitted: false, body: expect.any(String) });
  receiver.received.length = 0;

  await submit({ url: `${target.url}/bytes/${256 * 1024 + 1}` });
  const { result } = await receivedInFull('job.completed');
  expect(result).toMatchObject({ omitted: true, body: null, size: 256 * 1024 + 1 });
  const { pathname } = new URL(result?.url ?? '');
  const bytes = await (await ringback.rest('GET', pathname)).arrayBuffer();
  expect(bytes.byteLength).toBe(256 * 1024 + 1);
});

test('a result that was cut off says so', async () => {
  await submit({ url: `${target.url}/bytes/${2 * maxResponseBytes}`, onOversize: 'truncate' });
  const { result } = await receivedInFull('job.completed');
  expect(result).toMatchObject({ truncated: true, omitted: true, size: maxResponseBytes });
});

test('a job that fails with a response has both', async () => {
  await submit({ url: `${target.url}/status/404` });
  const job = await receivedInFull('job.failed');
  expect(job).toMatchObject({ state: 'failed', error: { code: 'bad_status' }, result: { status: 404 } });
});

test('a job that fails without a response has an error alone', async () => {
  await submit({ url: `http://127.0.0.1:${await freePort()}/`, connectionError: { retry: { limit: 0 } } });
  const job = await receivedInFull('job.failed');
  expect(job).toMatchObject({ state: 'failed', error: { code: 'connection_refused' }, result: null });
});

test('a job that fails by its timeout, its deadline or a too long response says which', async () => {
  const once = { retry: { limit: 0 } };
  const ways: [code: string, input: object][] = [
    ['timeout', { url: `${target.url}/hang`, timeout: { durationInMs: 1_000, ...once } }],
    ['deadline_exceeded', { url: `${target.url}/hang`, deadlineSeconds: 1 }],
    ['response_too_large', { url: `${target.url}/bytes/${2 * maxResponseBytes}` }],
    ['connection_reset', { url: `${target.url}/reset`, connectionError: once }],
    ['http_invalid', { url: `${target.url}/garbage`, connectionError: once }],
  ];
  for (const [code, input] of ways) {
    await submit(input);
    expect((await receivedInFull('job.failed')).error).toMatchObject({ code });
    receiver.received.length = 0;
  }
});

test('a cancelled job is told of, whether it had begun or not', async () => {
  const waiting = await submit({ url: `${target.url}/json`, delaySeconds: 3_600 });
  await ringback.call('jobs.cancel', { id: waiting.id });
  expect(await receivedInFull('job.cancelled')).toMatchObject({ id: waiting.id, state: 'cancelled', attempts: 0 });
  receiver.received.length = 0;

  const running = await submit({ url: `${target.url}/hang?cancelled` });
  await expect.poll(() => target.requests.some(({ path }) => path === '/hang?cancelled')).toBe(true);
  await ringback.call('jobs.cancel', { id: running.id });
  expect(await receivedInFull('job.cancelled')).toMatchObject({ id: running.id, attempts: 1, result: null });
});

test('a job run again names the one before', async () => {
  const first = await submit({ url: `${target.url}/json` });
  await receivedInFull('job.completed');
  receiver.received.length = 0;
  await ringback.call('jobs.rerun', { id: first.id });
  expect(await receivedInFull('job.completed')).toMatchObject({ rerunOf: first.id });
});

test.each([
  ['job.completed', 'completed', '/json'],
  ['job.failed', 'failed', '/status/404'],
  ['job.cancelled', 'cancelled', '/hang'],
] as const)('a thin %s holds id and state alone', async (type, state, path) => {
  const { id } = await submit({ url: target.url + path, callback: { url: receiver.url, payload: 'thin' } });
  if (type === 'job.cancelled') await ringback.call('jobs.cancel', { id });
  expect(await received(type)).toEqual({ id, state });
});
