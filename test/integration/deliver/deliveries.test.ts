import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryPage, DeliverySummary, DeliveryView } from '#src/contract/event/delivery.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import { parseId } from '#src/domain/text/id.ts';
import { type Receiver, type Reply, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
});
afterEach(() => {
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

async function submit(input: object): Promise<SubmittedJob> {
  const { status, body } = await ringback.call<SubmittedJob>('jobs.submit', { url: `${target.url}/json`, ...input });
  expect(status).toBe(200);
  return body.result.data;
}

async function list(filter: object): Promise<DeliveryPage> {
  const { body } = await ringback.call<DeliveryPage>('deliveries.list', filter, { query: true });
  return body.result.data;
}

async function get(id: string): Promise<DeliveryView> {
  return (await ringback.call<DeliveryView>('deliveries.get', { id }, { query: true })).body.result.data;
}

async function inState(id: string, state: string): Promise<DeliveryView> {
  await expect.poll(async () => (await get(id)).state).toBe(state);
  return get(id);
}

/** The delivery of a job's end once it is in this state. */
async function deliveryOf(jobId: string, state: string): Promise<DeliverySummary> {
  const found = async () => (await list({ jobId })).deliveries;
  await expect.poll(async () => (await found()).map((one) => one.state)).toEqual([state]);
  return (await found())[0] as DeliverySummary;
}

/** A delivery whose receiver answers so until the schedule is used up. */
async function failed(options: { reply?: Reply; schedule?: number[]; job?: object; callback?: object } = {}) {
  receiver.answer(options.reply ?? 500);
  const retry = { scheduleSeconds: options.schedule ?? [] };
  const job = await submit({ callback: { url: receiver.url, retry, ...options.callback }, ...options.job });
  const delivery = await deliveryOf(job.id, 'failed');
  receiver.answer(204);
  return delivery;
}

async function refusal(id: string, key?: string): Promise<[number, string]> {
  const response = await ringback.rest('POST', `/v1/deliveries/${id}/resend`, key === undefined ? {} : { key });
  const rest = (await response.json()) as { code: string };
  const { body } = await ringback.call('deliveries.resend', { id }, key === undefined ? {} : { key });
  expect(body.error.data).toMatchObject({ code: rest.code, httpStatus: response.status });
  return [response.status, rest.code];
}

async function makeKey(scopes: string[]): Promise<string> {
  const made = await ringback.call<{ secret: string }>('apiKeys.create', { name: 'test', scopes });
  return made.body.result.data.secret;
}

describe('the list of deliveries', () => {
  it('is newest first, in pages, and filtered by state, job, endpoint, type and time', async () => {
    const good = await submit({ callback: receiver.url });
    await deliveryOf(good.id, 'delivered');
    const bad = await failed({ job: { url: `${target.url}/status/404` } });
    const skipped = await skippedDelivery('asleep');

    const all = await list({});
    expect(all.deliveries.map((one) => one.id)).toEqual(
      all.deliveries
        .map((one) => one.id)
        .toSorted()
        .reverse(),
    );
    expect(all).toMatchObject({ nextCursor: null });
    expect(all.deliveries.slice(0, 2)).toMatchObject([
      { id: skipped.id, state: 'skipped', endpointId: skipped.endpointId, type: 'endpoint.test', jobId: null },
      { id: bad.id, state: 'failed', endpointId: null, type: 'job.failed', attempts: 1, status: 500 },
    ]);
    expect(bad).toMatchObject({ error: { code: 'bad_status' }, nextAttemptAt: null, url: `${receiver.url}/` });

    const walked: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: DeliveryPage = await list({ limit: 1, cursor });
      walked.push(...page.deliveries.map((one) => one.id));
      cursor = page.nextCursor;
    }
    expect(walked).toEqual(all.deliveries.map((one) => one.id));

    const ids = async (filter: object) => (await list(filter)).deliveries.map((one) => one.id);
    expect(await ids({ state: 'failed' })).toEqual([bad.id]);
    expect(await ids({ state: ['failed', 'skipped'] })).toEqual([skipped.id, bad.id]);
    expect(await ids({ jobId: bad.jobId })).toEqual([bad.id]);
    expect(await ids({ endpointId: skipped.endpointId })).toEqual([skipped.id]);
    expect(await ids({ type: 'job.failed' })).toEqual([bad.id]);
    expect(await ids({ from: skipped.createdAt })).toEqual([skipped.id]);
    expect(await ids({ to: skipped.createdAt, state: 'failed' })).toEqual([bad.id]);
    expect(await ids({ to: '2020-01-01T00:00:00Z' })).toEqual([]);
    const rest = await ringback.rest('GET', '/v1/deliveries?state=failed&state=skipped&limit=5');
    expect(await rest.json()).toEqual(await list({ state: ['failed', 'skipped'] }));
  });

  it('refuses ids of another kind and unknown filters', async () => {
    for (const filter of [{ jobId: 'dlv_1' }, { endpointId: 'shop' }, { cursor: 'x' }, { state: 'lost' }]) {
      const { body } = await ringback.call('deliveries.list', filter, { query: true });
      expect(body.error.data).toMatchObject({ code: 'invalid_input', field: Object.keys(filter)[0] });
    }
  });
});

/** A test event for a disabled endpoint: kept, not sent. */
async function skippedDelivery(name: string): Promise<DeliverySummary> {
  const input = { name, url: receiver.url, events: ['job.completed'] };
  const made = await ringback.call<{ id: string }>('endpoints.create', input);
  const { id } = made.body.result.data;
  await ringback.call('endpoints.disable', { id });
  await ringback.call('endpoints.test', { id });
  return (await list({ endpointId: id })).deliveries[0] as DeliverySummary;
}

describe('a delivery', () => {
  it('shows each try with its timings, its decision and the beginning of the answer, secrets masked', async () => {
    const answer = 'x'.repeat(20_000);
    const { id } = await failed({
      reply: {
        status: 503,
        headers: { 'content-type': 'text/plain', 'content-length': '20000', 'x-api-key': 'told' },
        body: answer,
      },
      schedule: [0],
      callback: { headers: { authorization: 'Bearer hidden', 'x-plain': 'shown' } },
    });
    const delivery = await get(id);
    expect(delivery).toMatchObject({
      headers: { authorization: '********', 'x-plain': 'shown' },
      scheduleSeconds: [0],
      payload: 'full',
      tries: [
        {
          number: 1,
          status: 503,
          outcome: 'response',
          decision: { rule: 'schedule', then: 'retry' },
          responseHeaders: { 'x-api-key': '********' },
          response: { body: answer.slice(0, 16_384), encoding: 'utf8', size: 20_000, truncated: true },
        },
        { number: 2, decision: { rule: 'schedule', then: 'fail' } },
      ],
    });
    expect(delivery.tries[0]?.timings?.totalMs).toBeGreaterThan(0);
    expect(await (await ringback.rest('GET', `/v1/deliveries/${id}`)).json()).toEqual(delivery);
  });

  it('keeps an answer whole up to 16 KiB, and says of one byte more that it is missing', async () => {
    const shown = async (body: string, headers: Record<string, string> = {}) => {
      const reply = { status: 500, headers: { 'content-type': 'text/plain', ...headers }, body };
      return (await get((await failed({ reply })).id)).tries[0]?.response;
    };
    const [fits, tooLong] = ['y'.repeat(16_384), 'y'.repeat(16_385)];
    expect(await shown(fits)).toEqual({ body: fits, encoding: 'utf8', size: 16_384, truncated: false });
    expect(await shown(tooLong)).toEqual({ body: fits, encoding: 'utf8', size: 16_385, truncated: true });
    // Without its length in its head, only so much is known of it as was read.
    const chunked = await shown('y'.repeat(50_000), { 'transfer-encoding': 'chunked' });
    expect(chunked).toEqual({ body: fits, encoding: 'utf8', size: 16_385, truncated: true });
  });
});

describe('sending a delivery again', () => {
  it('sends the same event under the same id, signed anew, and goes on counting', async () => {
    const { id, eventId } = await failed();
    const response = await ringback.rest('POST', `/v1/deliveries/${id}/resend`);
    expect([response.status, ((await response.json()) as DeliveryView).id]).toEqual([202, id]);
    const delivered = await inState(id, 'delivered');
    expect(delivered).toMatchObject({ attempts: 2, error: null, status: 204 });
    expect(delivered.tries.map((one) => [one.number, one.status])).toEqual([
      [1, 500],
      [2, 204],
    ]);
    const [first, second] = receiver.received;
    expect(second?.headers['webhook-id']).toBe(eventId);
    expect(first?.headers['webhook-id']).toBe(eventId);
    expect(second?.body.toString()).toBe(first?.body.toString());
    const headers = second?.headers as Record<string, string>;
    const verified = new Webhook(ringback.credentials.webhookSecret).verify(second?.body ?? '', headers);
    expect(verified).toMatchObject({ type: 'job.completed', data: { id: delivered.jobId } });
  });

  it('sends what was delivered once more, too', async () => {
    const job = await submit({ callback: receiver.url });
    const { id, eventId } = await deliveryOf(job.id, 'delivered');
    await ringback.call('deliveries.resend', { id });
    await receiver.waitFor(2);
    expect(receiver.received.map((one) => one.headers['webhook-id'])).toEqual([eventId, eventId]);
    expect((await inState(id, 'delivered')).attempts).toBe(2);
  });

  it('begins the schedule anew', async () => {
    const { id } = await failed({ schedule: [0] });
    receiver.answer((_received, index) => (index === 3 ? 204 : 500));
    await ringback.call('deliveries.resend', { id });
    const delivered = await inState(id, 'delivered');
    expect(delivered.tries.map((one) => [one.number, one.decision?.then, one.decision?.retry])).toEqual([
      [1, 'retry', { count: 1, limit: 1 }],
      [2, 'fail', undefined],
      [3, 'retry', { count: 1, limit: 1 }],
      [4, 'complete', undefined],
    ]);
  });

  it('pressed twice while it waits answers the same and sends once', async () => {
    const { id } = await failed();
    await ringback.stopWorker();
    try {
      const presses = await Promise.all([1, 2, 3].map(() => ringback.call<DeliveryView>('deliveries.resend', { id })));
      for (const press of presses) expect(press.body.result.data).toMatchObject({ id, state: 'pending', attempts: 1 });
      expect(presses[2]?.body).toEqual(presses[0]?.body);
    } finally {
      await ringback.startWorker();
    }
    await inState(id, 'delivered');
    expect((await get(id)).tries).toHaveLength(2);
    expect(receiver.received).toHaveLength(2);
  });

  it('is refused while it is under way', async () => {
    receiver.answer('hang');
    const job = await submit({ callback: receiver.url });
    await receiver.waitFor(1);
    const { id } = await deliveryOf(job.id, 'in_progress');
    expect(await refusal(id)).toEqual([409, 'not_ended']);
    expect((await get(id)).state).toBe('in_progress');
  });

  it('is refused when its endpoint was deleted', async () => {
    const skipped = await skippedDelivery('deleted');
    await ringback.call('endpoints.delete', { id: skipped.endpointId });
    expect(await refusal(skipped.id)).toEqual([404, 'not_found']);
    expect((await get(skipped.id)).state).toBe('skipped');
  });

  it('to an endpoint that is disabled is refused, and is done once the endpoint is enabled', async () => {
    const { id, eventId, endpointId } = await skippedDelivery('enabled-later');
    expect(await refusal(id)).toEqual([409, 'endpoint_disabled']);
    expect(await get(id)).toMatchObject({ state: 'skipped', attempts: 0 });
    await ringback.call('endpoints.enable', { id: endpointId });
    await ringback.call('deliveries.resend', { id });
    await inState(id, 'delivered');
    expect(receiver.received.map((one) => one.headers['webhook-id'])).toEqual([eventId]);
  });

  it('never sends a mask: with the secret headers while the job has them, else not at all', async () => {
    const callback = { headers: { authorization: 'Bearer hidden' } };
    const erased = await failed({ callback });
    expect(await refusal(erased.id)).toEqual([409, 'secrets_erased']);
    receiver.received.length = 0;
    const kept = await failed({ callback, job: { url: `${target.url}/status/404` } });
    await ringback.call('deliveries.resend', { id: kept.id });
    await inState(kept.id, 'delivered');
    expect(receiver.received.map((one) => one.headers.authorization)).toEqual(['Bearer hidden', 'Bearer hidden']);
    const left = await ringback.db.pool.query('select 1 from delivery_secret where delivery_id = $1', [
      parseId('dlv', kept.id),
    ]);
    expect(left.rows).toEqual([]);
  });

  it('holds the result for as long as the delivery is open', async () => {
    const { id, jobId } = await failed();
    await ringback.stopWorker();
    try {
      await ringback.call('deliveries.resend', { id });
      await ringback.db.pool.query('update result set expires_at = now() where job_id = $1', [
        parseId('job', jobId ?? ''),
      ]);
    } finally {
      await ringback.startWorker();
    }
    await inState(id, 'delivered');
    const sent = JSON.parse(receiver.received[1]?.body.toString() ?? '') as { data: Job };
    expect(sent.data.result).toMatchObject({ status: 200, body: expect.stringContaining('häßlich') });
  });
});

describe('who may', () => {
  it('read and resend is said by the scopes', async () => {
    const { id } = await failed();
    const reader = await makeKey(['jobs:read']);
    const admin = await makeKey(['callbacks:admin']);
    expect((await ringback.call('deliveries.list', {}, { query: true, key: reader })).status).toBe(200);
    expect((await ringback.rest('GET', `/v1/deliveries/${id}`, { key: reader })).status).toBe(200);
    expect(await refusal(id, reader)).toEqual([403, 'missing_scope']);
    expect((await ringback.call('deliveries.list', {}, { query: true, key: admin })).status).toBe(403);
    expect((await ringback.rest('POST', `/v1/deliveries/${id}/resend`, { key: admin })).status).toBe(202);
    await inState(id, 'delivered');
  });

  it('sees nothing of another project', async () => {
    const { id } = await failed();
    const key = 'rbk_otherProjectotherProjectotherProjectotherProject';
    await ringback.db.pool.query(
      `with p as (insert into project (id, name) values (gen_random_uuid(), 'other') returning id)
       insert into api_key (id, project_id, name, hash, hint, scopes)
       select gen_random_uuid(), p.id, 'other', $1, 'ject', '{admin}' from p`,
      [createHash('sha256').update(key).digest()],
    );
    expect((await ringback.rest('GET', `/v1/deliveries/${id}`, { key })).status).toBe(404);
    expect(await refusal(id, key)).toEqual([404, 'not_found']);
    const { body } = await ringback.call<DeliveryPage>('deliveries.list', {}, { key, query: true });
    expect(body.result.data).toEqual({ deliveries: [], nextCursor: null, previousCursor: null, searchedTo: null });
    expect(receiver.received).toHaveLength(1);
  });
});

it('a delivery that has failed for good leaves its job completed, and the result where it was', async () => {
  const { jobId } = await failed({ schedule: [0] });
  const { body } = await ringback.call<Job>('jobs.get', { id: jobId }, { query: true });
  expect(body.result.data).toMatchObject({ state: 'completed', error: null, attempts: 1, result: { status: 200 } });
  const kept = await ringback.rest('GET', `/v1/jobs/${jobId}/result`);
  expect([kept.status, await kept.json()]).toEqual([200, { ok: true, text: 'häßlich', list: [1, 2, 3] }]);
});
