import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyCallback } from '#src/client/index.ts';
import type { RotatedSecret } from '#src/contract/endpoint/endpoint.ts';
import type { Job } from '#src/contract/job/job.ts';
import { parseId } from '#src/domain/text/id.ts';
import { type Received, type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { deliveryCalls, patient } from './delivery-calls.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let calls: ReturnType<typeof deliveryCalls>;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
  calls = deliveryCalls(ringback);
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.answer(204);
});
afterEach(() => ringback.startWorker());
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

async function sql<T extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> {
  return (await ringback.db.pool.query(text, values)).rows as T[];
}

const signatures = (one: Received) => String(one.headers['webhook-signature']).split(' ');
const headersOf = (one: Received) => one.headers as Record<string, string>;

function isSignedBy(secret: string, one: Received): boolean {
  try {
    new Webhook(secret).verify(one.body, headersOf(one));
    return true;
  } catch {
    return false;
  }
}

describe('F54: the same idempotency key 50 times at once', () => {
  it('is one event; other content is refused; after its time it is another', async () => {
    const input = { url: `${target.url}/json?once`, callback: receiver.url, idempotencyKey: 'F54' };
    const jobs = await Promise.all(Array.from({ length: 50 }, () => calls.submit(input)));
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
    const { id } = await calls.ofJob(jobs[0]?.id ?? '');
    await calls.inState(id, 'delivered');
    expect(target.hits('/json')).toBe(1);

    const other = await ringback.rest('POST', '/v1/jobs', { json: { ...input, url: `${target.url}/json?other` } });
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([409, 'idempotency_conflict']);

    await sql(`update idempotency_key set expires_at = now() where key = 'F54'`);
    await sql(`update job set result_expires_at = now() where idempotency_key = 'F54'`);
    const kept = () => sql(`select 1 from idempotency_key where key = 'F54'`);
    await expect.poll(async () => (await kept()).length, patient).toBe(0);
    const again = await calls.submit(input);
    expect(again.id).not.toBe(jobs[0]?.id);
    await calls.inState((await calls.ofJob(again.id)).id, 'delivered');
    expect(new Set(receiver.received.map((one) => one.headers['webhook-id'])).size).toBe(2);
    expect(receiver.received).toHaveLength(2);
  }, 60_000);
});

describe('F55: a secret is rotated while a delivery is tried again', () => {
  it('both sign each attempt until the old one expires, by the clock of the database; then the new one alone', async () => {
    receiver.answer(500);
    const endpoint = await calls.make({
      ...{ name: 'rotating', url: `${receiver.url}/rotating`, scheduleSeconds: [1, 1, 1, 1, 1, 1, 1, 1] },
    });
    const id = await calls.event(endpoint.id);
    await receiver.waitFor(1);
    expect(signatures(receiver.received[0] as Received)).toHaveLength(1);
    const rotated = await calls.ask<RotatedSecret & { secret: string }>('endpoints.rotateSecret', {
      ...{ id: endpoint.id, overlapSeconds: 4 },
    });
    const expiresAt = Date.parse(rotated.secrets[1]?.expiresAt ?? '');
    await receiver.waitFor((all) => all.some((one) => one.at > expiresAt + 500), 20_000);
    receiver.answer(204);
    await calls.inState(id, 'delivered');

    const [first, ...others] = receiver.received as [Received, ...Received[]];
    expect(isSignedBy(endpoint.secret, first)).toBe(true);
    const counts = { both: 0, alone: 0 };
    for (const one of others) {
      // Within the second that the timestamp names the old one may have expired; before and after there is no doubt.
      const from = Number(one.headers['webhook-timestamp']) * 1_000;
      if (one.at < expiresAt - 2_500) continue; // A worker may know its secrets for two seconds.
      expect(isSignedBy(rotated.secret, one)).toBe(true);
      const old = isSignedBy(endpoint.secret, one);
      if (from + 1_000 <= expiresAt) expect(old).toBe(true);
      if (from > expiresAt) expect(old).toBe(false);
      expect(signatures(one)).toHaveLength(old ? 2 : 1);
      counts[old ? 'both' : 'alone'] += 1;
    }
    expect(counts.both).toBeGreaterThan(0);
    expect(counts.alone).toBeGreaterThan(0);
    expect(new Set(receiver.received.map((one) => one.headers['webhook-id'])).size).toBe(1);
  }, 60_000);
});

describe('F56: an endpoint is edited, deleted or disabled while a delivery waits for it', () => {
  /** An endpoint that is down, with an event in its line. */
  async function waiting(name: string) {
    const endpoint = await calls.make({ name, url: `${receiver.url}/${name}` });
    const uuid = parseId('end', endpoint.id);
    await sql(
      `update endpoint set failing_since = now() - interval '1 hour', paused_until = now() + interval '1 hour' where id = $1`,
      [uuid],
    );
    const id = await calls.event(endpoint.id);
    const inLine = () => sql(`select 1 from delivery where id = $1 and admitted_at is null`, [parseId('dlv', id)]);
    await expect.poll(async () => (await inLine()).length, patient).toBe(1);
    return { endpoint, id };
  }

  it('edited: it goes to the new URL, signed with the new secret', async () => {
    const { endpoint, id } = await waiting('edited');
    const rotated = await calls.ask<{ secret: string }>('endpoints.rotateSecret', {
      ...{ id: endpoint.id, overlapSeconds: 0 },
    });
    await calls.ask('endpoints.update', { id: endpoint.id, url: `${receiver.url}/moved` });
    await calls.inState(id, 'delivered');
    expect(receiver.received.map((one) => one.path)).toEqual(['/moved']);
    const [one] = receiver.received as [Received];
    expect([isSignedBy(rotated.secret, one), isSignedBy(endpoint.secret, one)]).toEqual([true, false]);
  });

  it('deleted: it is cancelled, says why, and is never sent', async () => {
    const { endpoint, id } = await waiting('deleted');
    await calls.ask('endpoints.delete', { id: endpoint.id });
    expect(await calls.inState(id, 'cancelled')).toMatchObject({ error: { code: 'endpoint_deleted' }, attempts: 0 });
    expect(receiver.received).toEqual([]);
  });

  it('disabled: it is kept as skipped without being sent, and can be sent when it is enabled again', async () => {
    const { endpoint, id } = await waiting('disabled');
    await calls.ask('endpoints.disable', { id: endpoint.id });
    expect(await calls.inState(id, 'skipped')).toMatchObject({ attempts: 0 });
    expect(receiver.received).toEqual([]);
    await calls.ask('endpoints.enable', { id: endpoint.id });
    await calls.ask('deliveries.resend', { id });
    await calls.inState(id, 'delivered');
  });

  it('enabled: what waited goes soon, without anybody asking', async () => {
    const { endpoint, id } = await waiting('enabled');
    await calls.ask('endpoints.enable', { id: endpoint.id });
    await calls.inState(id, 'delivered');
  });
});

describe('F58: what is to be sent is expunged while a try is pending', () => {
  it('the delivery ends and says so; nothing is sent any more', async () => {
    receiver.answer(500);
    const callback = { url: receiver.url, retry: { scheduleSeconds: [3_600, 3_600] } };
    const job = await calls.submit({ url: `${target.url}/json`, callback });
    const { id } = await calls.inState((await calls.ofJob(job.id)).id, 'retrying');
    await sql('delete from delivery_payload where delivery_id = $1', [parseId('dlv', id)]);
    await sql('delete from job where id = $1', [parseId('job', job.id)]);
    await sql('update delivery set next_attempt_at = now() where id = $1', [parseId('dlv', id)]);
    const failed = await calls.inState(id, 'failed');
    expect(failed.error).toMatchObject({ code: 'payload_expunged', message: expect.stringContaining('deleted') });
    expect(failed.tries.at(-1)?.failure?.code).toBe('payload_expunged');
    expect(receiver.received).toHaveLength(1);
  });
});

describe('F59: odd bytes', () => {
  it('come as they are, the same at each attempt, and three libraries verify them', async () => {
    const odd = '{"b":1,"a":"\\u00e9\\/ é \u2028 😀","big":12345678901234567890123,"n":1.0e+2,"b":2 }\n\n';
    const source = await startReceiver();
    source.answer({ status: 200, headers: { 'content-type': 'application/json' }, body: odd });
    receiver.answer((_one, index) => (index === 0 ? 500 : 204));
    const metadata = { ключ: ['\\', '"', '\u0001', '</script>'], n: 9007199254740991 };
    const callback = { url: receiver.url, retry: { scheduleSeconds: [0] } };
    const job = await calls.submit({ url: source.url, callback, metadata });
    const [first, second] = (await receiver.waitFor(2)) as [Received, Received];
    expect(second.body.equals(first.body)).toBe(true);
    expect(Number(first.headers['content-length'])).toBe(first.body.byteLength);
    for (const one of [first, second]) {
      const secret = ringback.credentials.webhookSecret;
      const text = one.body.toString();
      const read = [new Webhook(secret).verify(text, headersOf(one)), await verifyCallback(one, secret)];
      for (const event of read)
        expect((event as { data: Job }).data).toMatchObject({ id: job.id, metadata, result: { body: odd } });
      expect(() => new SvixWebhook(secret).verify(text, headersOf(one))).not.toThrow();
      const changed = text.replace('"type"', '"type" ');
      expect(() => new Webhook(secret).verify(changed, headersOf(one))).toThrow();
      expect(() => new SvixWebhook(secret).verify(changed, headersOf(one))).toThrow();
    }
    expect(await (await ringback.rest('GET', `/v1/jobs/${job.id}/result`)).text()).toBe(odd);
    await source.close();
  });
});

describe('F60: what is shown is what the queue does', () => {
  /** What is shown of every delivery and job agrees with its row, its attempts and its message. */
  async function consistent(): Promise<void> {
    const bad = await sql(
      `select d.id, d.state, d.attempt_count, d.next_attempt_at, d.admitted_at, m.start_after
       from delivery d left join pgboss.job m on m.name = 'deliver' and m.data -> 'ids' ? d.id::text and m.state < 'active'
       where case when d.state in ('pending', 'retrying')
             then d.next_attempt_at is null or (d.admitted_at is not null) <> (m.id is not null)
               or abs(extract(epoch from m.start_after - d.next_attempt_at)) > 1
               or d.attempt_count <> (select count(*) from attempt a where a.owner_id = d.id)
             else d.next_attempt_at is not null or m.id is not null
               or d.state <> 'in_progress' and d.attempt_count <> (select count(*) from attempt a where a.owner_id = d.id) end`,
    );
    expect(bad).toEqual([]);
  }

  it('the count of tries and the next one of a delivery, at each step of its way', async () => {
    receiver.answer(500);
    const callback = { url: receiver.url, retry: { scheduleSeconds: [6, 3_600] } };
    const job = await calls.submit({ url: `${target.url}/json`, callback });
    const { id } = await calls.inState((await calls.ofJob(job.id)).id, 'retrying');
    for (const [attempts, seconds] of [
      [1, 6],
      [2, 3_600],
    ] as const) {
      await expect.poll(async () => (await calls.get(id)).tries.length, patient).toBe(attempts);
      const shown = await calls.get(id);
      expect(shown).toMatchObject({ state: 'retrying', attempts });
      const waits = (Date.parse(shown.nextAttemptAt ?? '') - Date.parse(shown.tries.at(-1)?.endedAt ?? '')) / 1_000;
      expect(waits).toBeGreaterThanOrEqual(seconds);
      expect(waits).toBeLessThan(seconds * 1.2 + 5);
      const [row] = await sql<{ n: number; at: Date }>(
        `select count(m.id)::int as n, max(m.start_after) as at from pgboss.job m
         where m.name = 'deliver' and m.data -> 'ids' ? $1 and m.state < 'active'`,
        [parseId('dlv', id)],
      );
      if (seconds > 10) expect(row?.n).toBe(0);
      else expect(Math.abs((row?.at.getTime() ?? 0) - Date.parse(shown.nextAttemptAt ?? ''))).toBeLessThan(1_000);
    }
    const listed = (await calls.list({ jobId: job.id }))[0];
    expect(listed).toMatchObject({ attempts: 2, nextAttemptAt: (await calls.get(id)).nextAttemptAt });
    receiver.answer(204);
    await sql('update delivery set next_attempt_at = now() where id = $1', [parseId('dlv', id)]);
    expect(await calls.inState(id, 'delivered')).toMatchObject({ attempts: 3, nextAttemptAt: null });
    expect((await calls.get(id)).tries.map((one) => one.number)).toEqual([1, 2, 3]);
    await ringback.stopWorker();
    await consistent();
  }, 60_000);

  it('a next try never lies in the past while workers run, and none is forgotten', async () => {
    const jobs = Array.from({ length: 60 }, (_, i) => ({
      url: `${target.url}/json?past=${i}`,
      callback: { url: receiver.url, retry: { scheduleSeconds: [1, 1, 1] } },
    }));
    receiver.answer((_one, index) => (index % 3 === 0 ? 204 : 500));
    await calls.ask('jobs.submitMany', { jobs });
    const late = () =>
      sql(`select 1 from delivery where state in ('pending', 'retrying') and next_attempt_at < now() - interval '5 s'`);
    const open = () => sql(`select 1 from delivery where state in ('pending', 'in_progress', 'retrying')`);
    const ended = () => sql(`select 1 from job where url like '%past=%' and ended_at is not null`);
    await expect
      .poll(async () => {
        expect(await late()).toEqual([]);
        return [(await ended()).length, (await open()).length];
      }, patient)
      .toEqual([60, 0]);
    await ringback.stopWorker();
    await consistent();
  }, 60_000);

  it('a delayed job is scheduled until its time, and queued from then on, though nobody has claimed it', async () => {
    await ringback.stopWorker();
    const { id } = await calls.submit({ url: `${target.url}/json?due`, delaySeconds: 5 });
    const get = () => calls.ask<Job>('jobs.get', { id }, true);
    const listedAs = async (state: string | string[]) => {
      const { jobs } = await calls.ask<{ jobs: { id: string; state: string }[] }>('jobs.list', { state }, true);
      return jobs.find((job) => job.id === id)?.state;
    };
    const before = await get();
    expect(before).toMatchObject({ state: 'scheduled', attempts: 0, nextAttemptAt: before.runAt });
    expect([await listedAs('scheduled'), await listedAs('queued')]).toEqual(['scheduled', undefined]);
    expect(await listedAs(['scheduled', 'queued'])).toBe('scheduled');
    await expect.poll(async () => (await get()).state, patient).toBe('queued');
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(before.runAt ?? ''));
    expect(await get()).toMatchObject({ attempts: 0, startedAt: null, nextAttemptAt: before.nextAttemptAt });
    expect([await listedAs('scheduled'), await listedAs('queued')]).toEqual([undefined, 'queued']);
    expect(await listedAs(['scheduled', 'queued'])).toBe('queued');
    await ringback.startWorker();
    await expect.poll(async () => (await get()).state, patient).toBe('completed');
    expect(await get()).toMatchObject({ attempts: 1, nextAttemptAt: null });
  }, 60_000);
});
