import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import type { JobPage } from '#src/contract/job/job.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { startUp, type UpProcess } from '#test/support/up.ts';

const count = 200;
/** From the kill to the last callback, when the targets answer at once. */
const withinMs = 30_000;

let up: UpProcess;
let target: Target;
let gated: GatedTarget;
let receiver: Receiver;

beforeEach(async () => {
  [up, target, gated, receiver] = await Promise.all([startUp(), startTarget(), startGatedTarget(), startReceiver()]);
}, 120_000);
afterEach(async () => {
  await up.stop();
  await Promise.all([target.close(), gated.close(), receiver.close()]);
}, 60_000);

async function api<T>(path: string, input?: unknown): Promise<T> {
  const response = await fetch(`${up.url}/v1/${path}`, {
    method: input === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${up.credentials.apiKey}`, 'content-type': 'application/json' },
    ...(input === undefined ? {} : { body: JSON.stringify(input) }),
  });
  return (await response.json()) as T;
}

/** Jobs that are all under way, and are not answered yet. */
async function submitHeld(): Promise<string[]> {
  const jobs = Array.from({ length: count }, (_, i) => ({
    url: `${gated.url}/${i}`,
    callback: receiver.url,
  }));
  const { results } = await api<SubmitManyResult>('jobs/batch', { jobs });
  await expect.poll(() => gated.total(), { timeout: 20_000 }).toBe(count);
  return results.map((result) => (result.ok ? result.job.id : ''));
}

type Seen = { id: string; jobId: string; state: string };

/** Which event ids arrived for which job. */
function events(): Seen[] {
  return receiver.received.map((one) => {
    const { data } = JSON.parse(one.body.toString()) as { data: { id: string; state: string } };
    return { id: String(one.headers['webhook-id']), jobId: data.id, state: data.state };
  });
}

const jobsSeen = () => new Set(events().map((event) => event.jobId)).size;

async function listAll(): Promise<JobPage['jobs']> {
  const jobs: JobPage['jobs'] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: JobPage = await api<JobPage>(`jobs?limit=100${cursor ? `&cursor=${cursor}` : ''}`);
    jobs.push(...page.jobs);
    cursor = page.nextCursor;
  }
  return jobs;
}

/** Every accepted job has completed, and its receiver knows of it by exactly one event id. */
async function expectAllReportedOnce(ids: string[]): Promise<void> {
  expect(new Set(ids).size).toBe(count);
  const byJob = Map.groupBy(events(), (event) => event.jobId);
  expect([...byJob.keys()].sort()).toEqual([...ids].sort());
  for (const [jobId, seen] of byJob) expect([jobId, new Set(seen.map((event) => event.id)).size]).toEqual([jobId, 1]);
  const jobs = await listAll();
  expect(jobs.filter((job) => job.state === 'completed')).toHaveLength(count);
}

it('a worker killed with 200 jobs in flight: all complete within 30 s, each reported once', async () => {
  const ids = await submitHeld();
  const [worker = 0] = await up.children('worker');
  process.kill(worker, 'SIGKILL');
  // The first requests are answered when nobody is there any more.
  await expect.poll(() => up.children('worker'), { timeout: 20_000 }).not.toContain(worker);
  gated.open();
  await receiver.waitFor(() => jobsSeen() === count, withinMs);
  await expectAllReportedOnce(ids);
  expect(gated.total()).toBe(2 * count);
  const { attempts } = await api<{ attempts: { outcome: string; failure: { code: string } | null }[] }>(
    `jobs/${ids[0]}/attempts`,
  );
  expect(attempts).toMatchObject([
    { outcome: 'interrupted', failure: { code: 'worker_lost' } },
    { outcome: 'response' },
  ]);
}, 120_000);

it('PostgreSQL killed with 200 jobs in flight: all complete, no process is restarted, nothing runs twice', async () => {
  const before = [...(await up.children('worker')), ...(await up.children('web'))];
  const ids = await submitHeld();
  const postmaster = await up.postmaster();
  process.kill(postmaster, 'SIGKILL');
  // They are answered when the next one has started. Another test has them answered in an outage.
  const next = () => up.postmaster().catch(() => postmaster);
  await expect.poll(next, { timeout: 20_000 }).not.toBe(postmaster);
  gated.open();
  await receiver.waitFor(() => jobsSeen() === count, withinMs);
  await expectAllReportedOnce(ids);
  expect(gated.total()).toBe(count);
  expect([...(await up.children('worker')), ...(await up.children('web'))]).toEqual(before);
}, 120_000);

it('an accepted job survives a kill of everything at once', async () => {
  const { id } = await api<{ id: string }>('jobs', {
    url: `${target.url}/json`,
    callback: receiver.url,
    delaySeconds: 2,
  });
  const processes = [up.pid, ...(await up.children('worker')), ...(await up.children('web')), await up.postmaster()];
  for (const pid of processes) process.kill(pid, 'SIGKILL');
  const old = up;
  onTestFinished(() => rm(old.dataDir, { recursive: true, force: true }));
  up = await startUp({ RINGBACK_DATA_DIR: old.dataDir, PORT: String(new URL(old.url).port) });
  await receiver.waitFor(1, 30_000);
  expect(events()).toMatchObject([{ jobId: id, state: 'completed' }]);
}, 120_000);
