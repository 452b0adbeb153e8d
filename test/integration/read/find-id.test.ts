import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeliveryPage } from '#src/contract/event/delivery.ts';
import type { JobAttempts, SubmittedJob } from '#src/contract/job/job.ts';
import type { FoundId } from '#src/contract/shape/found-id.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const get = async <T>(path: string, input: object) =>
  (await ringback.call<T>(path, input, { query: true })).body.result.data;
const find = (id: string) => get<FoundId | null>('find.id', { id });

it('leads from an attempt, an event, a flow and a schedule to their places', async () => {
  await ringback.call('endpoints.create', { name: 'all', url: receiver.url, projectWide: true });
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', {
    url: `${target.url}/json`,
    flow: { key: 'nightly', concurrency: 5 },
    callback: { url: receiver.url },
  });
  const jobId = body.result.data.id;
  const list = async () => (await get<DeliveryPage>('deliveries.list', { jobId })).deliveries;
  await expect
    .poll(async () => (await list()).map(({ state }) => state), { timeout: 20_000 })
    .toEqual(['delivered', 'delivered']);
  const { attempts, deliveries } = await get<JobAttempts>('jobs.attempts', { id: jobId });
  expect(await find(attempts[0]?.id ?? '')).toEqual({ kind: 'job', id: jobId, attempt: 1 });
  const [first] = deliveries;
  expect(await find(first?.tries[0]?.id ?? '')).toEqual({ kind: 'delivery', id: first?.id, attempt: 1 });
  // Both receivers were told of one event.
  expect(await find(first?.eventId ?? '')).toEqual({ kind: 'event', id: first?.eventId });

  const { body: endpoint } = await ringback.call<{ id: string }>('endpoints.create', {
    name: 'one',
    url: receiver.url,
  });
  const { body: tested } = await ringback.call<{ id: string; eventId: string }>('endpoints.test', {
    id: endpoint.result.data.id,
  });
  const { id, eventId } = tested.result.data;
  expect(await find(eventId)).toEqual({ kind: 'delivery', id, attempt: null });

  const flows = await get<{ flows: { id: string }[] }>('flows.list', {});
  expect(await find(flows.flows[0]?.id ?? '')).toEqual({ kind: 'flow', key: 'nightly' });
  const { body: schedule } = await ringback.call<{ id: string }>('schedules.create', {
    name: 'monthly',
    cron: '0 0 1 * *',
    job: { url: `${target.url}/json` },
  });
  expect(await find(schedule.result.data.id)).toEqual({ kind: 'schedule', name: 'monthly' });
});

it('finds nothing for ids that name nothing, and for ids of another kind', async () => {
  for (const prefix of ['att', 'evt', 'flow', 'sch', 'job', 'xyz'])
    expect([prefix, await find(`${prefix}_01m7wd4b99ebrv4mp86mhc61ay`)]).toEqual([prefix, null]);
});
