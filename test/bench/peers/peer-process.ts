import { randomUUID } from 'node:crypto';
import type { BenchJob } from './http-work.ts';

/** A queue that is measured beside Ringback, in the fastest of its own settings that lose nothing. */
export type Peer = Readonly<{
  /** Prepares the queue's tables. Called once, before the worker starts. */
  prepare?(): Promise<void>;
  /** Opens what submits: `many` in batches of the caller, `one` by one. A job is durable when the promise resolves. */
  openSubmitter(): Promise<{ many(jobs: BenchJob[]): Promise<void>; one(job: BenchJob): Promise<void> }>;
  /** Works on jobs until the process ends. Resolves when it takes jobs. */
  work(): Promise<void>;
}>;

/** Where a peer finds its server and the packages that are installed for the benchmark only. */
export const place = { server: process.env.BENCH_SERVER ?? '', packages: process.env.BENCH_PACKAGES ?? '' };

/** A request to submit jobs to the sink: a batch size of 1 means one by one over 64 submits at once. */
export type SubmitRequest = { jobs: number; batch: number; sink: string };

/** Runs a peer in this process, in the role that the second argument names: `prepare`, `submit` or `work`. */
export async function runPeer(peer: Peer): Promise<void> {
  const role = process.argv[2];
  if (role === 'prepare') {
    await peer.prepare?.();
    return process.exit(0);
  }
  if (role === 'work') await peer.work();
  else {
    const { many, one } = await peer.openSubmitter();
    process.on('message', ({ jobs, batch, sink }: SubmitRequest) => {
      const list = Array.from({ length: jobs }, () => ({ id: randomUUID(), sink }));
      const send = batch > 1 ? () => many(list.splice(0, batch)) : () => one(list.pop() as BenchJob);
      const lane = async () => {
        while (list.length > 0) await send();
      };
      void Promise.all(Array.from({ length: batch > 1 ? 4 : 64 }, lane)).then(() => process.send?.('submitted'));
    });
  }
  process.send?.('ready');
  process.on('disconnect', () => process.exit(0));
}
