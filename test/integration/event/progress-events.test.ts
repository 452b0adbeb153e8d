import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { DeliveryView } from '#src/contract/event/delivery.ts';
import { eventSchemas } from '#src/contract/event/event-schemas.ts';
import type { AttemptFailedData, EventBody, EventType } from '#src/contract/event/events.ts';
import type { Job, JobAttempts, SubmittedJob } from '#src/contract/job/job.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { closedUrl } from '#test/support/free-port.ts';
import { type Received, type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
});
afterEach(async () => {
  await ringback.db.pool.query('update endpoint set deleted_at = now()');
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const progress = ['job.started', 'job.attempt_failed'];
const all = [...progress, 'job.completed', 'job.failed', 'job.cancelled'];
/** Two failures, each followed by another attempt at once. */
const retry = { '5xx': { limit: 2, minTimeoutInMs: 1, maxTimeoutInMs: 1 } };
let plans = 0;
const plan = (statuses: string) => `${target.url}/plan?statuses=${statuses}&key=${plans++}`;

async function submit(input: object): Promise<SubmittedJob> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', { retry, ...input });
  expect(body).toHaveProperty('result');
  return body.result.data;
}

async function endpoint(input: object): Promise<Endpoint & { secret: string }> {
  const { body } = await ringback.call<Endpoint & { secret: string }>('endpoints.create', {
    url: `${receiver.url}/hook`,
    ...input,
  });
  expect(body).toHaveProperty('result');
  // The worker looks its endpoints up again after a second.
  await ringback.db.pool.query('select pg_sleep(1.1)');
  return body.result.data;
}

const get = async <T>(path: string, input: object) =>
  (await ringback.call<T>(path, input, { query: true })).body.result.data;
const attemptsOf = (id: string) => get<JobAttempts>('jobs.attempts', { id });
const idOf = (one: Received) => String(one.headers['webhook-id']);
const headersOf = (one: Received) => one.headers as Record<string, string>;
const bodyOf = (one: Received | undefined) => JSON.parse(one?.body.toString() ?? 'null') as EventBody;
const types = () => receiver.received.map((one) => bodyOf(one).type);
/** What came of a type; with more fields than some types have, for those that have them. */
const ofType = (type: EventType) =>
  receiver.received.map(bodyOf).filter((body) => body.type === type) as {
    timestamp: string;
    data: AttemptFailedData;
  }[];

async function ended(id: string): Promise<Job> {
  await expect.poll(async () => isTerminal((await get<Job>('jobs.get', { id })).state), { timeout: 10_000 }).toBe(true);
  return get<Job>('jobs.get', { id });
}

describe('a callback to a URL that asks for everything', () => {
  it('hears of the start, of each failed attempt and of the end, signed, each under an id of its own', async () => {
    const job = await submit({ url: plan('503,500,200'), callback: { url: receiver.url, events: all } });
    const hooks = await receiver.waitFor(4);
    expect(types().toSorted()).toEqual(['job.attempt_failed', 'job.attempt_failed', 'job.completed', 'job.started']);
    expect(new Set(hooks.map(idOf)).size).toBe(4);
    for (const hook of hooks) {
      const event = new Webhook(ringback.credentials.webhookSecret).verify(hook.body.toString(), headersOf(hook));
      eventSchemas[bodyOf(hook).type].parse(event);
    }

    const [started] = ofType('job.started');
    const { replayed: _, ...submitted } = job;
    expect(started?.data).toMatchObject({ id: job.id, state: 'in_progress', attempts: 1, result: null, endedAt: null });
    const { startedAt } = await ended(job.id);
    expect(started?.data).toEqual({ ...submitted, state: 'in_progress', attempts: 1, startedAt, nextAttemptAt: null });
    expect(started?.timestamp).toBe(startedAt);

    const { attempts } = await attemptsOf(job.id);
    const failed = ofType('job.attempt_failed').toSorted((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
    for (const [i, { timestamp, data }] of failed.entries()) {
      const attempt = attempts[i];
      expect(timestamp).toBe(attempt?.endedAt);
      expect(data).toMatchObject({ id: job.id, state: 'retrying', attempts: i + 1, result: null, error: null });
      expect(data.nextAttemptAt).toBe(data.attempt.nextAttemptAt);
      expect(data.attempt).toMatchObject({
        id: attempt?.id,
        number: i + 1,
        startedAt: attempt?.startedAt,
        outcome: 'response',
        status: [503, 500][i],
        failure: null,
        decision: { then: 'retry', rule: '5xx', why: attempt?.decision?.why, delayMs: 1 },
      });
    }
    const [completed] = ofType('job.completed');
    const times = [started?.timestamp, ...failed.map((one) => one.timestamp), completed?.timestamp];
    expect(times).toEqual(times.toSorted());
  });

  it('hears of the last failed attempt too, without the body of its response, and of one end', async () => {
    const job = await submit({ url: plan('500'), callback: { url: receiver.url, events: all } });
    await receiver.waitFor(5);
    const failed = ofType('job.attempt_failed').toSorted((a, b) => a.data.attempt.number - b.data.attempt.number);
    expect(failed.map(({ data }) => [data.state, data.attempt.decision.then])).toEqual([
      ['retrying', 'retry'],
      ['retrying', 'retry'],
      ['failed', 'fail'],
    ]);
    const [end, ...more] = ofType('job.failed');
    expect(more).toEqual([]);
    expect(end?.data).toMatchObject({ result: { status: 500, body: 'step 3\n' } });
    expect(failed[2]?.data).toMatchObject({
      endedAt: failed[2]?.data.attempt.endedAt,
      error: { code: 'bad_status' },
      result: { status: 500, body: null, omitted: true },
      attempt: { nextAttemptAt: null, decision: { delayMs: null } },
    });
    const rows = await ringback.db.pool.query(
      `select type from delivery where terminal and job_id = (select job_id from delivery order by id desc limit 1)`,
    );
    expect(rows.rows).toEqual([{ type: 'job.failed' }]);
    expect((await attemptsOf(job.id)).deliveries).toHaveLength(5);
  });

  it('is told that nothing could be reached', async () => {
    await submit({
      url: await closedUrl(),
      connectionError: { retry: { limit: 0 } },
      callback: { url: receiver.url, events: all },
    });
    await receiver.waitFor(3);
    expect(ofType('job.attempt_failed')[0]?.data).toMatchObject({
      result: null,
      attempt: { outcome: 'connection_error', status: null, failure: { code: 'connection_refused' } },
    });
  });

  it('gets id, state and attempt only when it is thin', async () => {
    const callback = { url: receiver.url, events: progress, payload: 'thin' };
    const job = await submit({ url: plan('500,200'), callback });
    await receiver.waitFor(2);
    for (const hook of receiver.received) eventSchemas[bodyOf(hook).type].parse(bodyOf(hook));
    expect(ofType('job.started')[0]?.data).toEqual({ id: job.id, state: 'in_progress' });
    const [failed] = ofType('job.attempt_failed');
    expect(Object.keys(failed?.data ?? {})).toEqual(['id', 'state', 'attempt']);
    expect(failed?.data).toMatchObject({ id: job.id, state: 'retrying', attempt: { number: 1, status: 500 } });
    await ended(job.id);
    expect((await attemptsOf(job.id)).deliveries).toHaveLength(2);
  });
});

it('a callback that asks for nothing in particular hears of the end alone', async () => {
  const job = await submit({ url: plan('500,200'), callback: receiver.url });
  await receiver.waitFor(1);
  expect((await attemptsOf(job.id)).deliveries.map(({ type }) => type)).toEqual(['job.completed']);
});

it('every try has the same bytes and the same id, whatever has become of the job meanwhile', async () => {
  const seen = new Set<string>();
  receiver.answer((one) => {
    const first = !seen.has(idOf(one));
    seen.add(idOf(one));
    return first ? 503 : 204;
  });
  const callback = { url: receiver.url, events: all, retry: { scheduleSeconds: [0.3] } };
  const job = await submit({ url: plan('500,200'), callback });
  await ended(job.id);
  const hooks = await receiver.waitFor(6);
  for (const tries of Map.groupBy(hooks, idOf).values()) {
    expect(tries).toHaveLength(2);
    expect(tries[1]?.body.equals(tries[0]?.body ?? Buffer.alloc(0))).toBe(true);
  }
  expect(seen.size).toBe(3);
  await expect
    .poll(async () => (await ringback.db.pool.query('select 1 from delivery_payload')).rowCount, { timeout: 5_000 })
    .toBe(0);
});

describe('endpoints', () => {
  it('one that is named hears of what the job asks for, signed with its own secret', async () => {
    const { secret } = await endpoint({ name: 'named', payload: 'thin' });
    const job = await submit({ url: plan('500,200'), callback: { endpoint: 'named', events: progress } });
    const hooks = await receiver.waitFor(2);
    for (const hook of hooks) new Webhook(secret).verify(hook.body.toString(), headersOf(hook));
    expect(types().toSorted()).toEqual(['job.attempt_failed', 'job.started']);
    expect(ofType('job.started')[0]?.data).toEqual({ id: job.id, state: 'in_progress' });
  });

  it('a project-wide one hears of the jobs with its labels, beside their own callbacks, under one id for each event', async () => {
    await endpoint({ name: 'wide', projectWide: true, events: progress, labels: ['prod'] });
    await endpoint({ name: 'ends', projectWide: true, url: `${receiver.url}/ends` });
    const other = await submit({ url: plan('500,200'), labels: ['dev'] });
    await ended(other.id);
    const callback = { url: `${receiver.url}/own`, events: [...progress, 'job.completed'] };
    const job = await submit({ url: plan('500,200'), labels: ['prod', 'x'], callback });
    const hooks = await receiver.waitFor(7);
    const told = hooks.map((hook) => `${hook.path} ${bodyOf(hook).type} ${(bodyOf(hook).data as { id: string }).id}`);
    expect(told.toSorted()).toEqual(
      [
        `/ends job.completed ${other.id}`,
        `/ends job.completed ${job.id}`,
        ...progress.map((type) => `/hook ${type} ${job.id}`),
        ...[...progress, 'job.completed'].map((type) => `/own ${type} ${job.id}`),
      ].toSorted(),
    );
    for (const type of progress) {
      const same = hooks.filter((hook) => bodyOf(hook).type === type);
      expect(new Set(same.map(idOf)).size).toBe(1);
      expect(same[0]?.body.equals(same[1]?.body ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it('are as well as the ends of jobs say, whatever they make of what comes before', async () => {
    const { id } = await endpoint({ name: 'picky', projectWide: true, events: ['job.*'], scheduleSeconds: [] });
    receiver.answer((one) => (progress.includes(bodyOf(one).type) ? 503 : 204));
    const job = await submit({ url: plan('500,500,200') });
    await receiver.waitFor(4);
    await expect
      .poll(async () => (await attemptsOf(job.id)).deliveries.every((one) => one.endedAt !== null))
      .toBe(true);
    expect(await get<Endpoint>('endpoints.get', { id })).toMatchObject({
      state: 'enabled',
      failingSince: null,
      pausedUntil: null,
      lastFailureAt: null,
    });
    receiver.answer(410);
    await submit({ url: plan('200') });
    await expect.poll(async () => (await get<Endpoint>('endpoints.get', { id })).disabledReason).toBe('gone');
  });

  it('keep what was skipped, and are sent it as it was', async () => {
    const { id } = await endpoint({ name: 'off', projectWide: true, events: progress });
    await ringback.rest('POST', `/v1/endpoints/${id}/disable`);
    await ringback.db.pool.query('select pg_sleep(1.1)');
    const job = await submit({ url: plan('500,200') });
    await ended(job.id);
    const { deliveries } = await attemptsOf(job.id);
    expect(deliveries.map(({ type, state }) => [type, state])).toEqual(progress.map((type) => [type, 'skipped']));
    await ringback.rest('POST', `/v1/endpoints/${id}/enable`);
    for (const one of deliveries) await ringback.call('deliveries.resend', { id: one.id });
    await receiver.waitFor(2);
    expect(ofType('job.started')[0]?.data).toMatchObject({ id: job.id, state: 'in_progress', attempts: 1 });
    expect(ofType('job.attempt_failed')[0]?.data).toMatchObject({ id: job.id, state: 'retrying', attempts: 1 });
  });
});

it('one that could not be delivered is sent again as it was; one that was delivered is gone', async () => {
  receiver.answer(500);
  const callback = { url: receiver.url, events: ['job.started'], retry: { scheduleSeconds: [] } };
  const job = await submit({ url: plan('200'), callback });
  await ended(job.id);
  const delivery = async () => (await attemptsOf(job.id)).deliveries[0];
  await expect.poll(async () => (await delivery())?.state).toBe('failed');
  receiver.answer(204);
  const id = (await delivery())?.id ?? '';
  await ringback.call<DeliveryView>('deliveries.resend', { id });
  await expect.poll(async () => (await delivery())?.state).toBe('delivered');
  const [first, second] = receiver.received;
  expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
  expect(idOf(second as Received)).toBe(idOf(first as Received));
  const { body } = await ringback.call('deliveries.resend', { id });
  expect(body.error.data.code).toBe('payload_expunged');
});

it('an attempt that was interrupted is no failed one, and the one after it starts no job', async () => {
  const job = await submit({ url: `${target.url}/slow/1500`, callback: { url: receiver.url, events: all } });
  await expect.poll(() => target.hits('/slow/1500')).toBe(1);
  await ringback.stopWorker();
  await ringback.startWorker();
  expect(await ended(job.id)).toMatchObject({ state: 'completed', attempts: 2 });
  await expect
    .poll(async () => (await attemptsOf(job.id)).deliveries.map(({ type, state }) => [type, state]))
    .toEqual([
      ['job.started', 'delivered'],
      ['job.completed', 'delivered'],
    ]);
});

it('messages about an end are taken before those about progress, however long these have waited', async () => {
  await ringback.stopWorker();
  const { makeQueue } = await import('#src/store/db/queue.ts');
  const queue = await makeQueue(ringback.db, { supervise: false, onError: () => undefined });
  const [started, end] = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002'];
  const insert = (due: Parameters<typeof queue.insert>[2]) =>
    ringback.db.transaction((tx) => queue.insert(tx, 'deliver', due));
  await insert([{ id: started, delayMs: 0, priority: -1 }]);
  await insert([{ id: end, delayMs: 0 }]);
  const take = () => ringback.db.transaction((tx) => queue.take(tx, 'deliver', 1));
  expect([(await take()).ids, (await take()).ids]).toEqual([[end], [started]]);
  await queue.stop();
  await ringback.startWorker();
});
