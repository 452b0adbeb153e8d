import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tx } from '#src/store/db/database.ts';
import { countUnderWay, lockDueLines, wakeLines } from '#src/store/line/due-lines.ts';
import { openLines } from '#src/store/line/join-lines.ts';
import { lineIdOf } from '#src/store/line/line-id.ts';
import { repairLines } from '#src/store/line/repair-lines.ts';
import { retainOnce } from '#src/store/retention/expired-rows.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let projectId: string;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  projectId = (await ringback.db.query<{ id: string }>('select id from project'))[0]?.id ?? '';
});
afterAll(() => ringback.close());

const url = 'http://127.0.0.1:59999/';

async function jobIn(key: string): Promise<{ job: string; line: string }> {
  await ringback.call('jobs.submit', { url, flow: { key, concurrency: 1 } });
  const line = lineIdOf({ projectId, kind: 'flow', key });
  const rows = await ringback.db.query<{ id: string }>('select id from job where flow_id = $1', [line]);
  return { job: rows.at(-1)?.id ?? '', line };
}

const wakeAt = async (line: string) =>
  (await ringback.db.query<{ wake_at: Date | null }>('select wake_at from line where id = $1', [line]))[0]?.wake_at;

async function whileLocked(line: string, act: (tx: Tx) => Promise<unknown>, beside: () => Promise<unknown>) {
  const locked = Promise.withResolvers<void>();
  const waited = Promise.withResolvers<void>();
  const first = ringback.db.transaction(async (tx) => {
    await tx.query('select 1 from line where id = $1 for update', [line]);
    locked.resolve();
    await waited.promise;
    await act(tx);
  });
  await locked.promise;
  const second = beside();
  const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await expect.poll(async () => (await ringback.db.pool.query(waits)).rowCount).toBe(1);
  waited.resolve();
  await first;
  return second;
}

it('a worker that waited for a line counts what was claimed meanwhile', async () => {
  const { job, line } = await jobIn('counted');
  const start = (tx: Tx) => tx.query(`update job set state = 'in_progress', line_id = null where id = $1`, [job]);
  const look = () =>
    ringback.db.transaction(async (tx) => {
      await lockDueLines(tx, [], 50);
      return countUnderWay(tx, [line]);
    });
  expect(await whileLocked(line, start, look)).toEqual(new Map([[line, 1]]));
  await ringback.db.query('delete from job where id = $1', [job]);
});

it('an attempt that ends while a worker looks at its full line wakes the line', async () => {
  const { line } = await jobIn('ending');
  // The worker has counted the attempt that is just ending, and will look again only in 15 s.
  const sleep = (tx: Tx) => tx.query(`update line set wake_at = now() + interval '15 s' where id = $1`, [line]);
  await whileLocked(line, sleep, () => ringback.db.transaction((tx) => wakeLines(tx, [line])));
  expect((await wakeAt(line))?.getTime()).toBeLessThan(Date.now() + 10_000);
});

it('a line with jobs that nobody would look at is woken, and jobs without a line leave it', async () => {
  const { job, line } = await jobIn('forgotten');
  await ringback.db.query('update line set wake_at = null where id = $1', [line]);
  const lost = await jobIn('lost');
  await ringback.db.query('delete from line where id = $1', [lost.line]);
  expect(await repairLines(ringback.db)).toBe(2);
  expect(await wakeAt(line)).not.toBeNull();
  const rows = await ringback.db.query('select id from job where line_id is null and id = any($1)', [[job, lost.job]]);
  expect(rows).toEqual([{ id: lost.job }]);
  expect(await repairLines(ringback.db)).toBe(0);
});

it('lines that nobody uses are deleted, others stay', async () => {
  const old = `update line set updated_at = now() - interval '92 days', wake_at = null where project_id = $1`;
  await jobIn('has a job');
  const keys = ['idle', 'paused', 'fixed'];
  const lines = keys.map((key) => ({ id: lineIdOf({ projectId, kind: 'flow', key }), key }));
  await ringback.db.transaction((tx) =>
    openLines(
      tx,
      lines.map(({ id, key }) => ({ id, projectId, kind: 'flow', key, concurrency: null, rate: null })),
    ),
  );
  await ringback.call('flows.pause', { id: 'paused' });
  await ringback.call('flows.set', { id: 'fixed', concurrency: 2 });
  await ringback.db.query(old, [projectId]);
  await retainOnce(ringback.db, { oldestAuditId: randomUUID() });
  const left = await ringback.db.query<{ key: string }>('select key from line order by key');
  const names = left.map(({ key }) => key);
  expect(names).toEqual(expect.arrayContaining(['fixed', 'has a job', 'paused']));
  expect(names).not.toContain('idle');
});
