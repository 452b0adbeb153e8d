import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRingback, type Job, type Ringback } from '#src/client/index.ts';
import { freePort } from '#test/support/free-port.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { endWorkerProcesses, startWebProcess, type WorkerProcess } from '#test/support/processes.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let server: TestRingback;
let target: GatedTarget;
let port: number;
let web: WorkerProcess;
let ringback: Ringback;

beforeAll(async () => {
  server = await startRingback();
  port = await freePort();
  web = await startWebProcess(server, port);
  ringback = createRingback({ url: `http://127.0.0.1:${port}`, apiKey: server.credentials.apiKey });
}, 120_000);
beforeEach(async () => {
  target = await startGatedTarget();
});
afterEach(() => target.close());
afterAll(async () => {
  await endWorkerProcesses();
  await server.close();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function kill(): Promise<void> {
  web.signal('SIGKILL');
  expect(await web.ended).toBe('SIGKILL');
}

async function startAgain(): Promise<void> {
  web = await startWebProcess(server, port);
}

/** Waits until a job has ended, of which the client hears nothing while the API is down. */
async function untilEnded(id: string): Promise<void> {
  const state = async () => ((await server.rest('GET', `/v1/jobs/${id}`).then((got) => got.json())) as Job).state;
  await expect.poll(state, { timeout: 30_000 }).toBe('completed');
}

describe('a web process that is killed and started again on its port', () => {
  // At once, within the first round of a wait, and when a long poll has been open for longer than a round.
  for (const afterMs of [0, 300, 1_500]) {
    it(`ends no wait and no background fetch, killed ${afterMs} ms after they began`, async () => {
      const [waited, fetched] = [`/${randomUUID()}`, `/${randomUUID()}`];
      const job = await ringback.submit({ url: target.url + waited });
      const waiting = ringback.wait(job.id);
      const fetching = ringback.run(randomUUID()).backgroundFetch('key', target.url + fetched, { method: 'POST' });
      await pause(afterMs);
      await kill();
      target.open();
      // The client tries again for some 16 s at least, within which the next process must answer.
      await Promise.all([untilEnded(job.id), startAgain()]);
      expect(await waiting).toMatchObject({ id: job.id, state: 'completed', result: { body: '{"hit":1}' } });
      expect(await fetching).toEqual({ hit: 1 });
      expect([target.hits.get(waited), target.hits.get(fetched)]).toEqual([1, 1]);
    }, 120_000);
  }

  it('ends no wait that begins while it is gone, and none of fifty fetches that see it die twice', async () => {
    const io = ringback.run(randomUUID());
    const paths = Array.from({ length: 50 }, () => `/${randomUUID()}`);
    const path = `/${randomUUID()}`;
    const job = await ringback.submit({ url: target.url + path });
    const all = Promise.all(paths.map((each) => io.backgroundFetch(each, target.url + each)));
    await expect.poll(() => target.total(), { timeout: 10_000 }).toBeGreaterThan(1);
    await kill();
    const waiting = ringback.wait(job.id);
    await startAgain();
    await pause(300);
    await kill();
    target.open();
    await startAgain();
    expect(await waiting).toMatchObject({ state: 'completed', result: { body: '{"hit":1}' } });
    expect(await all).toEqual(paths.map(() => ({ hit: 1 })));
    expect(paths.map((each) => target.hits.get(each))).toEqual(paths.map(() => 1));
  }, 120_000);
});
