import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { DeliveryPage, DeliverySummary, DeliveryView } from '#src/contract/event/delivery.ts';
import type { DeliveryCounts } from '#src/contract/event/delivery-filter.ts';
import type { JobAttempts, SubmittedJob } from '#src/contract/job/job.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
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
afterEach(() => receiver.answer(204));
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const get = async <T>(path: string, input: object) =>
  (await ringback.call<T>(path, input, { query: true })).body.result.data;
const listed = async (filter: object) => (await get<DeliveryPage>('deliveries.list', filter)).deliveries;
const idsOf = async (filter: object) => (await listed(filter)).map(({ id }) => id);

/** A delivery of a new job's end once it is in this state. */
async function delivered(callback: object, state: string): Promise<DeliverySummary> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', { url: `${target.url}/json`, callback });
  const found = () => listed({ jobId: body.result.data.id });
  await expect.poll(async () => (await found()).map((one) => one.state), { timeout: 20_000 }).toEqual([state]);
  return (await found())[0] as DeliverySummary;
}

const later = { scheduleSeconds: [600] };

it('a delivery that waits for its next try says why the last one failed, in the list too', async () => {
  const refused = await delivered({ url: nowhere, retry: later }, 'retrying');
  expect(refused).toMatchObject({ error: null, lastFailure: { code: 'connection_refused' }, status: null });
  expect(await get<DeliveryView>('deliveries.get', { id: refused.id })).toMatchObject({
    error: null,
    lastFailure: { code: 'connection_refused', message: expect.stringContaining('refused') },
  });
  const rest = await (await ringback.rest('GET', `/v1/deliveries/${refused.id}`)).json();
  expect(rest).toMatchObject({ lastFailure: refused.lastFailure });
  // The job's page shows the reason with the tries, and no error while there is none.
  const view = await get<{ deliveries: { error: unknown }[] }>('jobs.view', { id: refused.jobId });
  expect(view.deliveries).toMatchObject([{ error: null }]);

  receiver.answer(503);
  const unwell = await delivered({ url: receiver.url, retry: later }, 'retrying');
  const why = { code: 'bad_status', message: 'The receiver answered 503.' };
  expect(unwell).toMatchObject({ error: null, lastFailure: why, status: 503 });
  receiver.answer(204);
  await ringback.call('deliveries.tryNow', { id: unwell.id });
  await expect.poll(async () => (await listed({ text: unwell.id }))[0]?.state).toBe('delivered');
  expect(await listed({ text: unwell.id })).toMatchObject([{ error: null, lastFailure: null }]);

  receiver.answer(500);
  const failed = await delivered({ url: receiver.url, retry: { scheduleSeconds: [] } }, 'failed');
  expect(failed).toMatchObject({ error: { code: 'bad_status' }, lastFailure: null });
});

it('finds deliveries by how they failed, and by every id that a receiver or a log may have', async () => {
  receiver.answer(502);
  const bad = await delivered({ url: receiver.url, retry: later }, 'retrying');
  const gone = await delivered({ url: nowhere, retry: { scheduleSeconds: [] } }, 'failed');
  expect(await idsOf({ status: 502 })).toEqual([bad.id]);
  expect(await idsOf({ status: '5xx', state: 'retrying' })).toContain(bad.id);
  expect(await idsOf({ status: 'connection_refused' })).toContain(gone.id);
  expect(await idsOf({ status: 'connection_error', state: 'failed' })).toEqual([gone.id]);
  expect(await idsOf({ status: 'tls_error' })).toEqual([]);
  const refused = await ringback.call('deliveries.list', { status: 'sideways' }, { query: true });
  expect(refused.body.error.data).toMatchObject({ code: 'invalid_input' });

  const { deliveries, attempts } = await get<JobAttempts>('jobs.attempts', { id: bad.jobId });
  const ofDelivery = deliveries[0]?.tries[0]?.id ?? '';
  const ofJob = attempts[0]?.id ?? '';
  for (const text of [bad.id, bad.eventId, ofDelivery, ofJob, bad.jobId ?? '', ` ${bad.eventId} `])
    expect([text, await idsOf({ text })]).toEqual([text, [bad.id]]);
  expect(await idsOf({ text: bad.eventId.replace(/.$/, (last) => (last === '0' ? '1' : '0')) })).toEqual([]);
  expect(await idsOf({ text: 'att_01m7wd4b99ebrv4mp86mhc61ay' })).toEqual([]);
});

it('finds the deliveries of an event whose job was made long before, and of one with an id of its own', async () => {
  receiver.answer(204);
  const { id: endpointId } = (
    await ringback.call<{ id: string }>('endpoints.create', {
      ...{ name: 'told-too', url: receiver.url, projectWide: true, labels: ['told-twice'] },
      events: ['job.completed', 'job.started'],
    })
  ).body.result.data;
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', {
    ...{ url: `${target.url}/json`, delaySeconds: 3, labels: ['told-twice'], callback: receiver.url },
  });
  const jobId = body.result.data.id;
  const ends = () => listed({ jobId, type: 'job.completed', state: 'delivered' });
  await expect.poll(async () => (await ends()).length, { timeout: 20_000 }).toBe(2);
  const late = (await ends())[0] as DeliverySummary;
  const both = await listed({ text: late.eventId });
  expect(both.map((one) => [one.jobId, one.type])).toEqual([
    [jobId, 'job.completed'],
    [jobId, 'job.completed'],
  ]);
  const started = (await listed({ jobId, type: 'job.started' }))[0];
  expect(started?.eventId).not.toBe(late.eventId);
  expect(await idsOf({ text: started?.eventId })).toEqual([started?.id]);
  // What is found near the event's id and what is found by its job is the same row.
  const soon = await delivered({ url: receiver.url }, 'delivered');
  expect(await idsOf({ text: soon.eventId })).toEqual([soon.id]);
  const test = await ringback.call<{ id: string; eventId: string }>('endpoints.test', { id: endpointId });
  expect(await idsOf({ text: test.body.result.data.eventId })).toEqual([test.body.result.data.id]);
  // Events from before ids were made from jobs.
  const [older] = await ringback.db.query<{ id: string }>(
    `update delivery set event_id = (left(id::text, 14) || '7aaa-8bbb-cccccccccccc')::uuid where id = $1 returning event_id as id`,
    [parseId('dlv', late.id)],
  );
  expect(await idsOf({ text: formatId('evt', older?.id ?? '') })).toEqual([late.id]);
  await ringback.call('endpoints.delete', { id: endpointId });
});

it('finds deliveries by the name of their endpoint, and shows it', async () => {
  const { body } = await ringback.call<{ id: string }>('endpoints.create', { name: 'night-shift', url: receiver.url });
  const sent = await delivered({ endpoint: 'night-shift' }, 'delivered');
  expect(sent).toMatchObject({ endpointId: body.result.data.id, endpointName: 'night-shift' });
  for (const text of ['night', 'T-SHIFT', body.result.data.id]) expect(await idsOf({ text })).toEqual([sent.id]);
  await ringback.call('endpoints.delete', { id: body.result.data.id });
  expect(await listed({ text: sent.id })).toMatchObject([{ endpointName: null }]);
});

it('finds deliveries by their endpoint: by the name that it has now, or by its id, also once it is deleted', async () => {
  const made = async (name: string) =>
    (await ringback.call<{ id: string }>('endpoints.create', { name, url: receiver.url })).body.result.data.id;
  const gone = await made('day-shift');
  const first = await delivered({ endpoint: 'day-shift' }, 'delivered');
  expect(await idsOf({ endpoint: 'Day-SHIFT' })).toEqual([first.id]);
  await ringback.call('endpoints.delete', { id: gone });
  expect(await idsOf({ endpoint: 'day-shift' })).toEqual([]);
  const now = await made('day-shift');
  const second = await delivered({ endpoint: 'day-shift' }, 'delivered');
  expect(await idsOf({ endpoint: 'day-shift' })).toEqual([second.id]);
  expect(await idsOf({ endpoint: 'day' })).toEqual([]);
  expect(await idsOf({ endpoint: gone })).toEqual([first.id]);
  expect(await idsOf({ endpoint: now, state: 'delivered' })).toEqual([second.id]);
  expect((await get<DeliveryCounts>('deliveries.counts', { endpoint: 'day-shift' })).all).toEqual({
    ...{ count: 1, capped: false },
  });
  // Filters that name the endpoint in several ways must all hold.
  expect(await idsOf({ endpoint: 'day-shift', endpointId: now, text: now })).toEqual([second.id]);
  expect(await idsOf({ endpoint: now, endpointId: now })).toEqual([second.id]);
  for (const other of [{ endpointId: gone }, { text: gone }, { text: first.id }])
    expect([other, await idsOf({ endpoint: 'day-shift', ...other })]).toEqual([other, []]);
  expect(await idsOf({ endpointId: now, text: gone })).toEqual([]);
  const rest = await (await ringback.rest('GET', '/v1/deliveries?endpoint=day-shift')).json();
  expect(rest).toMatchObject({ deliveries: [{ id: second.id }], nextCursor: null });
  const { status } = await ringback.rest('GET', '/v1/deliveries?endpoint=');
  expect(status).toBe(400);
});

it('offers statuses, kinds of failure and origins that deliveries have, the newest first', async () => {
  const known = async (of: string, text?: string) =>
    (await get<{ values: string[] }>('jobs.knownValues', { of, text })).values;
  receiver.answer(418);
  await delivered({ url: `${receiver.url}/teapot`, retry: { scheduleSeconds: [] } }, 'failed');
  expect((await known('deliveryStatus'))[0]).toBe('418');
  expect(await known('deliveryStatus', '41')).toEqual(['418']);
  expect(await known('deliveryFailure', '418')).toEqual([expect.stringContaining('127.0.0.1 418')]);
  const { origin } = new URL(receiver.url);
  expect((await known('deliveryOrigin'))[0]).toBe(origin);
  // What goes to an endpoint has no origin that could be filtered by.
  const { body } = await ringback.call<{ id: string }>('endpoints.create', {
    ...{ name: 'elsewhere', url: receiver.url.replace('127.0.0.1', 'localhost') },
  });
  receiver.answer(204);
  await delivered({ endpoint: 'elsewhere' }, 'delivered');
  expect(await known('deliveryOrigin', 'localhost')).toEqual([]);
  await ringback.call('endpoints.delete', { id: body.result.data.id });
  for (const found of await known('deliveryOrigin')) expect(await idsOf({ origin: found })).not.toEqual([]);
});

it('counts by state what the other filters find, and what is open', async () => {
  const mark = `/counted-${Date.now()}`;
  receiver.answer(500);
  const failing = { url: receiver.url + mark, retry: { scheduleSeconds: [] } };
  await delivered(failing, 'failed');
  await delivered({ url: receiver.url + mark, retry: later }, 'retrying');
  receiver.answer(204);
  await delivered({ url: receiver.url + mark }, 'delivered');
  const counted = await get<DeliveryCounts>('deliveries.counts', { text: mark.toUpperCase() });
  const of = (count: number) => ({ count, capped: false });
  expect(counted).toMatchObject({
    counts: { delivered: of(1), failed: of(1), retrying: of(1), pending: of(0), skipped: of(0) },
    open: of(1),
    all: of(3),
  });
  const all = await get<DeliveryCounts>('deliveries.counts', {});
  const everything = await listed({ limit: 100 });
  expect(all.all).toEqual(of(everything.length));
  expect(all.counts.delivered.count).toBe(everything.filter(({ state }) => state === 'delivered').length);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  expect(await get<DeliveryCounts>('deliveries.counts', { from: tomorrow })).toMatchObject({ all: of(0) });
});

it('finds deliveries by when an attempt of them failed, also those that were delivered by the next', async () => {
  const mark = `/attempted-${Date.now()}`;
  receiver.answer(204);
  await delivered({ url: receiver.url + mark }, 'delivered');
  receiver.answer(503);
  const before = new Date(Date.now() - 60_000).toISOString();
  const waits = await delivered({ url: receiver.url + mark, retry: later }, 'retrying');
  const twice = await delivered({ url: receiver.url + mark, retry: later }, 'retrying');
  const failed = await delivered({ url: receiver.url + mark, retry: { scheduleSeconds: [] } }, 'failed');
  receiver.answer(204);
  await ringback.call('deliveries.tryNow', { id: twice.id });
  await expect.poll(async () => (await listed({ text: twice.id }))[0]?.state).toBe('delivered');
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const all = [failed.id, twice.id, waits.id];
  expect(await idsOf({ text: mark, attemptFailedFrom: before })).toEqual(all);
  expect(await idsOf({ text: mark, attemptFailedFrom: before, attemptFailedTo: tomorrow })).toEqual(all);
  expect(await idsOf({ text: mark, attemptFailedTo: before })).toEqual([]);
  expect(await idsOf({ text: mark, attemptFailedFrom: tomorrow })).toEqual([]);
  expect(await get<DeliveryCounts>('deliveries.counts', { text: mark, attemptFailedFrom: before })).toMatchObject({
    all: { count: 3, capped: false },
  });
  // What was interrupted, or could not be sent because our own network was down, did not fail.
  for (const change of [`outcome = 'interrupted'`, `outcome = 'connection_error', decision = '{"rule":"egress"}'`]) {
    await ringback.db.pool.query(
      `update attempt set ${change} where owner_id = (select id from delivery where url like '%' || $1 and state = 'failed')`,
      [mark],
    );
    expect(await idsOf({ text: mark, attemptFailedFrom: before })).toEqual([twice.id, waits.id]);
  }
});
