import { createRequire } from 'node:module';
import pg from 'pg';
import { type BenchJob, type BenchResult, callTarget, postEvent } from './http-work.ts';
import { place, runPeer } from './peer-process.ts';

/**
 * graphile-worker with its local queue of 500 and 128 jobs at once, completing in batches. A task stores its result and
 * adds the job of the callback in one statement.
 */
type AddJob = { identifier: string; payload: unknown };
type Graphile = {
  makeWorkerUtils(o: object): Promise<{
    migrate(): Promise<void>;
    addJob(task: string, payload: unknown): Promise<unknown>;
    addJobs(jobs: AddJob[]): Promise<unknown>;
  }>;
  run(o: object): Promise<unknown>;
};
const graphile = createRequire(`${place.packages}/`)('graphile-worker') as Graphile;
const pool = new pg.Pool({ connectionString: place.server, max: 32 });
const utils = () => graphile.makeWorkerUtils({ connectionString: place.server });

await runPeer({
  async prepare() {
    await (await utils()).migrate();
    await pool.query('create table bench_result (id uuid primary key, status int, body text)');
  },
  async openSubmitter() {
    const { addJob, addJobs } = await utils();
    return {
      many: async (jobs) => void (await addJobs(jobs.map((payload) => ({ identifier: 'request', payload })))),
      one: async (job) => void (await addJob('request', job)),
    };
  },
  async work() {
    await graphile.run({
      pgPool: pool,
      preset: {
        worker: {
          concurrentJobs: 128,
          localQueue: { size: 500 },
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        },
      },
      taskList: {
        async request(job: BenchJob) {
          const result = await callTarget(job);
          await pool.query(
            `with stored as (insert into bench_result values ($1, $2, $3) on conflict do nothing)
             select from graphile_worker.add_job('callback', $4::json)`,
            [result.id, result.status, result.body, JSON.stringify(result)],
          );
        },
        callback: (result: BenchResult) => postEvent(result),
      },
    });
  },
});
