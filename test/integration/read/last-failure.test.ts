import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Job, JobPage, SubmittedJob } from '#src/contract/job/job.ts';
import type { JobState } from '#src/domain/decide/job-state.ts';
import { closedUrl } from '#test/support/free-port.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
/** Where nobody listens. */
let nowhere: string;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
  nowhere = await closedUrl();
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const get = async <T>(path: string, input: object) =>
  (await ringback.call<T>(path, input, { query: true })).body.result.data;
const listed = async (filter: object) => (await get<JobPage>('jobs.list', filter)).jobs;
const later = { limit: 5, minTimeoutInMs: 600_000, maxTimeoutInMs: 600_000 };
const refused = { code: 'connection_refused', message: expect.stringContaining('refused') };

async function submit(url: string, input: object = {}): Promise<string> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', { url, ...input });
  expect(body).toHaveProperty('result');
  expect(body.result.data.lastFailure).toBeNull();
  return body.result.data.id;
}

async function reached(id: string, state: JobState): Promise<Job> {
  await expect.poll(async () => (await get<Job>('jobs.get', { id })).state, { timeout: 10_000 }).toBe(state);
  return get<Job>('jobs.get', { id });
}

const bodies = () => receiver.received.map((one) => JSON.parse(one.body.toString()) as { type: string; data: Job });

it('a job that waits for its next attempt says why the last one failed, in the list too', async () => {
  const cases = [
    [nowhere, { connectionError: { retry: later } }, refused],
    [`${target.url}/slow/60000`, { timeout: { durationInMs: 1_000, retry: later } }, { code: 'timeout' }],
    [
      `${target.url}/status/503`,
      { retry: { 503: later } },
      { code: 'bad_status', message: 'The target answered 503.' },
    ],
  ] as const;
  for (const [url, input, failure] of cases) {
    const id = await submit(url, input);
    expect(await reached(id, 'retrying')).toMatchObject({ error: null, lastFailure: failure });
    expect(await listed({ id })).toMatchObject([{ error: null, lastFailure: failure }]);
    expect(await listed({ id, status: failure.code })).toHaveLength(1);
    expect(await listed({ id, status: 'tls_error' })).toEqual([]);
    expect(await (await ringback.rest('GET', `/v1/jobs/${id}`)).json()).toMatchObject({ lastFailure: failure });
  }
});

it('the end has an error in place of it, and its event says what is read then', async () => {
  const soon = { limit: 1, minTimeoutInMs: 1, maxTimeoutInMs: 1 };
  const events = ['job.attempt_failed', 'job.failed', 'job.completed'];
  const callback = { url: receiver.url, events };
  const failing = await submit(nowhere, { connectionError: { retry: soon }, callback });
  const failed = await reached(failing, 'failed');
  expect(failed).toMatchObject({ error: { ...refused, retryable: true }, lastFailure: null });
  await receiver.waitFor(3);
  const told = bodies().filter(({ type }) => type === 'job.attempt_failed');
  const going = told.find(({ data }) => data.state === 'retrying');
  expect(going?.data).toMatchObject({ error: null, lastFailure: refused });
  expect(told.find(({ data }) => data.state === 'failed')?.data).toMatchObject({ error: refused, lastFailure: null });
  expect(bodies().find(({ type }) => type === 'job.failed')?.data).toEqual(failed);

  receiver.received.length = 0;
  const plan = `${target.url}/plan?statuses=503,200&key=last-failure`;
  const completing = await submit(plan, { retry: { 503: soon }, callback: { ...callback, events: ['job.completed'] } });
  const completed = await reached(completing, 'completed');
  expect(completed).toMatchObject({ error: null, lastFailure: null });
  await receiver.waitFor(1);
  expect(bodies()[0]?.data).toEqual(completed);
});

it('a job that is cancelled between attempts has neither, in its event as in what is read', async () => {
  receiver.received.length = 0;
  const callback = { url: receiver.url, events: ['job.cancelled'] };
  const id = await submit(nowhere, { connectionError: { retry: later }, callback });
  await reached(id, 'retrying');
  await ringback.call('jobs.cancel', { id });
  const cancelled = await reached(id, 'cancelled');
  expect(cancelled).toMatchObject({ error: null, lastFailure: null });
  await receiver.waitFor(1);
  expect(bodies()[0]?.data).toEqual(cancelled);
  expect(await listed({ id, status: 'connection_refused' })).toEqual([]);
});

it('a job under way again still has the reason of the attempt before', async () => {
  // Each attempt lasts a second. One of them is seen.
  const soon = { limit: 20, minTimeoutInMs: 1, maxTimeoutInMs: 1 };
  const id = await submit(`${target.url}/slow/60000`, {
    timeout: { durationInMs: 1_000, retry: soon },
  });
  await expect
    .poll(async () => get<Job>('jobs.get', { id }), { timeout: 20_000 })
    .toMatchObject({ state: 'in_progress', lastFailure: { code: 'timeout' } });
  await ringback.call('jobs.cancel', { id });
});
