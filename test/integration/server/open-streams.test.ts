import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { streamLimits } from '#src/domain/limits.ts';
import { holdStream, tryHoldStream } from '#src/server/call/open-streams.ts';
import { administrator, signIn } from '#test/support/people.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let caller: { kind: 'key'; id: string };
const opened: AbortController[] = [];
/** The answers are kept: fetch ends the stream of one that nobody refers to any more. */
const answers: Response[] = [];

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  const { rows } = await ringback.db.pool.query<{ id: string }>('select id from api_key');
  caller = { kind: 'key', id: rows[0]?.id ?? '' };
});
afterAll(async () => {
  for (const one of opened) one.abort();
  await ringback.close();
});

/** Opens a stream that stays open, and returns its status. */
async function open(path: string, headers: Record<string, string> = {}): Promise<Response> {
  const gone = new AbortController();
  opened.push(gone);
  const response = await ringback.rest('GET', path, { signal: gone.signal, headers });
  answers.push(response);
  return response;
}

async function expectRefused(response: Response): Promise<void> {
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe(String(streamLimits.retryAfterSeconds));
  expect(await response.json()).toMatchObject({ code: 'rate_limited' });
}

async function newJob(): Promise<string> {
  const input = { url: 'http://127.0.0.1:19999/', delaySeconds: 3_600 };
  return (await ringback.call<SubmittedJob>('jobs.submit', input)).body.result.data.id;
}

it.each([
  ['live', '/api/live?topics=jobs', streamLimits.live],
  ['listeners', '/v1/listeners/stream', streamLimits.listeners],
])('a key has only so many %s open, and one more when one has ended', async (_kind, path, most) => {
  for (let n = 0; n < most; n++) expect((await open(path)).status).toBe(200);
  await expectRefused(await open(path));
  opened.at(-3)?.abort();
  await expect.poll(async () => (await open(path)).status, { timeout: 10_000 }).toBe(200);
});

it('a key waits for only so many jobs, by whatever door; a submission is stored and answered at once', async () => {
  const id = await newJob();
  const ends = Array.from({ length: streamLimits.waits - 1 }, () => holdStream('waits', caller, undefined));
  const waiting = open(`/v1/jobs/${id}?wait=60`).catch(() => undefined);
  await expect
    .poll(() => {
      const end = tryHoldStream('waits', caller, undefined);
      end?.();
      return end;
    })
    .toBeNull();
  await expectRefused(await ringback.rest('GET', `/v1/jobs/${id}?wait=5`));
  await expectRefused(await ringback.rest('GET', `/v1/jobs/${id}`, { headers: { prefer: 'wait=5' } }));
  await expectRefused(await ringback.rest('GET', `/v1/jobs/${id}/result?wait=5`));
  const input = encodeURIComponent(JSON.stringify({ id }));
  const signal = AbortSignal.timeout(5_000);
  const followed = await ringback.rest('GET', `/api/trpc/jobs.wait?input=${input}`, { signal });
  expect(await followed.text()).toContain('"code":"rate_limited"');
  const json = { url: 'http://127.0.0.1:19999/', delaySeconds: 3_600 };
  const stored = await ringback.rest('POST', '/v1/jobs', { json, headers: { prefer: 'wait=5' } });
  expect([stored.status, stored.headers.get('preference-applied')]).toEqual([202, null]);
  expect((await ringback.rest('GET', `/v1/jobs/${id}`)).status).toBe(200);

  opened.at(-1)?.abort();
  await waiting;
  for (const end of ends) end();
  await expect.poll(async () => (await ringback.rest('GET', `/v1/jobs/${id}?wait=0`)).status).toBe(200);
});

it('a session does not open a listener, which would change something by a GET', async () => {
  const cookie = await signIn(ringback, administrator(ringback));
  const before = await ringback.db.pool.query('select 1 from listener');
  const response = await ringback.rest('GET', '/v1/listeners/stream', {
    key: null,
    headers: { cookie },
    signal: AbortSignal.timeout(10_000),
  });
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([401, 'unauthorized']);
  expect((await ringback.db.pool.query('select 1 from listener')).rowCount).toBe(before.rowCount);
});
