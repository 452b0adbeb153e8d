import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import type { JobAttempts } from '#src/contract/job/job.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { startGatedTarget } from '#test/support/gated-target.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { startUp, type UpProcess } from '#test/support/up.ts';

const count = 100;

let up: UpProcess;
let target: Target;
let receiver: Receiver;

beforeEach(async () => {
  [up, target, receiver] = await Promise.all([startUp(), startTarget(), startReceiver()]);
}, 120_000);
afterEach(async () => {
  await up.stop();
  await Promise.all([target.close(), receiver.close()]);
}, 60_000);

async function submit(count: number, url: (i: number) => string): Promise<string[]> {
  const callback = { url: receiver.url, events: ['job.started', 'job.attempt_failed', 'job.completed', 'job.failed'] };
  const retry = { '5xx': { limit: 3, minTimeoutInMs: 10, maxTimeoutInMs: 10 } };
  const jobs = Array.from({ length: count }, (_, i) => ({ url: url(i), callback, retry }));
  const response = await fetch(`${up.url}/v1/jobs/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${up.credentials.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jobs }),
  });
  const { results } = (await response.json()) as SubmitManyResult;
  return results.map((result) => (result.ok ? result.job.id : ''));
}

/** The events of each job, each once by its id; and that all tries of one had the same bytes. */
function eventsByJob(): Map<string, string[]> {
  const byId = Map.groupBy(receiver.received, (one) => String(one.headers['webhook-id']));
  const told = [...byId.values()].map((tries) => {
    for (const one of tries) expect(one.body.equals(tries[0]?.body ?? Buffer.alloc(0))).toBe(true);
    return JSON.parse(tries[0]?.body.toString() ?? '') as { type: string; data: { id: string } };
  });
  const byJob = Map.groupBy(told, ({ data }) => data.id);
  return new Map([...byJob].map(([id, events]) => [id, events.map(({ type }) => type).sort()]));
}

const ids = () => new Set(receiver.received.map((one) => one.headers['webhook-id'])).size;

it('a worker killed in the first attempts of 100 jobs: each start is told once, and no interruption as a failure', async () => {
  const gated = await startGatedTarget();
  onTestFinished(() => gated.close());
  const jobs = await submit(count, (i) => `${gated.url}/${i}`);
  await expect.poll(() => gated.total(), { timeout: 20_000 }).toBe(count);
  const [worker = 0] = await up.children('worker');
  process.kill(worker, 'SIGKILL');
  // The first attempts are answered when nobody is there any more.
  await expect.poll(() => up.children('worker'), { timeout: 20_000 }).not.toContain(worker);
  gated.open();
  await receiver.waitFor(() => ids() >= 2 * count, 40_000);
  expect(gated.total()).toBe(2 * count);
  expect(eventsByJob()).toEqual(new Map(jobs.map((id) => [id, ['job.completed', 'job.started']])));
}, 120_000);

it('workers killed again and again while 100 jobs fail and are tried again: what the receiver heard is what happened', async () => {
  const jobs = await submit(count, (i) => `${target.url}/plan?statuses=503,500,200&key=${i}`);
  for (const reached of [0.2, 0.8, 1.5]) {
    await receiver.waitFor(() => ids() >= reached * count, 40_000);
    const [worker] = await up.children('worker');
    if (worker !== undefined) process.kill(worker, 'SIGKILL');
  }
  const ended = () => [...eventsByJob().values()].filter((types) => types.includes('job.completed')).length;
  await receiver.waitFor(() => ended() === count, 60_000);
  const expected = new Map(await Promise.all(jobs.map(async (id) => [id, await eventsOf(id)] as const)));
  await receiver.waitFor(() => ids() >= [...expected.values()].flat().length, 40_000);
  expect(eventsByJob()).toEqual(expected);
}, 180_000);

/** What is to be told of a job, by its attempts. */
async function eventsOf(id: string): Promise<string[]> {
  const response = await fetch(`${up.url}/v1/jobs/${id}/attempts`, {
    headers: { authorization: `Bearer ${up.credentials.apiKey}` },
  });
  const { attempts } = (await response.json()) as JobAttempts;
  const failed = attempts.filter(({ outcome, status }) => outcome === 'response' && status !== 200);
  return [...failed.map(() => 'job.attempt_failed'), 'job.completed', 'job.started'];
}
