import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRingback, type Ringback, serve } from '#src/client/index.ts';
import type { JobView } from '#src/contract/job/job-view.ts';
import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import { parseId } from '#src/domain/text/id.ts';
import { readMarks } from '#src/server/live/marks.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type ServeApp, startServeApp } from '#test/support/serve-app.ts';

let server: TestRingback;
let target: GatedTarget;
let app: ServeApp;
let client: Ringback;

beforeAll(async () => {
  [server, target] = await Promise.all([startRingback(), startGatedTarget()]);
  const at = { url: server.url, apiKey: server.credentials.apiKey };
  const waits = serve(async (_: unknown, io) => {
    await io.step('work', () => 1);
    await Promise.all([
      io.backgroundFetch('a', `${target.url}/a`),
      io.backgroundFetch('b', `${target.url}/b`),
      io.waitForCallback('approval'),
      io.sleep('1h'),
    ]);
  }, at);
  const naps = serve(async (_: unknown, io) => io.sleep('1h'), at);
  const quick = serve(() => 'done', at);
  app = await startServeApp({ '/waits': waits, '/naps': naps, '/quick': quick });
  client = createRingback({ ...at, appUrl: app.url });
});
afterAll(async () => {
  target.open();
  await app.close();
  await server.close();
  await target.close();
});

const lineOf = async (id: string) => (await client.runs.list()).runs.find((run) => run.id === id);

it('a list tells how many steps each run has, and what a waiting one waits for', async () => {
  const [waits, naps, quick] = await Promise.all(['/waits', '/naps', '/quick'].map((route) => client.start(route)));
  await expect.poll(() => lineOf(waits?.id ?? '')).toMatchObject({ state: 'waiting', steps: 5 });
  expect((await lineOf(waits?.id ?? ''))?.waitsFor).toEqual({ requests: 2, callbacks: 1, sleeps: 1 });
  await expect
    .poll(() => lineOf(naps?.id ?? ''))
    .toMatchObject({ state: 'waiting', waitsFor: { requests: 0, callbacks: 0, sleeps: 1 } });
  await client.runs.wait(quick?.id ?? '', { timeoutMs: 20_000 });
  expect(await lineOf(quick?.id ?? '')).toMatchObject({ state: 'completed', steps: 0, waitsFor: null });
});

it('the marks of the list and of a run change with it, and a stranger sees none', async () => {
  const owner = parseId('prj', server.credentials.projectId) ?? '';
  const stranger = '00000000-0000-7000-8000-000000000001';
  const run = await client.start('/naps');
  const topics: LiveTopic[] = ['runs', `run:${run.id}`];
  await expect.poll(() => lineOf(run.id)).toMatchObject({ state: 'waiting' });
  const marksOf = async (project: string) => {
    const markOf = await readMarks(
      server.db,
      [owner, stranger].flatMap((one) => topics.map((topic): [string, LiveTopic] => [one, topic])),
    );
    return topics.map((topic) => markOf(project, topic));
  };
  const before = await marksOf(owner);
  expect(before.every((mark) => mark !== '')).toBe(true);
  expect(await marksOf(owner)).toEqual(before);
  expect(await marksOf(stranger)).toEqual(['', '']);
  await client.runs.cancel(run.id);
  const after = await marksOf(owner);
  expect(after.map((mark, index) => mark !== before[index])).toEqual([true, true]);
});

it('the page of a job names the run it is part of', async () => {
  const run = await client.start('/naps');
  const { turns } = await client.runs.get(run.id);
  const view = async (id = '') =>
    (await server.call<JobView>('jobs.view', { id }, { query: true })).body.result.data.runId;
  expect(await view(turns[0]?.jobId)).toBe(run.id);
  const job = await client.submit({ url: `${target.url}/alone` });
  expect(await view(job.id)).toBeNull();
});

it('a wait for a run is one request, which is answered when the run ends, and not one request after the other', async () => {
  const asked: string[] = [];
  const counting = createRingback({
    url: server.url,
    apiKey: server.credentials.apiKey,
    fetch: (target, init) => {
      asked.push(String(target));
      return fetch(target, init);
    },
  });
  const run = await client.start('/naps');
  const ended = counting.runs.wait(run.id).catch((error: unknown) => error);
  await expect.poll(() => lineOf(run.id)).toMatchObject({ state: 'waiting' });
  await expect.poll(() => asked.length).toBe(1);
  await client.runs.cancel(run.id);
  expect(await ended).toMatchObject({ code: 'run_failed', message: expect.stringContaining('was cancelled') });
  expect(asked).toEqual([`${server.url}/v1/runs/${run.id}?wait=25`]);
  await expect(counting.runs.wait(run.id, { timeoutMs: 5_000 })).rejects.toMatchObject({ code: 'run_failed' });
  const open = await client.start('/naps');
  await expect(counting.runs.wait(open.id, { timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'wait_timeout' });
  await client.runs.cancel(open.id);
});
