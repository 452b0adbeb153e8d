import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRingback } from '#src/client/index.ts';
import { newId } from '#src/engine/new-id.ts';
import { storeCalls } from '#src/engine/submit/repeated-calls.ts';
import { makeLog } from '#src/log.ts';
import { runWeb, type Web } from '#src/server/web-process.ts';
import { freePort } from '#test/support/free-port.ts';
import { beginAndHold } from '#test/support/hold.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { testPace } from '#test/support/test-pace.ts';

let server: TestRingback;
let other: Web;
let urls: [string, string];

beforeAll(async () => {
  server = await startRingback({ worker: false });
  const port = await freePort();
  const quiet = makeLog(server.config, { write: () => undefined });
  other = await runWeb({ ...server.config, port }, quiet, { dashboard: false, pace: testPace });
  urls = [server.url, `http://127.0.0.1:${port}`];
  const ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
  const main = { name: 'main', baseUrl: 'https://api.example.com/v1', format: 'openai' as const, default: true };
  await ringback.trpc.upstreams.create.mutate(main);
});
afterAll(async () => {
  await other.stop();
  await server.close();
});

/** Sends a request as OpenAI's client does when it has sent it `repetition` times before. Returns the response's id. */
async function create(input: string, repetition: number, url = urls[0], headers = {}): Promise<string> {
  const response = await fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.credentials.apiKey}`,
      'content-type': 'application/json',
      'x-stainless-retry-count': String(repetition),
      ...headers,
    },
    body: JSON.stringify({ model: 'm', input, background: true }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { id: string }).id;
}

/** Runs a test while nothing can be stored of a call, and returns what it has returned when that is over. */
async function whileStored<T>(act: (isWaiting: (n: number) => Promise<void>) => Promise<() => Promise<T>>): Promise<T> {
  const client = await server.db.pool.connect();
  try {
    await beginAndHold(client);
    await client.query('lock table model_call in share row exclusive mode');
    const waiting = async () => {
      const sql = `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      const { rows } = await server.db.pool.query<{ n: number }>(sql);
      return rows[0]?.n;
    };
    const ended = await act((n) => expect.poll(waiting, { timeout: 20_000 }).toBe(n));
    await client.query('commit');
    return await ended();
  } finally {
    client.release();
  }
}

it.each(['the same', 'another'])(
  'a repetition that comes to %s process before the first is stored gets it',
  async (which) => {
    const input = `early, ${which}`;
    const ids = await whileStored(async (isWaiting) => {
      const first = create(input, 0);
      await isWaiting(1);
      const asked = [create(input, 1, which === 'another' ? urls[1] : urls[0]), create(input, 2, urls[0])];
      await isWaiting(which === 'another' ? 2 : 1);
      return () => Promise.all([first, ...asked]);
    });
    expect(new Set(ids).size).toBe(1);
  },
);

it('a first request that its repetition has overtaken gets the same response', async () => {
  const projectId = newId(Date.now());
  const digest = Buffer.from('some request');
  const at = Date.now();
  const call = (msLater: number, repeats: boolean) => ({
    id: newId(at + msLater),
    projectId,
    call: { model: 'm', asked: null, digest, keyDigest: null, repeats },
  });
  const store = async (...calls: ReturnType<typeof call>[]) => {
    const owners = await server.db.transaction((tx) => storeCalls(tx, calls));
    return calls.map(({ id }) => owners.get(id) ?? id);
  };
  const [first, repetition, later, again] = [call(0, false), call(1, true), call(2, false), call(3, true)];
  expect(await store(repetition)).toEqual([repetition.id]);
  expect(await store(first)).toEqual([repetition.id]);
  expect(await store(later)).toEqual([later.id]);
  expect(await store(again)).toEqual([later.id]);
  // A commit whose answer was lost is made again.
  expect(await store(later)).toEqual([later.id]);
  // In one transaction, each gets the call before it.
  const batch = [call(4, true), call(5, false), call(6, true), call(7, false), call(8, false), call(9, true)];
  const [, five, , seven, eight] = batch.map(({ id }) => id);
  expect(await store(...batch)).toEqual([later.id, five, five, seven, eight, eight]);
  expect(await store(call(10, true))).toEqual([eight]);
});

it('first requests with the same body are calls of their own, and a repetition gets the newest', async () => {
  const [one, two] = [await create('twice', 0), await create('twice', 0, urls[1])];
  const together = await Promise.all(Array.from({ length: 4 }, () => create('at once', 0)));
  expect(new Set([one, two, ...together]).size).toBe(6);
  expect(await create('twice', 1)).toBe(two);
  expect(await create('twice', 2, urls[1])).toBe(two);
  expect(await create('never asked before', 1)).not.toBe(two);
  const keyed = () => create('twice', 1, urls[0], { 'idempotency-key': 'k1' });
  const named = await keyed();
  expect(named).not.toBe(two);
  expect(await keyed()).toBe(named);
});

it('a repetition of a deleted response, or half an hour later, is a call of its own', async () => {
  const id = await create('deleted', 0);
  await server.rest('DELETE', `/v1/responses/${id}`);
  expect(await create('deleted', 1)).not.toBe(id);
  const old = await create('old', 0);
  await server.db.pool.query(`update call_repetition set expires_at = now() - interval '1 s'`);
  const again = await create('old', 1);
  expect(again).not.toBe(old);
  expect(await create('old', 2)).toBe(again);
});
