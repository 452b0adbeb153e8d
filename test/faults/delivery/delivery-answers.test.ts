import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '#src/contract/job/operation.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { parseId } from '#src/domain/text/id.ts';
import { startRaw } from '#test/integration/outbound/raw-server.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { deliveryCalls, patient } from './delivery-calls.ts';

const day = 86_400;

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let operators: Receiver;
let calls: ReturnType<typeof deliveryCalls>;

beforeAll(async () => {
  [ringback, target, receiver, operators] = await Promise.all([
    startRingback(),
    startTarget(),
    startReceiver(),
    startReceiver(),
  ]);
  calls = deliveryCalls(ringback);
});
afterEach(() => {
  receiver.received.length = 0;
  operators.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close(), operators.close()]);
});

async function sql(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await ringback.db.pool.query(text, values)).rows;
}

const httpDate = (seconds: number) => new Date(Math.ceil(Date.now() / 1_000 + seconds) * 1_000).toUTCString();
const secondsBetween = (from: string | null | undefined, to: string | null | undefined) =>
  (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1_000;

describe('F41: 429 with a Retry-After', () => {
  // The schedule says 30 s, and a fifth more at most; an endpoint that only says 429 rests for 5 s.
  const cases: [given: string, value: () => string, wait: [number, number], rest: number][] = [
    ['120', () => '120', [120, 120], 120],
    ['an HTTP-date', () => httpDate(120), [119, 121], 119],
    ['-1', () => '-1', [30, 36], 5],
    ['abc', () => 'abc', [30, 36], 5],
    ['99999999', () => '99999999', [day, day], day],
    ['7.5', () => '7.5', [30, 36], 5],
    ['a date in the past', () => httpDate(-600), [30, 36], 5],
    ['less than the schedule', () => '3', [30, 36], 5],
  ];

  it.each(cases)(
    'of %s: as long as it and the schedule ask, and the endpoint rests',
    async (given, value, wait, rest) => {
      const name = `throttled-${cases.findIndex(([one]) => one === given)}`;
      const endpoint = await calls.make({ name, url: `${receiver.url}/${name}`, scheduleSeconds: [30, 30] });
      receiver.answer(() => ({ status: 429, headers: { 'retry-after': value() } }));
      const { tries, nextAttemptAt } = await calls.inState(await calls.event(endpoint.id), 'retrying');
      expect(tries).toMatchObject([{ status: 429, decision: { rule: 'schedule', then: 'retry' } }]);
      const waits = secondsBetween(tries[0]?.endedAt, nextAttemptAt);
      expect(waits).toBeGreaterThanOrEqual(wait[0]);
      // Counted from the commit, a little after the answer.
      expect(waits).toBeLessThan(wait[1] + 5);
      const { pausedUntil } = await calls.endpoint(endpoint.id);
      const rests = secondsBetween(tries[0]?.endedAt, pausedUntil);
      expect(rests).toBeGreaterThanOrEqual(rest - 0.01);
      expect(rests).toBeLessThan(rest + 5);
    },
  );
});

describe('F42 and F57: an endpoint says 410 while more is pending', () => {
  it('is disabled once, with one notice; the rest is kept as skipped and can be replayed', async () => {
    const count = 40;
    await calls.make({ name: 'ops', url: operators.url, projectWide: true, events: ['endpoint.disabled'] });
    const gone = await calls.make({ name: 'gone', url: `${receiver.url}/gone`, concurrency: 5 });
    receiver.answer({ status: 410, afterMs: 300 });
    const jobs = Array.from({ length: count }, () => ({ url: `${target.url}/json`, callback: { endpoint: 'gone' } }));
    await calls.ask<SubmitManyResult>('jobs.submitMany', { jobs });
    await operators.waitFor(1, 20_000);
    const states = async () => {
      const rows = await sql('select state, count(*)::int as n from delivery where endpoint_id = $1 group by state', [
        parseId('end', gone.id),
      ]);
      return Object.fromEntries(rows.map((row) => [row.state, row.n])) as Record<string, number>;
    };
    const ended = async () => {
      const { failed = 0, skipped = 0 } = await states();
      return failed + skipped;
    };
    await expect.poll(ended, patient).toBe(count);
    const { failed = 0, skipped = 0 } = await states();
    expect(failed).toBe(receiver.received.length);
    expect(skipped).toBeGreaterThanOrEqual(count - 10);
    expect(await calls.endpoint(gone.id)).toMatchObject({ state: 'disabled', disabledReason: 'gone' });

    // What comes while it is disabled is kept as well.
    const later = await calls.submit({ url: `${target.url}/json`, callback: { endpoint: 'gone' } });
    await calls.inState((await calls.ofJob(later.id)).id, 'skipped');
    expect(operators.received).toHaveLength(1);

    receiver.answer(204);
    receiver.received.length = 0;
    await calls.ask('endpoints.enable', { id: gone.id });
    const replay = await calls.ask<Operation>('deliveries.replaySkipped', {
      ...{ endpoint: 'gone', since: '2020-01-01T00:00:00Z', perSecond: 100 },
    });
    expect(replay.total).toBe(skipped + 1);
    await expect.poll(async () => (await states()).delivered, patient).toBe(skipped + 1);
    expect(new Set(receiver.received.map((one) => one.headers['webhook-id'])).size).toBe(skipped + 1);
    expect((await states()).failed).toBe(failed);
  }, 90_000);
});

describe('F43: an endpoint answers 500 and 200 by turns', () => {
  it('for weeks and is never disabled; one that only fails for five days is, but not for two failures a week apart', async () => {
    const endpoint = await calls.make({ name: 'moody', url: `${receiver.url}/moody`, scheduleSeconds: [3_600] });
    /** Days pass, as far as its health knows. */
    const later = (days: number) =>
      sql(
        `update endpoint set failing_since = failing_since - make_interval(days => $1),
           last_failure_at = last_failure_at - make_interval(days => $1), paused_until = null where name = 'moody'`,
        [days],
      );
    const once = async (status: number, days = 6) => {
      receiver.answer(status);
      await calls.inState(await calls.event(endpoint.id), status === 200 ? 'delivered' : 'retrying');
      await later(days);
      return calls.endpoint(endpoint.id);
    };
    for (let turn = 0; turn < 6; turn++) {
      expect(await once(500)).toMatchObject({ state: 'enabled' });
      expect(await once(200)).toMatchObject({ state: 'enabled', failingSince: null });
    }
    await once(500);
    for (let day = 0; day < 5; day++) expect(await once(500, 1)).toMatchObject({ state: 'enabled' });
    expect(await once(500, 1)).toMatchObject({ state: 'disabled', disabledReason: 'failing' });
  }, 60_000);
});

describe('F44: a receiver closes each connection after its answer', () => {
  it('every delivery arrives by its first try', async () => {
    const raw = await startRaw((socket) => {
      socket.write('HTTP/1.1 204 No Content\r\nconnection: keep-alive\r\n\r\n', () => socket.end());
    });
    const endpoint = await calls.make({ name: 'closing', url: raw.url });
    for (let turn = 0; turn < 30; turn++) {
      const sent = await Promise.all([1, 2, 3].map(() => calls.event(endpoint.id)));
      for (const id of sent) {
        const { tries } = await calls.inState(id, 'delivered');
        expect(tries.map((one) => one.outcome)).toEqual(['response']);
      }
    }
    await raw.close();
  }, 60_000);
});

describe('F45: a receiver sends a second answer that nobody asked for', () => {
  it('the next delivery does not take it for its own', async () => {
    let strays = 0;
    const raw = await startRaw((socket) => {
      const answer = (status: string) => `HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`;
      socket.write(answer('200 OK'), () => setTimeout(() => socket.write(answer('500 Not Yours'), () => strays++), 20));
    });
    const endpoint = await calls.make({ name: 'talkative', url: raw.url });
    for (let turn = 0; turn < 10; turn++) {
      const { tries } = await calls.inState(await calls.event(endpoint.id), 'delivered');
      expect(tries.map((one) => one.status)).toEqual([200]);
      // One that comes while the next delivery is under way could be nothing but its answer.
      await expect.poll(() => strays).toBe(turn + 1);
      await pause(60);
    }
    await raw.close();
  }, 60_000);
});
