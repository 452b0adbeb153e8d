import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { type BenchJob, type BenchResult, callTarget, postEvent } from './http-work.ts';
import { place, runPeer } from './peer-process.ts';

/**
 * pg-boss with `work()` in batches of 128, four workers a queue: one queue of requests, one of callbacks. Results go to
 * a table, in one statement a batch.
 */
const boss = new PgBoss({ connectionString: place.server, max: 16 });
const pool = new pg.Pool({ connectionString: place.server, max: 8 });
boss.on('error', (error) => console.error(error));
const options = { batchSize: 128, localConcurrency: 4, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true } as const;

await runPeer({
  async prepare() {
    await boss.start();
    await boss.createQueue('requests');
    await boss.createQueue('callbacks');
    await pool.query('create table bench_result (id uuid primary key, status int, body text)');
  },
  async openSubmitter() {
    await boss.start();
    return {
      many: async (jobs) =>
        void (await boss.insert(
          'requests',
          jobs.map((data) => ({ data })),
        )),
      one: async (job) => void (await boss.send('requests', job)),
    };
  },
  async work() {
    await boss.start();
    await boss.work<BenchJob>('requests', options, async (batch) => {
      const results = await Promise.all(batch.map(({ data }) => callTarget(data)));
      await pool.query(
        'insert into bench_result select * from unnest($1::uuid[], $2::int[], $3::text[]) on conflict do nothing',
        [results.map(({ id }) => id), results.map(({ status }) => status), results.map(({ body }) => body)],
      );
      await boss.insert(
        'callbacks',
        results.map((data) => ({ data })),
      );
    });
    await boss.work<BenchResult>('callbacks', options, async (batch) => {
      await Promise.all(batch.map(({ data }) => postEvent(data)));
    });
  },
});
