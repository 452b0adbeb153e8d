import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CreatedEndpoint, Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { DeliveryPage, DeliverySummary, DeliveryView } from '#src/contract/event/delivery.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import type { DeliveryState, JobState } from '#src/domain/decide/job-state.ts';
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

const hour = 3_600;
const later = { limit: 5, minTimeoutInMs: hour * 1_000, maxTimeoutInMs: hour * 1_000 };
const get = async <T>(path: string, input: object) =>
  (await ringback.call<T>(path, input, { query: true })).body.result.data;
const act = async <T>(path: string, input: object) => (await ringback.call<T>(path, input)).body;
const refusalOf = async (path: string, id: string) => (await act(path, { id })).error?.data.code;
let plans = 0;
const plan = (statuses: string) => `${target.url}/plan?statuses=${statuses}&key=try-${plans++}`;

async function submit(input: object): Promise<string> {
  const body = await act<SubmittedJob>('jobs.submit', input);
  expect(body).toHaveProperty('result');
  return body.result.data.id;
}

async function jobIn(id: string, state: JobState): Promise<Job> {
  await expect.poll(async () => (await get<Job>('jobs.get', { id })).state, { timeout: 15_000 }).toBe(state);
  return get<Job>('jobs.get', { id });
}

async function deliveryOf(jobId: string): Promise<DeliverySummary> {
  const read = async () => (await get<DeliveryPage>('deliveries.list', { jobId })).deliveries[0];
  await expect.poll(read, { timeout: 15_000 }).toBeDefined();
  return (await read()) as DeliverySummary;
}

async function deliveryIn(id: string, state: DeliveryState): Promise<DeliveryView> {
  await expect
    .poll(async () => (await get<DeliveryView>('deliveries.get', { id })).state, { timeout: 15_000 })
    .toBe(state);
  return get<DeliveryView>('deliveries.get', { id });
}

describe('a job that waits', () => {
  it('for its retry makes its next attempt at once, and only one however often it is asked', async () => {
    const id = await submit({ url: plan('503,200'), retry: { 503: later } });
    await jobIn(id, 'retrying');
    const asked = await Promise.all([1, 2, 3, 4].map(() => ringback.rest('POST', `/v1/jobs/${id}/try-now`)));
    // Those that come after the end are told so.
    for (const answer of asked) expect([202, 409]).toContain(answer.status);
    expect(await jobIn(id, 'completed')).toMatchObject({ attempts: 2 });
    expect(await refusalOf('jobs.tryNow', id)).toBe('already_ended');
    expect(await get('jobs.get', { id })).toMatchObject({ state: 'completed', attempts: 2 });
  });

  it('for its time starts at once', async () => {
    const id = await submit({ url: `${target.url}/status/200`, delaySeconds: hour });
    await jobIn(id, 'scheduled');
    const { result } = await act<Job>('jobs.tryNow', { id });
    expect(result.data).toMatchObject({ endedAt: null });
    expect(await jobIn(id, 'completed')).toMatchObject({ attempts: 1 });
  });

  it('for the answer to its request is left at it', async () => {
    const before = target.hits('/hang');
    const id = await submit({ url: `${target.url}/hang` });
    await jobIn(id, 'in_progress');
    expect((await act<Job>('jobs.tryNow', { id })).result.data).toMatchObject({ state: 'in_progress', attempts: 1 });
    // The job is in progress a little before its request is there.
    await expect.poll(() => target.hits('/hang') - before).toBe(1);
    await act('jobs.cancel', { id });
    expect(await refusalOf('jobs.tryNow', id)).toBe('already_ended');
    expect(target.hits('/hang') - before).toBe(1);
  });
});

it('a callback that waits for its next try is sent at once, and its end is told by name', async () => {
  receiver.answer((_, index) => (index === 0 ? 500 : 204));
  const callback = { url: receiver.url, retry: { scheduleSeconds: [hour, hour] } };
  const { id } = await deliveryOf(await submit({ url: `${target.url}/status/200`, callback }));
  await deliveryIn(id, 'retrying');
  const answer = await ringback.rest('POST', `/v1/deliveries/${id}/try-now`);
  expect(answer.status).toBe(202);
  expect((await deliveryIn(id, 'delivered')).tries.map(({ status }) => status)).toEqual([500, 204]);
  expect(await refusalOf('deliveries.tryNow', id)).toBe('already_ended');
});

describe('of a paused endpoint', () => {
  let endpoint: CreatedEndpoint;

  /** An endpoint that asked for an hour without requests, with a delivery that waits for its retry, and two in its line. */
  async function paused(): Promise<{ retrying: string; inLine: string[] }> {
    receiver.answer({ status: 503, headers: { 'retry-after': String(hour) } });
    const body = await act<CreatedEndpoint>('endpoints.create', { name: `n${plans++}`, url: `${receiver.url}/hook` });
    endpoint = body.result.data;
    const job = { url: `${target.url}/status/200`, callback: { endpoint: endpoint.name } };
    const retrying = await deliveryOf(await submit(job));
    await deliveryIn(retrying.id, 'retrying');
    const inLine: string[] = [];
    for (const _ of [1, 2]) inLine.push((await deliveryOf(await submit(job))).id);
    const held = async () => (await get<DeliveryView>('deliveries.get', { id: inLine[1] })).nextAttemptAt;
    await expect
      .poll(async () => Date.parse((await held()) ?? '') - Date.now(), { timeout: 10_000 })
      .toBeGreaterThan(2_000);
    receiver.received.length = 0;
    receiver.answer(204);
    return { retrying: retrying.id, inLine };
  }
  const state = () => get<Endpoint>('endpoints.get', { id: endpoint.id });

  it('the delivery that is asked for is the probe, before those that wait longer', async () => {
    const { retrying, inLine } = await paused();
    const [first = '', second = ''] = inLine;
    await act('deliveries.tryNow', { id: second });
    await deliveryIn(second, 'delivered');
    const { eventId } = await get<DeliveryView>('deliveries.get', { id: second });
    expect(receiver.received[0]?.headers['webhook-id']).toBe(eventId);
    expect((await state()).pausedUntil).toBeNull();
    // The others follow by themselves; the one that had failed keeps its schedule.
    await deliveryIn(first, 'delivered');
    await act('deliveries.tryNow', { id: retrying });
    await deliveryIn(retrying, 'delivered');
  });

  it('the endpoint itself can be probed, and all that waits follows', async () => {
    const { retrying, inLine } = await paused();
    const probed = await ringback.rest('POST', `/v1/endpoints/${endpoint.id}/probe`);
    expect(probed.status).toBe(200);
    for (const id of [retrying, ...inLine]) await deliveryIn(id, 'delivered');
    expect(await state()).toMatchObject({ pausedUntil: null, failingSince: null });
    expect((await act<Endpoint>('endpoints.probe', { id: endpoint.id })).result.data).toMatchObject({
      pausedUntil: null,
    });
  });

  it('a probe that fails leaves it paused, with no other delivery sent', async () => {
    const { retrying, inLine } = await paused();
    receiver.answer({ status: 503, headers: { 'retry-after': String(hour) } });
    await act('endpoints.probe', { id: endpoint.id });
    await receiver.waitFor(1);
    await expect
      .poll(async () => Date.parse((await state()).pausedUntil ?? '') - Date.now(), { timeout: 10_000 })
      .toBeGreaterThan(60_000);
    const states = await Promise.all([retrying, ...inLine].map((id) => get<DeliveryView>('deliveries.get', { id })));
    expect(states.map(({ attempts }) => attempts)).toEqual([2, 0, 0]);
  });

  it('one that is not paused gets the oldest delivery that waits, although it was to wait longer', async () => {
    const { retrying, inLine } = await paused();
    await act('endpoints.enable', { id: endpoint.id });
    for (const id of inLine) await deliveryIn(id, 'delivered');
    expect(await get<DeliveryView>('deliveries.get', { id: retrying })).toMatchObject({ state: 'retrying' });
    await act('endpoints.probe', { id: endpoint.id });
    await deliveryIn(retrying, 'delivered');
  });

  it('all that waits goes, whatever time each was to wait, and after a pause by a probe first', async () => {
    const { retrying, inLine } = await paused();
    const sent = await ringback.rest('POST', `/v1/endpoints/${endpoint.id}/send-waiting`);
    expect([sent.status, await sent.json()]).toEqual([200, { id: endpoint.id, deliveries: 3 }]);
    for (const id of [retrying, ...inLine]) await deliveryIn(id, 'delivered');
    expect(receiver.received).toHaveLength(3);
    expect((await act('endpoints.sendWaiting', { id: endpoint.id })).result.data).toMatchObject({ deliveries: 0 });
  });

  it('one that is not paused gets at once what was to wait for long', async () => {
    const { retrying, inLine } = await paused();
    await act('endpoints.enable', { id: endpoint.id });
    for (const id of inLine) await deliveryIn(id, 'delivered');
    await act('endpoints.sendWaiting', { id: endpoint.id });
    await deliveryIn(retrying, 'delivered');
    expect(receiver.received).toHaveLength(3);
  });

  it('while it still fails, one probe goes and the others wait on', async () => {
    const { retrying, inLine } = await paused();
    receiver.answer({ status: 503, headers: { 'retry-after': String(hour) } });
    await act('endpoints.sendWaiting', { id: endpoint.id });
    await expect
      .poll(async () => Date.parse((await state()).pausedUntil ?? '') - Date.now(), { timeout: 10_000 })
      .toBeGreaterThan(60_000);
    const states = await Promise.all([retrying, ...inLine].map((id) => get<DeliveryView>('deliveries.get', { id })));
    expect(states.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(2);
    expect(receiver.received).toHaveLength(1);
  });

  it('nothing is tried once it is disabled', async () => {
    const { retrying } = await paused();
    await act('endpoints.disable', { id: endpoint.id });
    expect(await refusalOf('deliveries.tryNow', retrying)).toBe('endpoint_disabled');
    expect(await refusalOf('endpoints.probe', endpoint.id)).toBe('endpoint_disabled');
    expect(await refusalOf('endpoints.sendWaiting', endpoint.id)).toBe('endpoint_disabled');
    expect(receiver.received).toEqual([]);
  });
});
