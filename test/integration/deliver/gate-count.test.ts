import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tx } from '#src/store/db/database.ts';
import { lockGates } from '#src/store/delivery/gate-rows.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());

it('the gate of an endpoint counts what another worker has claimed while this one waited for its lock', async () => {
  const { db } = ringback;
  const { body } = await ringback.call<{ id: string }>('endpoints.create', {
    name: 'narrow',
    url: 'http://127.0.0.1:59999/',
    concurrency: 1,
  });
  await ringback.call('endpoints.test', { id: body.result.data.id });
  const [endpoint] = (await db.pool.query<{ id: string }>('select id from endpoint')).rows;
  const ids = [endpoint?.id ?? ''];
  const asked = Promise.withResolvers<void>();
  const other = Promise.withResolvers<void>();
  const first = db.transaction(async (tx: Tx) => {
    await lockGates(tx, ids);
    asked.resolve();
    await other.promise;
    await tx.query(`update delivery set state = 'in_progress'`);
  });
  await asked.promise;
  const second = db.transaction((tx) => lockGates(tx, ids));
  const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await expect.poll(async () => (await db.pool.query(waits)).rowCount).toBe(1);
  other.resolve();
  await first;
  expect(await second).toMatchObject([{ under_way: 1 }]);
});
