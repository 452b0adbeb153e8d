import { createRequire } from 'node:module';
import { type BenchJob, type BenchResult, callTarget, postEvent } from './http-work.ts';
import { place, runPeer } from './peer-process.ts';

/**
 * BullMQ with two workers of 128 jobs at once: one queue of requests, one of callbacks. Redis keeps the results, which
 * are the return values, and syncs its append-only file as the benchmark started it.
 */
type Queue = { add(n: string, d: unknown): Promise<unknown>; addBulk(l: object[]): Promise<unknown> };
type Bull = {
  Queue: new (name: string, o: object) => Queue;
  Worker: new (
    name: string,
    perform: (job: { data: never }) => Promise<unknown>,
    o: object,
  ) => { waitUntilReady(): Promise<unknown> };
};
const bull = createRequire(`${place.packages}/`)('bullmq') as Bull;
const { hostname: host, port } = new URL(place.server);
const connection = { host, port: Number(port), maxRetriesPerRequest: null };

await runPeer({
  async openSubmitter() {
    const queue = new bull.Queue('requests', { connection });
    return {
      many: async (jobs) => void (await queue.addBulk(jobs.map((data) => ({ name: 'request', data })))),
      one: async (job) => void (await queue.add('request', job)),
    };
  },
  async work() {
    const callbacks = new bull.Queue('callbacks', { connection, defaultJobOptions: { removeOnComplete: true } });
    const workers = [
      new bull.Worker(
        'requests',
        async ({ data }: { data: BenchJob }) => {
          const result = await callTarget(data);
          await callbacks.add('callback', result);
          return { status: result.status, body: result.body };
        },
        { connection, concurrency: 128 },
      ),
      new bull.Worker('callbacks', ({ data }: { data: BenchResult }) => postEvent(data), {
        connection,
        concurrency: 128,
      }),
    ];
    await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  },
});
