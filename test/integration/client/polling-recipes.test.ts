import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRingback, type Job, redactString, type SubmitRequest } from '#src/client/index.ts';
import type { JobAttempts } from '#src/contract/job/job.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../../docs/polling.md'), 'utf8');
const recipes = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);

type Answer = { status: number; body: object };
let ringback: TestRingback;
let server: Server;
let origin: string;
const plans = new Map<string, Answer[]>();
const asked = new Map<string, number>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const where = request.url ?? '';
    const plan = plans.get(where) ?? [];
    asked.set(where, (asked.get(where) ?? 0) + 1);
    const { status, body } = (plan.length > 1 ? plan.shift() : plan[0]) ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ringback = await startRingback();
});
afterAll(async () => {
  await ringback.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const AsyncFunction = (async () => {}).constructor as new (
  ...args: string[]
) => (...values: unknown[]) => Promise<unknown>;

/** Runs a recipe as the page has it, against the local API and without its waits. Returns the ended job. */
async function run(recipe: string, id: string, answers: Answer[]): Promise<Job> {
  const client = createRingback({ url: ringback.url, apiKey: ringback.credentials.apiKey });
  let ended: Job | undefined;
  const submit = async (request: SubmitRequest) => {
    const { pathname } = new URL(String(request.url));
    plans.set(pathname, answers);
    const noWait = { minTimeoutInMs: 1, maxTimeoutInMs: 2 };
    const { retry, callback: _, url: _url, upstream: _upstream, path: _path, ...rest } = request;
    const rules = Array.isArray(retry)
      ? retry.map((rule) => ({ ...rule, ...noWait }))
      : Object.fromEntries(Object.entries(retry as object).map(([when, rule]) => [when, { ...rule, ...noWait }]));
    const job = await client.submit({ ...rest, url: origin + pathname, retry: rules as typeof retry });
    ended = await client.wait(job.id);
  };
  await new AsyncFunction('ringback', 'redactString', 'id', 'key', recipe)({ submit }, redactString, id, 'k-1');
  if (ended === undefined) throw new Error('The recipe has submitted nothing.');
  return ended;
}

const ok = (status: string): Answer => ({ status: 200, body: { status } });
const byStatus = [
  { name: 'video', goesOn: ['queued', 'in_progress', 'in_progress'], done: 'completed', over: ['failed'] },
  { name: 'image', goesOn: ['starting', 'processing'], done: 'succeeded', over: ['failed', 'canceled'] },
  {
    name: 'batch',
    goesOn: ['validating', 'in_progress', 'finalizing'],
    done: 'completed',
    over: ['failed', 'expired', 'cancelled'],
  },
  { name: 'transcript', goesOn: ['queued', 'processing'], done: 'completed', over: ['error'] },
];

it.each(byStatus.map((api, index) => ({ ...api, recipe: recipes[index] ?? '' })))(
  'the recipe for $name polls until it is done, repeats what fails in passing, and tells failed work apart',
  async ({ name, recipe, goesOn, done, over }) => {
    const passing: Answer = { status: 502, body: { error: 'passing' } };
    const job = await run(recipe, `${name}-done`, [...goesOn.map(ok), passing, ok(done)]);
    expect(job).toMatchObject({ state: 'completed', attempts: goesOn.length + 2, error: null });
    expect(JSON.parse(job.result?.body ?? '')).toEqual({ status: done });
    const answer = await ringback.rest('GET', `/v1/jobs/${job.id}/attempts`);
    const { attempts } = (await answer.json()) as JobAttempts;
    expect(attempts[0]?.decision?.why).toContain(`200 is not the end: /status is "${goesOn[0]}" (rule "200")`);
    for (const status of over) {
      const failed = await run(recipe, `${name}-${status}`, [ok(goesOn[0] ?? ''), ok(status)]);
      expect(failed).toMatchObject({ state: 'failed', attempts: 2, error: { code: 'bad_status' } });
      expect(failed.error?.message).toBe(`The target answered 200 at attempt 2: /status is "${status}".`);
      expect(JSON.parse(failed.result?.body ?? '')).toEqual({ status });
    }
  },
);

it('the recipe for 202 polls by the status alone', async () => {
  const job = await run(recipes[4] ?? '', 'operation', [
    { status: 202, body: {} },
    { status: 202, body: {} },
    { status: 200, body: { ok: true } },
  ]);
  expect(job).toMatchObject({ state: 'completed', attempts: 3, result: { status: 200 } });
  expect([...asked].find(([where]) => where.endsWith('/operation'))?.[1]).toBe(3);
  expect(recipes).toHaveLength(5);
});

it('a poll is no failure: a job that polls has no lastFailure, and one that gives up says what was said last', async () => {
  const client = createRingback({ url: ringback.url, apiKey: ringback.credentials.apiKey });
  plans.set('/polled', [ok('queued')]);
  const rule = { when: '200', bodyMatches: { pointer: '/status', value: 'queued' }, then: 'fail' } as const;
  const slow = await client.submit({ url: `${origin}/polled`, retry: [{ ...rule, minTimeoutInMs: '1m' }] });
  await expect.poll(async () => (await client.get(slow.id)).state).toBe('retrying');
  expect(await client.get(slow.id)).toMatchObject({ lastFailure: null, error: null });
  await client.cancel(slow.id);
  const fast = { limit: 2, minTimeoutInMs: 1, maxTimeoutInMs: 2 };
  const job = await client.submit({ url: `${origin}/polled`, retry: [{ ...rule, ...fast }] });
  const ended = await client.wait(job.id);
  expect(ended.error?.message).toBe('The target answered 200 at attempt 3: /status is "queued".');
});
