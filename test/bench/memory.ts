import { readFileSync } from 'node:fs';
import { print } from './figures.ts';
import { startStack } from './stack.ts';
import { startSink } from './start-sink.ts';
import { benchJob, openSubmitter } from './submit.ts';
import { throughput } from './throughput.ts';

/**
 * Measures the most memory (resident set) that the processes ever had: the web process while it takes batches as fast as
 * it can, the worker with 1,000 requests under way to a target that takes 500 ms, and with a backlog of 100,000 jobs.
 * Arguments are options of Node for both: `node test/bench/memory.ts -- --max-semi-space-size=16`.
 */
const sink = await startSink(500);
const nodeArgs = process.argv.slice(2).filter((arg) => arg !== '--');
const stack = await startStack({ nodeArgs, workers: 0, env: { RINGBACK_WORKER_SLOTS: '1000' } });
const submitter = openSubmitter(stack);
await submitter.submit(100_000, 'in batches', benchJob(sink.url));
print('100,000 submitted in batches', { webMegabytes: most(stack.pids.web), nowMegabytes: now(stack.pids.web) });
const through = throughput({
  ...{ sink, jobs: 20_000, pids: {}, giveUpMs: 300_000 },
  submit: async () => stack.addWorker(),
});
await through;
print('1,000 requests under way', { workerMegabytes: most(stack.pids.worker), nowMegabytes: now(stack.pids.worker) });
await submitter.close();
await stack.close();
sink.stop();

function most(pid?: number): number {
  return megabytes('VmHWM', pid);
}

function now(pid?: number): number {
  return megabytes('VmRSS', pid);
}

function megabytes(field: string, pid?: number): number {
  const [, kilobytes] = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
