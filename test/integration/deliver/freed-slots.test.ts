import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { CreatedEndpoint } from '#src/contract/endpoint/endpoint.ts';
import { lineRank, lineTimesFor } from '#src/domain/endpoint/line-order.ts';
import { parseId } from '#src/domain/text/id.ts';
import { makeLines } from '#src/engine/deliver/waiting-line.ts';
import { makeUnderWay } from '#src/engine/pump/under-way.ts';
import { makeLog } from '#src/log.ts';
import { makeQueue, type Queue } from '#src/store/db/queue.ts';
import { seedBacklog } from '#test/support/backlog.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

const log = makeLog({ logLevel: 'silent', logFormat: 'json' });
let ringback: TestRingback;
let queue: Queue;
let made = 0;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  queue = await makeQueue(ringback.db, { supervise: false, onError: () => undefined });
});
afterAll(async () => {
  await queue.stop();
  await ringback.close();
});

/** Makes an endpoint with ten deliveries in its line. */
async function newLine(settings: { concurrency?: number }) {
  const { db } = ringback;
  const input = { name: `endpoint-${made++}`, url: 'http://127.0.0.1:59999/', ...settings };
  const { body } = await ringback.call<CreatedEndpoint>('endpoints.create', input);
  const endpointId = parseId('end', body.result.data.id) ?? '';
  await seedBacklog(ringback, body.result.data.id, 10);
  await db.pool.query(
    'update delivery set next_attempt_at = to_timestamp($2::float8 / 1000)::timestamptz(3) where endpoint_id = $1',
    [endpointId, lineTimesFor(endpointId, Date.now(), 1, lineRank.end)[0]],
  );
  onTestFinished(async () => {
    await db.pool.query('delete from delivery');
    await db.pool.query('delete from job');
  });
  const fetched = async () => {
    const waiting = `select id from delivery where endpoint_id = $1 and state = 'pending' and admitted_at is not null`;
    return (await db.pool.query<{ id: string }>(waiting, [endpointId])).rows.map(({ id }) => id);
  };
  return { endpointId, fetched };
}

/** Makes the lines of a worker that has turned no delivery away. */
function newWorker({ endpointId, fetched }: Awaited<ReturnType<typeof newLine>>) {
  const { db } = ringback;
  const underWay = makeUnderWay(512);
  const delays: number[] = [];
  const lines = makeLines({ db, queue, log }, underWay, (delayMs) => delays.push(delayMs));
  onTestFinished(() => lines.stop());
  /** Claims what was fetched. Returns functions that end what was claimed. */
  const claim = async () => {
    const ids = await fetched();
    await db.pool.query(`update delivery set state = 'in_progress' where id = any($1)`, [ids]);
    return ids.map((id) => {
      const slot = underWay.of('delivery').takeForClaimed();
      slot.hold(id, { endpointId });
      return async () => {
        await db.pool.query(`update delivery set state = 'delivered', ended_at = now() where id = $1`, [id]);
        slot[Symbol.dispose]();
      };
    });
  };
  return { lines, delays, claim };
}

it('a delivery that ends lets the next one out of the line, in a worker that never turned one away', async () => {
  const line = await newLine({ concurrency: 2 });
  const { lines, claim } = newWorker(line);
  await lines.move();
  const ends = await claim();
  expect(ends).toHaveLength(2);
  await ends[0]?.();
  // No look at all lines follows: only the end can have fetched it.
  await expect.poll(line.fetched).toHaveLength(1);
});

it('it does so too in a worker that sends what another one has fetched, once it has looked at the full line', async () => {
  const line = await newLine({ concurrency: 2 });
  await newWorker(line).lines.move();
  const { lines, claim } = newWorker(line);
  const ends = await claim();
  await lines.move();
  expect(await line.fetched()).toHaveLength(0);
  await ends[0]?.();
  await expect.poll(line.fetched).toHaveLength(1);
});

it('a probe that succeeds lets the others out of the line at once', async () => {
  const line = await newLine({});
  const { lines, claim } = newWorker(line);
  const pause = (until: string) =>
    ringback.db.pool.query(`update endpoint set paused_until = ${until} where id = $1`, [line.endpointId]);
  await pause(`now() - interval '1 second'`);
  await lines.move();
  const ends = await claim();
  expect(ends).toHaveLength(1);
  await pause('null');
  await ends[0]?.();
  await expect.poll(line.fetched).toHaveLength(9);
});

it('what was fetched after a wait for the lock of the endpoint is due at once', async () => {
  const line = await newLine({ concurrency: 2 });
  const { lines, delays } = newWorker(line);
  const locked = Promise.withResolvers<void>();
  const free = Promise.withResolvers<void>();
  const other = ringback.db.transaction(async (tx) => {
    await tx.query('select 1 from endpoint where id = $1 for update', [line.endpointId]);
    locked.resolve();
    await free.promise;
    await tx.query('select pg_sleep(0.1)');
  });
  await locked.promise;
  const moved = lines.move();
  const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await expect.poll(async () => (await ringback.db.pool.query(waits)).rowCount).toBe(1);
  free.resolve();
  await Promise.all([other, moved]);
  expect(delays).toEqual([0, 0]);
});
