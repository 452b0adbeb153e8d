import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Overview } from '#src/contract/stats/stats.ts';
import { pace } from '#src/engine/pace.ts';
import { foldStats } from '#src/engine/stats/fold-stats.ts';
import { startFolding } from '#src/server/folding.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { makeDb } from '#src/store/db/database.ts';
import { retainOnce } from '#src/store/retention/expired-rows.ts';
import { insertStatDeltas, takeStatDeltas } from '#src/store/stats/stat-rows.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { addProject } from './stats-project.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());

const sql = async <T extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> =>
  (await ringback.db.pool.query(text, values)).rows as T[];

async function overview(key: string): Promise<Overview> {
  const { body } = await ringback.call<Overview>('stats.overview', { range: '1h' }, { query: true, key });
  expect(body.error).toBeUndefined();
  return body.result.data;
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('folding', () => {
  it('by several at once counts everything once', async () => {
    const { key, id } = await addProject(ringback);
    const db = makeDb(ringback.databaseUrl, { max: 12, name: 'folding' });
    onTestFinished(() => db.close());
    const write = (n: number) =>
      db.transaction((tx) =>
        insertStatDeltas(
          tx,
          new Map([
            [id, { totals: { completed: 1 }, hosts: [[`h${n % 7}`, { ended: 1, failed: 1, outcomes: [['500', 1]] }]] }],
          ]),
        ),
      );
    // As many write as leave connections for those who fold: who waits for a connection for 5 s gets an error.
    const writeSome = async (first: number) => {
      for (let n = first; n < 1_500; n += 8) await write(n);
    };
    const writing = Promise.all(Array.from({ length: 8 }, (_, first) => writeSome(first)));
    let done = false;
    void writing.then(() => {
      done = true;
    });
    let taken = 0;
    while (!done)
      taken += (await Promise.all(times(4, db).map((one) => foldStats({ db: one }, { measure: false })))).reduce(
        (a, b) => a + b,
      );
    await writing;
    taken += await foldStats({ db }, { measure: false });
    expect(taken).toBeGreaterThanOrEqual(1_500);
    const { totals, failingHosts } = await overview(key);
    expect(totals.completed).toBe(1_500);
    expect(failingHosts.reduce((sum, host) => sum + host.failed, 0)).toBe(1_500);
  });

  it('is done by a web process where there is no worker', async () => {
    const { key, id } = await addProject(ringback);
    await ringback.db.transaction((tx) => insertStatDeltas(tx, new Map([[id, { totals: { submitted: 2 } }]])));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const folding = startFolding({ ...ringback, pace, log: { warn: () => undefined } } as unknown as ServerDeps);
    vi.advanceTimersByTime(pace.foldInWebMs);
    await folding.stop();
    expect(await sql('select 1 from stat_delta where project_id = $1', [id])).toEqual([]);
    expect((await overview(key)).totals.submitted).toBe(2);
  });

  it('leaves what was stored behind the place it has come to for the next run', async () => {
    const { key, id } = await addProject(ringback);
    await foldStats(ringback, { measure: false });
    const write = (totals: object) =>
      ringback.db.transaction((tx) => insertStatDeltas(tx, new Map([[id, { totals: { ...totals } }]])));
    for (let n = 0; n < 3; n++) await write({ completed: 1 });
    const [, second, third] = await sql<{ id: string }>('select id from stat_delta order by id');
    const rest = await ringback.db.transaction((tx) => takeStatDeltas(tx, { afterId: Number(second?.id), limit: 5 }));
    expect(rest.map((delta) => delta.id)).toEqual([Number(third?.id)]);
    expect(await foldStats(ringback, { measure: false })).toBe(2);
    expect((await overview(key)).totals.completed).toBe(2);
  });

  it('of more than one batch goes on from each to the next', async () => {
    const { id } = await addProject(ringback);
    await foldStats(ringback, { measure: false });
    await sql(`insert into stat_delta (project_id, counts) select $1, '{"totals": {}}' from generate_series(1, 1200)`, [
      id,
    ]);
    const asked: unknown[] = [];
    const watched = {
      transaction: (act: (tx: never) => Promise<unknown>) =>
        ringback.db.transaction((tx) =>
          act({
            ...tx,
            run: (name: string, ...rest: [string, unknown[]]) => {
              if (name === 'take_stat_deltas') asked.push(rest[1][0]);
              return tx.run(name, ...rest);
            },
          } as never),
        ),
    };
    const ids = (await sql<{ id: string }>('select id from stat_delta order by id')).map((row) => Number(row.id));
    expect(await foldStats({ db: watched as never }, { measure: false })).toBe(1_200);
    expect(asked).toEqual([0, ids[499], ids[999]]);
  });

  it('that fails in the middle loses nothing', async () => {
    const { key, id } = await addProject(ringback);
    await ringback.db.transaction((tx) => insertStatDeltas(tx, new Map([[id, { totals: { completed: 3 } }]])));
    const broken = {
      transaction: (act: (tx: never) => Promise<unknown>) =>
        ringback.db.transaction((tx) =>
          act({
            ...tx,
            run: (name: string, ...rest: [string, unknown[]]) =>
              name === 'store_stat_buckets' ? Promise.reject(new Error('the line is cut')) : tx.run(name, ...rest),
          } as never),
        ),
    };
    await expect(foldStats({ db: broken as never }, { measure: false })).rejects.toThrow('the line is cut');
    expect((await overview(key)).totals.completed).toBe(3);
    await foldStats(ringback, { measure: false });
    expect((await overview(key)).totals.completed).toBe(3);
  });

  it('keeps a limited number of hosts, the worst of them', async () => {
    const { key, id } = await addProject(ringback);
    const hosts = Array.from(
      { length: 500 },
      (_, n): [string, { ended: number; failed: number; outcomes: [string, number][] }] => [
        `host-${n}`,
        { ended: n + 1, failed: n, outcomes: [['503', n]] },
      ],
    );
    await ringback.db.transaction((tx) => insertStatDeltas(tx, new Map([[id, { totals: {}, hosts }]])));
    await foldStats(ringback, { measure: false });
    const [row] = await sql<{ n: number }>(
      'select json_array_length(hosts) as n from stat_bucket where scope_id = $1 limit 1',
      [id],
    );
    expect(row?.n).toBe(100);
    expect((await overview(key)).failingHosts[0]).toEqual({ host: 'host-499', failed: 499, ended: 500, mostly: '503' });
  });

  it('is gone with its retention: every step as long as it is kept, and no longer', async () => {
    const scope = randomUUID();
    const put = (step: number, hoursAgo: number) =>
      sql(
        `insert into stat_bucket (scope_id, step, at, counts) values ($1, $2, now() - make_interval(secs => $3), '{}')`,
        [scope, step, hoursAgo * 3_600],
      );
    for (const [step, kept] of [
      [60, 25],
      [600, 8 * 24 - 1],
      [1_800, 32 * 24 - 1],
      [14_400, 32 * 24 - 1],
      [43_200, 1_480],
    ] as const) {
      await put(step, kept);
      await put(step, kept + 12);
    }
    while ((await retainOnce(ringback.db, { oldestAuditId: '00000000-0000-7000-8000-000000000000' })) > 0);
    expect(
      await sql('select step, count(*)::int as n from stat_bucket where scope_id = $1 group by step order by step', [
        scope,
      ]),
    ).toEqual([60, 600, 1_800, 14_400, 43_200].map((step) => ({ step, n: 1 })));
  });
});
