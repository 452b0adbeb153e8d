import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Job } from '#src/contract/job/job.ts';
import type { CoolDown } from '#src/domain/flow/cool-down.ts';
import { startGatedTarget } from '#test/support/gated-target.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  await Promise.all([startWorkerProcess(ringback), startWorkerProcess(ringback)]);
});
afterAll(async () => {
  await endWorkerProcesses();
  await ringback.close();
});

/** An API in the first of its windows, which lasts: it takes `limit` requests, and refuses all others at once. */
async function startOneWindow(limit: number) {
  const held: ServerResponse[] = [];
  const counts = { taken: 0, refused: 0 };
  let holds = false;
  const answer = (response: ServerResponse) => response.writeHead(200).end('{}');
  const server = createServer((request, response) => {
    request.resume();
    if (counts.taken < limit) {
      counts.taken += 1;
      if (holds) held.push(response);
      else answer(response);
    } else {
      counts.refused += 1;
      response.writeHead(429, { 'retry-after': '120' }).end();
    }
  });
  server.on('connection', (socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    counts,
    hold() {
      holds = true;
    },
    open() {
      for (const response of held) answer(response);
    },
  };
}

async function submit(url: string, count: number): Promise<void> {
  type Many = { results: { ok: boolean; job: Job }[] };
  const jobs = Array.from({ length: count }, () => ({ url, headers: { authorization: 'Bearer shared' } }));
  const { body } = await ringback.call<Many>('jobs.submitMany', { jobs });
  expect(body.result.data.results.every(({ ok }) => ok)).toBe(true);
}

const count = async (url: string, what: string) =>
  Number((await ringback.db.query<{ n: string }>(`select ${what} as n from job where url = $1`, [url]))[0]?.n);
const completed = (url: string) => count(url, `count(*) filter (where state = 'completed')`);
const workersAt = (url: string) => count(url, 'count(distinct claimed_by)');
const poll = <T>(read: () => T) => expect.poll(read, { timeout: 30_000 });

it('two busy workers learn together what a target allows, and not only what one of them was answered', async () => {
  const busy = await startGatedTarget();
  onTestFinished(() => busy.close());
  const busyUrl = `${busy.url}/`;
  let busyJobs = 0;
  while ((await workersAt(busyUrl)) < 2) {
    await submit(busyUrl, 1);
    await poll(busy.total).toBe(++busyJobs);
  }
  const limit = 60;
  const api = await startOneWindow(limit);
  await submit(api.url, 20);
  await poll(() => completed(api.url)).toBe(20);
  // The others are under way when the refusals come, at both workers.
  api.hold();
  let taken = 20;
  while ((await workersAt(api.url)) < 2) {
    if (taken === limit - 1) throw new Error(`one worker took all of ${taken} jobs, so there are no answers of two`);
    await submit(api.url, 1);
    await poll(() => api.counts.taken).toBe(++taken);
  }
  await submit(api.url, limit - taken);
  await poll(() => api.counts.taken).toBe(limit);
  await submit(api.url, 40);
  await poll(() => api.counts.refused).toBeGreaterThan(0);
  await poll(() => count(api.url, `count(*) filter (where state = 'in_progress')`)).toBe(limit - 20);
  api.open();
  await poll(() => completed(api.url)).toBe(limit);
  type Row = { cool_down: CoolDown };
  const rows = () =>
    ringback.db.query<Row>(`select cool_down from line where kind = 'cooldown' and starts_with(key, $1)`, [
      api.url.slice(0, -1),
    ]);
  await poll(async () => (await rows()).map(({ cool_down: { limit, isLearned } }) => ({ limit, isLearned }))).toEqual([
    { limit, isLearned: false },
  ]);
  busy.open();
}, 120_000);
