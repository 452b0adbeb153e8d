import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryPage, DeliverySummary } from '#src/contract/event/delivery.ts';
import type { JobResult, SubmittedJob } from '#src/contract/job/job.ts';
import type { Operation } from '#src/contract/job/operation.ts';
import type { RetentionPreview } from '#src/contract/project/retention.ts';
import { parseId } from '#src/domain/text/id.ts';
import { retainOnce } from '#src/store/retention/expired-rows.ts';
import { endpointCalls } from '#test/integration/endpoint/endpoint-calls.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

const oldest = '00000000-0000-7000-8000-000000000000';
let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let calls: ReturnType<typeof endpointCalls>;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
  calls = endpointCalls(ringback);
});
afterEach(() => {
  receiver.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const submit = (job: object) => calls.ask<SubmittedJob>('jobs.submit', { url: `${target.url}/json`, ...job });

/** The delivery of a job's end once it is in this state. */
async function deliveryOf(jobId: string, state: string): Promise<DeliverySummary> {
  const found = async () => (await calls.ask<DeliveryPage>('deliveries.list', { jobId }, true)).deliveries;
  await expect.poll(async () => (await found()).map((one) => one.state), { timeout: 10_000 }).toEqual([state]);
  return (await found())[0] as DeliverySummary;
}

/** A delivery that was given up after its first try. */
async function failed(job: object = {}, callback: object = {}): Promise<DeliverySummary> {
  receiver.answer(500);
  const made = await submit({ callback: { url: receiver.url, retry: { scheduleSeconds: [] }, ...callback }, ...job });
  const delivery = await deliveryOf(made.id, 'failed');
  receiver.answer(204);
  return delivery;
}

/** The results that these tell of have expired, and retention has been there. */
async function expire(deliveries: { jobId: string | null }[]): Promise<void> {
  const jobIds = deliveries.map((one) => parseId('job', one.jobId ?? ''));
  const { pool } = ringback.db;
  await pool.query(`update result set expires_at = now() - interval '1 s' where job_id = any($1)`, [jobIds]);
  await pool.query(`update job set result_expires_at = now() - interval '1 s' where id = any($1)`, [jobIds]);
  await retainOnce(ringback.db, { oldestAuditId: oldest });
}

async function codeOf(id: string): Promise<string | undefined> {
  return (await ringback.call('deliveries.resend', { id })).body.error?.data.code;
}

const resultsLeft = async ({ jobId }: { jobId: string | null }) =>
  (await ringback.db.pool.query('select 1 from result where job_id = $1', [parseId('job', jobId ?? '')])).rows.length;

describe('what was not delivered, when the result it tells of has expired', () => {
  it('is sent again byte for byte; what was delivered is not, since nothing keeps it', async () => {
    const told = await deliveryOf((await submit({ callback: receiver.url })).id, 'delivered');
    const full = await failed();
    const thin = await failed({}, { payload: 'thin' });
    const nowhere = await failed({ resultTtlSeconds: 0 });
    const bodies = receiver.received.map((one) => String(one.body));
    expect(bodies[1]).toContain('"body":');
    await expire([told, full, thin]);
    expect(await codeOf(told.id)).toBe('payload_expunged');
    receiver.received.length = 0;
    for (const { id, jobId } of [full, thin, nowhere]) {
      expect(await codeOf(id)).toBeUndefined();
      await deliveryOf(jobId ?? '', 'delivered');
    }
    expect(receiver.received.map((one) => String(one.body))).toEqual(bodies.slice(1));
  });

  it('is sent again also when it was given up since workers were lost with it', async () => {
    receiver.answer('hang');
    const { id: jobId } = await submit({ callback: receiver.url });
    const { pool } = ringback.db;
    const mine = [parseId('job', jobId)];
    const claims = async () =>
      (await pool.query(`select attempt_count n from delivery where job_id = $1 and state = 'in_progress'`, mine))
        .rows[0]?.n;
    for (let lost = 1; lost <= 3; lost++) {
      await expect.poll(claims, { timeout: 20_000 }).toBe(lost);
      // Its claim belongs to a worker that is no more.
      await pool.query(
        `with gone as (insert into worker (id, name, slots, started_at, heartbeat_at, dead_at)
           values (gen_random_uuid(), 'gone', 1, now(), now(), now()) returning id)
         update delivery set claimed_by = gone.id, claim_id = gen_random_uuid() from gone where job_id = $1`,
        mine,
      );
    }
    const given = await deliveryOf(jobId, 'failed');
    expect(given.error).toMatchObject({ code: 'worker_lost' });
    await expire([given]);
    receiver.answer(204);
    expect(await codeOf(given.id)).toBeUndefined();
    await deliveryOf(jobId, 'delivered');
    expect(String(receiver.received.at(-1)?.body)).toContain('"body":');
  }, 60_000);

  it('is not kept once it was delivered after all', async () => {
    const { id, jobId } = await failed();
    await calls.ask('deliveries.resend', { id });
    await deliveryOf(jobId ?? '', 'delivered');
    const kept = await ringback.db.pool.query('select 1 from delivery_payload where delivery_id = $1', [
      parseId('dlv', id),
    ]);
    expect(kept.rows).toHaveLength(0);
  });

  it('and was skipped since its endpoint was disabled, is replayed', async () => {
    const endpoint = await calls.make({ name: 'asleep', url: `${receiver.url}/asleep` });
    await calls.ask('endpoints.disable', { id: endpoint.id });
    const jobs = await Promise.all([1, 2, 3].map(() => submit({ callback: { endpoint: 'asleep' } })));
    const skipped = await Promise.all(jobs.map(({ id }) => deliveryOf(id, 'skipped')));
    await expire(skipped);
    expect(await Promise.all(skipped.map(resultsLeft))).toEqual([0, 0, 0]);
    await calls.ask('endpoints.enable', { id: endpoint.id });
    const replay = { endpoint: 'asleep', since: '2020-01-01T00:00:00Z', perSecond: 100 };
    await calls.ask<Operation>('deliveries.replaySkipped', replay);
    await receiver.waitFor(3);
    for (const { body } of receiver.received) expect(JSON.parse(String(body)).data.result.body).toContain('"ok"');
  });

  it('of an endpoint that is deleted meanwhile, is cancelled with the reason', async () => {
    const endpoint = await calls.make({ name: 'leaving', url: `${receiver.url}/leaving`, scheduleSeconds: [0] });
    // The endpoint is deleted before this answer.
    receiver.answer({ status: 500, afterMs: 2_000 });
    const job = await submit({ callback: { endpoint: 'leaving' } });
    await receiver.waitFor(1);
    await calls.ask('endpoints.delete', { id: endpoint.id });
    expect(await deliveryOf(job.id, 'cancelled')).toMatchObject({ error: { code: 'endpoint_deleted' } });
  });
});

describe('a result that is too large for the event', () => {
  const large = () => ({ url: `${target.url}/bytes/300000` });
  const linkIn = (body: string) => new URL((JSON.parse(String(body)).data.result as JobResult).url);
  const read = (link: URL) => fetch(`${ringback.url}${link.pathname}${link.search}`);

  it('can be had by its link until the event was delivered, however late', async () => {
    // Long enough for the delivery and a read after it.
    const ttl = { resultTtlSeconds: 5 };
    const undelivered = await failed({ ...large(), ...ttl });
    const job = await submit({ ...large(), ...ttl, callback: receiver.url });
    const delivered = await deliveryOf(job.id, 'delivered');
    const [late, early] = receiver.received.map((one) => linkIn(String(one.body))) as [URL, URL];
    expect((await read(early)).status).toBe(200);
    await expect.poll(async () => (await read(early)).status, { timeout: 20_000 }).toBe(410);
    await retainOnce(ringback.db, { oldestAuditId: oldest });
    expect([await resultsLeft(undelivered), await resultsLeft(delivered)]).toEqual([1, 0]);
    expect((await read(late)).status).toBe(200);
    const changed = new URL(late);
    changed.searchParams.set('expires', '4000000000');
    expect((await read(changed)).status).toBe(403);

    await calls.ask('deliveries.resend', { id: undelivered.id });
    await deliveryOf(undelivered.jobId ?? '', 'delivered');
    expect((await (await read(late)).arrayBuffer()).byteLength).toBe(300_000);
    await ringback.db.pool.query(`update delivery set ended_at = now() - interval '2 hours' where id = $1`, [
      parseId('dlv', undelivered.id),
    ]);
    expect((await read(late)).status).toBe(410);
    await retainOnce(ringback.db, { oldestAuditId: oldest });
    expect(await resultsLeft(undelivered)).toBe(0);
  });

  it('is held back in the preview of retention as long as it is kept', async () => {
    const undelivered = await failed(large());
    const jobId = parseId('job', undelivered.jobId ?? '');
    const { pool } = ringback.db;
    await pool.query(`update result set expires_at = now() - interval '1 s' where job_id = $1`, [jobId]);
    const results = async () => {
      const { of } = await calls.ask<RetentionPreview>('settings.previewRetention', {}, true);
      const line = of.find(({ what }) => what === 'results');
      return { now: line?.now.count, heldBack: line?.heldBack.count };
    };
    expect(await results()).toEqual({ now: 0, heldBack: 1 });
    await retainOnce(ringback.db, { oldestAuditId: oldest });
    expect(await resultsLeft(undelivered)).toBe(1);
    await pool.query(`update delivery set state = 'cancelled' where id = $1`, [parseId('dlv', undelivered.id)]);
    await retainOnce(ringback.db, { oldestAuditId: oldest });
    expect(await results()).toEqual({ now: 0, heldBack: 0 });
  });

  it('is in the event itself when it is to be kept nowhere else', async () => {
    const { id } = await submit({ ...large(), resultTtlSeconds: 0, callback: receiver.url });
    await deliveryOf(id, 'delivered');
    const { result } = JSON.parse(String(receiver.received[0]?.body)).data as { result: JobResult };
    expect(result).toMatchObject({ size: 300_000, omitted: false });
    expect(Buffer.from(result.body ?? '', result.encoding === 'base64' ? 'base64' : 'utf8')).toHaveLength(300_000);
  });
});

describe('right after a change', () => {
  it('an endpoint that is enabled again gets what happens from then on, and nothing is skipped', async () => {
    const endpoint = await calls.make({ name: 'awake', url: `${receiver.url}/awake` });
    await calls.ask('endpoints.disable', { id: endpoint.id });
    // Workers have seen it disabled, and may believe so for a second.
    await deliveryOf((await submit({ callback: { endpoint: 'awake' } })).id, 'skipped');
    await calls.ask('endpoints.enable', { id: endpoint.id });
    const job = await submit({ callback: { endpoint: 'awake' } });
    await deliveryOf(job.id, 'delivered');
  });

  it('a secret that was ended signs nothing more, and the new one does', async () => {
    const endpoint = await calls.make({ name: 'turning', url: `${receiver.url}/turning` });
    const signatures = async () => {
      await deliveryOf((await submit({ callback: { endpoint: 'turning' } })).id, 'delivered');
      return String(receiver.received.at(-1)?.headers['webhook-signature']).split(' ');
    };
    expect(await signatures()).toHaveLength(1);
    await calls.ask('endpoints.rotateSecret', { id: endpoint.id, overlapSeconds: 3_600 });
    expect(await signatures()).toHaveLength(2);
    await calls.ask('endpoints.rotateSecret', { id: endpoint.id, overlapSeconds: 0 });
    expect(await signatures()).toHaveLength(1);
  });
});
