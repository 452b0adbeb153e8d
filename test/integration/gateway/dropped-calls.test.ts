import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createRingback, type Ringback } from '#src/client/index.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { testPace } from '#test/support/test-pace.ts';

let server: TestRingback;
let gated: GatedTarget;
let ringback: Ringback;
const patience = { timeout: 30_000 };

beforeAll(async () => {
  [server, gated] = await Promise.all([startRingback(), startGatedTarget()]);
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
  const upstream = { name: 'slow', baseUrl: `${gated.url}/v1`, format: 'openai' as const, default: true };
  await ringback.trpc.upstreams.create.mutate(upstream);
});
afterEach(() => gated.open());
afterAll(() => Promise.all([server.close(), gated.close()]));

const gateway = (options: object = {}) =>
  new OpenAI({ apiKey: server.credentials.apiKey, baseURL: `${server.url}/v1`, maxRetries: 0, ...options });

/** Makes a call whose answer does not come, and waits until the API has been asked. Returns its job and the way to drop it. */
async function begin(model: string, body: object = {}, headers: Record<string, string> = {}) {
  gated.shut();
  const leave = new AbortController();
  const request = { model, input: 'x', ...body };
  const call = gateway().responses.create(request, { signal: leave.signal, headers });
  const ended = call.then(
    () => 'answered',
    () => 'dropped',
  );
  const job = async () => (await ringback.trpc.jobs.list.query({ model })).jobs[0];
  await expect.poll(async () => (await job())?.state, patience).toBe('in_progress');
  return { drop: () => leave.abort(), ended, state: async () => (await job())?.state, job };
}

/** Waits longer than a call is held that nobody waits for. */
const longEnough = () =>
  new Promise((resolve) => setTimeout(resolve, testPace.callHeldSeconds * 1000 + 4 * testPace.giveUpCallsMs));

it.each([
  ['plain', {}],
  ['streamed', { stream: true }],
])('a %s call in the foreground is cancelled when its connection is closed', async (name, body) => {
  const call = await begin(`dropped-${name}`, body);
  call.drop();
  await expect.poll(call.state, patience).toBe('cancelled');
  const again = await gateway().responses.retrieve((await call.job())?.id.replace('job', 'resp') ?? '');
  expect(again.status).toBe('cancelled');
});

it('one that is waited for goes on, and so does one that somebody hears of otherwise', async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const waited = await begin('waited');
  const kept = [
    await begin('background', { background: true }),
    await begin('keyed', {}, { 'idempotency-key': 'mine' }),
    await begin('told', { metadata: { ringback_callback: `${receiver.url}/told` } }),
  ];
  for (const { drop } of kept) drop();
  await longEnough();
  for (const { state } of [waited, ...kept]) expect(await state()).toBe('in_progress');
  gated.open();
  expect(await waited.ended).toBe('answered');
  for (const { state } of kept) await expect.poll(state, patience).toBe('completed');
});

it('a client whose own time is over asks again, gets the same response, and nothing is paid twice', async () => {
  gated.shut();
  const before = gated.total();
  const request = { model: 'impatient', input: 'slow' };
  // The tries take three seconds each, so that a later one holds the call longer than the first would have.
  const answer = gateway({ timeout: 3_000, maxRetries: 4 }).responses.create(request);
  const started = performance.now();
  const jobs = async () => (await ringback.trpc.jobs.list.query({ model: 'impatient' })).jobs;
  await longEnough();
  expect(performance.now() - started).toBeGreaterThan(testPace.callHeldSeconds * 1000);
  expect((await jobs()).map(({ state }) => state)).toEqual(['in_progress']);
  gated.open();
  await answer;
  expect(await jobs()).toHaveLength(1);
  expect(gated.total()).toBe(before + 1);
});

it('a repetition that comes after a call was given up makes a call of its own', async () => {
  const call = await begin('given-up');
  call.drop();
  await expect.poll(call.state, patience).toBe('cancelled');
  const given = await call.job();
  gated.open();
  const again = await gateway().responses.create(
    { model: 'given-up', input: 'x' },
    { headers: { 'x-stainless-retry-count': '1' } },
  );
  expect(again.id).not.toBe(given?.id.replace('job', 'resp'));
  // Nothing is left of calls that have ended.
  const left = async () => (await server.db.pool.query('select 1 from awaited_call')).rowCount;
  await expect.poll(left, patience).toBe(0);
});
