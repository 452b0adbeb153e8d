import { expect, it, onTestFinished } from 'vitest';
import { type CaptureFetch, createRingback, nextRoute, serve } from '#src/client/index.ts';
import { startGatedTarget } from '#test/support/gated-target.ts';
import { startServeApp } from '#test/support/serve-app.ts';
import { startUp } from '#test/support/up.ts';

const each = 10;
const indexes = Array.from({ length: each }, (_, index) => index);

async function startJourneys() {
  const up = await startUp();
  onTestFinished(() => up.stop());
  const target = await startGatedTarget();
  onTestFinished(() => target.close());
  const settings = { url: up.url, apiKey: up.credentials.apiKey };
  const client = createRingback(settings);
  const call = (index: number) => async (fetch: CaptureFetch) =>
    (await fetch(`${target.url}/captured/${index}`, { method: 'POST', body: String(index) })).json() as Promise<object>;
  const resumed = new Map<string, object>();
  const captured = new Map<string, number>();
  const app = await startServeApp({
    '/report': serve(async ({ index }: { index: number }, io) => {
      const ask = (name: string) => io.backgroundFetch<object>(name, `${target.url}/run/${index}/${name}`);
      const both = await Promise.all([ask('a'), ask('b')]);
      return [...both, await ask('c')];
    }, settings),
    '/hook': nextRoute({
      secrets: up.credentials.webhookSecret,
      on: {
        'job.completed': async (event) => {
          const index = captured.get(event.data.id);
          if (index === undefined) throw new Error('The capture is not known yet.');
          resumed.set(event.data.id, await client.resume(event, call(index)));
        },
      },
    }),
  });
  onTestFinished(() => app.close());
  const runs = await Promise.all(indexes.map((index) => client.start(`${app.url}/report`, { index })));
  for (const index of indexes)
    captured.set((await client.capture(call(index), { callback: `${app.url}/hook` })).id, index);
  return { up, target, client, runs, captured, resumed };
}

it.each(['PostgreSQL', 'the web process', 'the worker'] as const)(
  '%s killed amid serve and capture: all come to their end, and no request is sent but by an attempt on record',
  async (what) => {
    const { up, target, client, runs, captured, resumed } = await startJourneys();
    const kill = async () => {
      const pids =
        what === 'PostgreSQL' ? [await up.postmaster()] : await up.children(what === 'the worker' ? 'worker' : 'web');
      process.kill(pids[0] ?? 0, 'SIGKILL');
    };
    const expectSent = (path: string, attempts: number | null) => {
      const hits = target.hits.get(path) ?? 0;
      // A worker may die after its claim and before its request.
      if (what === 'the worker') expect(hits).toBeLessThanOrEqual(attempts ?? 0);
      else expect(hits).toBe(attempts);
      expect(hits).toBeGreaterThan(0);
    };
    // The first requests are all open when it dies for the first time, and later ones are when it dies again.
    await expect.poll(() => target.hits.size, { timeout: 60_000 }).toBe(3 * each);
    await kill();
    target.open();
    await expect.poll(() => target.hits.size, { timeout: 60_000 }).toBeGreaterThan(3 * each);
    await kill();

    for (const { id } of runs) {
      const done = await client.runs.wait(id, { timeoutMs: 120_000 });
      expect(done.result).toEqual([1, 2, 3].map(() => ({ hit: expect.any(Number) })));
      expect(done.steps).toHaveLength(3);
      for (const { url, attempts } of done.steps) expectSent(new URL(url ?? '').pathname, attempts);
    }
    await expect.poll(() => resumed.size, { timeout: 120_000 }).toBe(each);
    for (const [id, index] of captured) {
      const job = await client.wait(id);
      expectSent(`/captured/${index}`, job.attempts);
      expect(resumed.get(id)).toEqual({ hit: expect.any(Number) });
    }
    // Only a worker's death interrupts requests.
    if (what !== 'the worker') expect(target.total()).toBe(4 * each);
  },
  300_000,
);
