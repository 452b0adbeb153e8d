import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseId } from '#src/domain/text/id.ts';
import { seedBacklog } from '#test/support/backlog.ts';
import { endWorkerProcesses, startWorkerProcess } from '#test/support/processes.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const backlog = 50_000;
const rate = 2_000;
/** How much later than it was let through a request may arrive: it must be claimed, loaded, signed and sent. */
const lateMs = 3_000;

let ringback: TestRingback;
let receiver: Receiver;
let endpointId: string;
let uuid: string;

beforeAll(async () => {
  [ringback, receiver] = await Promise.all([startRingback({ worker: false }), startReceiver()]);
});
afterEach(endWorkerProcesses);
afterAll(async () => {
  await ringback.close();
  await receiver.close();
});

async function row<T>(sql: string, values: unknown[] = []): Promise<T> {
  return (await ringback.db.pool.query(sql, values)).rows[0] as T;
}

/** Deliveries that have a message in the queue, or get one within seconds. */
async function moving(): Promise<number> {
  const sql = `select count(*)::int as n from delivery where state in ('pending', 'retrying')
               and (admitted_at is not null or next_attempt_at <= now() + interval '10 s')`;
  return (await row<{ n: number }>(sql)).n;
}

async function transactionId(): Promise<string> {
  return (await row<{ id: string }>('select pg_current_xact_id()::text as id')).id;
}

/** How many deliveries were written to since that transaction. */
async function writtenSince(id: string): Promise<number> {
  const sql = 'select count(*)::int as n from delivery where xmin::text::bigint >= $1::bigint';
  return (await row<{ n: number }>(sql, [id])).n;
}

/** As an endpoint stands six hours into an outage: a probe every five minutes, the next one in `seconds`. */
async function down(seconds: number): Promise<void> {
  await ringback.db.pool.query(
    `update endpoint set failing_since = now() - interval '6 hours', paused_until = now() + make_interval(secs => $2) where id = $1`,
    [uuid, seconds],
  );
}

async function untilPaused(): Promise<number> {
  const sql = `select extract(epoch from paused_until - now())::float8 as seconds from endpoint where id = $1`;
  return (await row<{ seconds: number | null }>(sql, [uuid])).seconds ?? 0;
}

/** What a ramp from one a second up to the rate has let through by then. */
function allowedBy(ms: number): number {
  let sum = 0;
  for (let second = 0; second * 1_000 < ms; second++) sum += Math.min(2 ** Math.min(second, 30), rate);
  return sum;
}

describe('F48: an endpoint comes back after six hours with 50,000 deliveries pending', () => {
  it('while it is down only probes are sent, and those that wait are left in peace', async () => {
    const { body } = await ringback.call<{ id: string }>('endpoints.create', {
      ...{ name: 'shop', url: receiver.url, events: ['job.completed'], rate },
    });
    endpointId = body.result.data.id;
    uuid = parseId('end', endpointId) as string;
    await down(3_600);
    await seedBacklog(ringback, endpointId, backlog);
    receiver.answer('reset');
    await startWorkerProcess(ringback);
    await expect.poll(moving, { timeout: 60_000, interval: 250 }).toBe(0);
    expect(receiver.received).toEqual([]);

    // Three probes fail, one after the other: each costs a few rows, however many wait.
    const before = await transactionId();
    for (let probes = 1; probes <= 3; probes++) {
      await down(0);
      await receiver.waitFor(probes, 15_000);
      await expect.poll(untilPaused, { timeout: 10_000 }).toBeGreaterThan(200);
    }
    expect(receiver.received).toHaveLength(3);
    expect(await writtenSince(before)).toBeLessThan(20);
    const { counted } = await row<{ counted: number }>(
      'select count(*)::int as counted from delivery where attempt_count > 0 and endpoint_id = $1',
      [uuid],
    );
    expect(counted).toBeLessThanOrEqual(3);
  }, 120_000);

  it('back again it gets one probe, then twice as many each second up to its rate, never more', async () => {
    receiver.received.length = 0;
    receiver.answer(204);
    await startWorkerProcess(ringback);
    await down(0);
    await receiver.waitFor(1, 15_000);
    await receiver.waitFor(allowedBy(11_000) + 3 * rate, 200_000);
    const { began } = await row<{ began: number }>(
      'select extract(epoch from recovered_at)::float8 * 1000 as began from endpoint where id = $1',
      [uuid],
    );
    const times = receiver.received.map((one) => one.at).sort((a, b) => a - b);
    const [probe = 0, ...others] = times;
    expect(probe).toBeLessThan(began);

    // Nothing arrives before it was let through: by no instant can more have come than the ramp has allowed until then.
    for (const [index, at] of others.entries()) expect(index + 1).toBeLessThanOrEqual(allowedBy(at - began));
    // Some are late and come together with those after them, but no second has more than its rate and what was late.
    let from = 0;
    let busiest = 0;
    for (const [index, at] of others.entries()) {
      while ((others[from] as number) <= at - 1_000) from += 1;
      const most = allowedBy(at - began) - allowedBy(Math.max(0, at - began - 1_000 - lateMs));
      expect(index - from + 1).toBeLessThanOrEqual(most);
      busiest = Math.max(busiest, index - from + 1);
    }
    // As much of the rate as a slow machine can send, which is far more than one in each look at the queue.
    expect(busiest).toBeGreaterThan(100);
    // It is a ramp: each second up to 256 brings at least half of what it may.
    for (let second = 1; second <= 8; second++) {
      const came = others.filter((at) => at < began + second * 1_000 + lateMs).length;
      expect(came, `by second ${second}`).toBeGreaterThanOrEqual(allowedBy(second * 1_000) / 2);
    }
    expect(new Set(receiver.received.map((one) => one.headers['webhook-id'])).size).toBe(receiver.received.length);
  }, 240_000);
});
