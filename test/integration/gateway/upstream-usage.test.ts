import OpenAI from 'openai';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createRingback, type Ringback } from '#src/client/index.ts';
import { parseId } from '#src/domain/text/id.ts';
import { startModelProvider } from '#test/support/model-provider.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let server: TestRingback;
let provider: Awaited<ReturnType<typeof startModelProvider>>;
let ringback: Ringback;
beforeAll(async () => {
  [server, provider] = await Promise.all([startRingback(), startModelProvider()]);
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
});
afterAll(() => Promise.all([server.close(), provider.close()]));

it('counts the jobs of an upstream by their states, and the tokens of its model calls, in a range of time', async () => {
  const baseUrl = `${provider.url}/v1`;
  const used = await ringback.upstreams.create({ name: 'used', baseUrl, format: 'openai', default: true });
  await ringback.upstreams.create({ name: 'unused', baseUrl });
  const nothing = { completed: 0, failed: 0, cancelled: 0, open: 0, calls: 0, inputTokens: 0, outputTokens: 0 };
  const usage = async (id: string, range: '1h' | '24h' = '1h') => {
    const { stepSeconds, points, limits, from, to, ...totals } = await ringback.trpc.upstreams.usage.query({
      id,
      range,
    });
    expect(Date.parse(to) - Date.parse(from)).toBe({ '1h': 3_600_000, '24h': 86_400_000 }[range]);
    expect(points).toHaveLength({ '1h': 60, '24h': 48 }[range]);
    expect([stepSeconds, limits]).toEqual([{ '1h': 60, '24h': 1_800 }[range], []]);
    return totals;
  };
  expect(await usage('used')).toEqual({ ...nothing, range: '1h', capped: false });
  const client = new OpenAI({ apiKey: server.credentials.apiKey, baseURL: `${server.url}/v1` });
  for (const input of ['one', 'two']) await client.responses.create({ model: 'gpt-5', input });
  const nowhere = await ringback.submit({ upstream: 'used', path: '/nowhere', accept: '204', retry: 'none' });
  expect(await ringback.wait(nowhere.id, { timeoutMs: 20_000 })).toMatchObject({ state: 'failed' });
  const later = { upstream: 'used', path: '/later', delaySeconds: 3_600 };
  await ringback.submit(later);
  const cancelled = await ringback.submit(later);
  await ringback.cancel(cancelled.id);
  const counted = { completed: 2, failed: 1, cancelled: 1, open: 1, calls: 2, inputTokens: 2, outputTokens: 2 };
  expect(await usage(used.id)).toEqual({ ...counted, range: '1h', capped: false });
  expect(await usage('used', '24h')).toMatchObject(counted);
  expect(await usage('unused')).toMatchObject(nothing);
  await expect(usage('missing')).rejects.toMatchObject({ code: 'not_found' });
  // Two hours ago is before the last hour, and within the last day.
  await server.db.pool.query(`update job set id = overlay(id::text placing $1 from 1 for 13)::uuid where id = $2`, [
    hoursAgo(2),
    parseId('job', cancelled.id),
  ]);
  expect(await usage('used')).toMatchObject({ cancelled: 0, completed: 2 });
  expect(await usage('used', '24h')).toMatchObject({ cancelled: 1, completed: 2 });
  // A range of one's own has an end, too.
  const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();
  const own = await ringback.trpc.upstreams.usage.query({ id: 'used', from: at(180), to: at(60) });
  expect(own).toMatchObject({ ...nothing, range: null, cancelled: 1 });
  expect(own.points.every((point) => Date.parse(point.at) < Date.now() - 59 * 60_000)).toBe(true);
  await expect(ringback.trpc.upstreams.usage.query({ id: 'used', from: at(60), to: at(180) })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

it('tells when jobs ended, with their tokens, and what answers said of rate limits', async () => {
  const target = await startReceiver();
  onTestFinished(() => target.close());
  const { id } = await ringback.upstreams.create({ name: 'limited', baseUrl: target.url, headers: { 'x-key': 'one' } });
  const answers: Record<string, { status?: number; headers: Record<string, string> }> = {
    '/first': { headers: { 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '59' } },
    '/plain': { headers: { 'content-type': 'text/plain' } },
    '/second': {
      headers: {
        ...{ 'x-ratelimit-limit-requests': '60', 'x-ratelimit-remaining-requests': '58' },
        ...{ 'x-ratelimit-limit-tokens': '9000', 'x-ratelimit-remaining-tokens': '8000' },
      },
    },
    '/refused': { status: 429, headers: { 'retry-after': '3000' } },
  };
  target.answer(({ path }) => ({ status: 200, ...answers[path] }));
  const made: string[] = [];
  for (const path of ['/first', '/second', '/plain']) {
    const job = await ringback.submit({ upstream: 'limited', path, accept: 'any', retry: 'none' });
    await ringback.wait(job.id, { timeoutMs: 20_000 });
    made.push(job.id);
  }
  const refused = await ringback.submit({ upstream: 'limited', path: '/refused' });
  await expect.poll(async () => (await ringback.get(refused.id)).state, { timeout: 20_000 }).toBe('retrying');
  const usage = () => ringback.trpc.upstreams.usage.query({ id, range: '1h' });
  const { points, limits, completed, open } = await usage();
  expect({ completed, open }).toEqual({ completed: 3, open: 1 });
  expect(points.reduce((sum, point) => sum + point.completed, 0)).toBe(3);
  const said = points.filter(({ requestsLeft, tokensLeft }) => requestsLeft !== null || tokensLeft !== null).at(-1);
  expect(said).toMatchObject({ requestsLeft: 58, requestsLimit: 60, tokensLeft: 8_000, tokensLimit: 9_000 });
  expect(limits.map(({ name, value, job }) => [name, value, job])).toEqual([
    ['retry-after', '3000', refused.id],
    ['x-ratelimit-limit-requests', '60', made[1]],
    ['x-ratelimit-limit-tokens', '9000', made[1]],
    ['x-ratelimit-remaining-requests', '58', made[1]],
    ['x-ratelimit-remaining-tokens', '8000', made[1]],
  ]);
  for (const { at } of limits) expect(Date.now() - Date.parse(at)).toBeLessThan(3_600_000);

  // A job that was made before the range and ended in it is in the course, and not among the jobs of the range.
  await server.db.pool.query('update job set id = overlay(id::text placing $1 from 1 for 13)::uuid where id = $2', [
    hoursAgo(2),
    parseId('job', made[2] ?? ''),
  ]);
  const later = await usage();
  expect(later.completed).toBe(2);
  expect(later.points.reduce((sum, point) => sum + point.completed, 0)).toBe(3);
});

/** The beginning of the ids of an instant. */
function hoursAgo(hours: number): string {
  const hex = (Date.now() - hours * 3_600_000).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
