import OpenAI from 'openai';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRingback, type Ringback } from '#src/client/index.ts';
import { parseId } from '#src/domain/text/id.ts';
import { startModelProvider } from '#test/support/model-provider.ts';
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
  const usage = (id: string, range: '1h' | '24h' = '1h') => ringback.trpc.upstreams.usage.query({ id, range });
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
});

/** The beginning of the ids of an instant. */
function hoursAgo(hours: number): string {
  const hex = (Date.now() - hours * 3_600_000).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
