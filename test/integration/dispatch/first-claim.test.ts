import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { beginAndHold } from '#test/support/hold.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback({ worker: false }), startTarget()]);
});
afterAll(async () => {
  await ringback.close();
  await target.close();
});

/** Holds up who reads the cool-downs, which clears old ones too, but not who only reads rows of the same table. */
async function holdCoolDowns(): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: ringback.databaseUrl });
  await client.connect();
  onTestFinished(() => client.end());
  await beginAndHold(client);
  await client.query('lock table line in share mode');
  return async () => void (await client.query('commit'));
}

it('a worker claims nothing before it knows the cool-downs', async () => {
  const { body } = await ringback.call<{ id: string }>('jobs.submit', { url: `${target.url}/json` });
  expect(body.result.data.id).toMatch(/^job_/);
  const release = await holdCoolDowns();
  const starting = ringback.startWorker();
  const waiting = () =>
    ringback.db.query(
      `select 1 as n from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and query like '%cool_down%'`,
    );
  await expect.poll(waiting, { timeout: 10_000 }).toEqual([{ n: 1 }]);
  // A loop that has begun claims in milliseconds.
  await pause(1_000);
  expect(target.hits('/json')).toBe(0);
  expect(await ringback.db.query(`select 1 from job where state <> 'queued'`)).toEqual([]);
  await release();
  await starting;
  await expect.poll(() => target.hits('/json')).toBe(1);
});
