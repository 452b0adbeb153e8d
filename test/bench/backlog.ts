import { setTimeout as pause } from 'node:timers/promises';
import { print } from './figures.ts';
import { startStack } from './stack.ts';
import { startSink } from './start-sink.ts';
import { benchJob, openSubmitter } from './submit.ts';
import { throughput } from './throughput.ts';
import { traceArgs, tracer } from './trace.ts';

/**
 * Compares the throughput of a worker that starts with a short queue and with a long one. Each time it is measured until
 * the same number of callbacks has arrived. `node test/bench/backlog.ts [jobs that wait, 1,000,000]`.
 */
const waiting = Number(process.argv[2] ?? 1_000_000);
const measured = 20_000;
const warmUp = 20_000;

const sink = await startSink();
const rates: number[] = [];
for (const queued of [measured + warmUp, waiting]) {
  const stack = await startStack({ workers: 0, nodeArgs: traceArgs });
  const submitter = openSubmitter(stack);
  const started = performance.now();
  await submitter.submit(queued, 'in batches', benchJob(sink.url));
  const submitsPerSecond = Math.round(queued / ((performance.now() - started) / 1_000));
  await sink.reset();
  stack.addWorker();
  while ((await sink.counts()).unique < warmUp) await pause(20);
  const trace = tracer(stack);
  await trace.reset();
  const submit = async () => undefined;
  const through = await throughput({ sink, jobs: measured - 2_000, pids: stack.pids, submit, giveUpMs: 300_000 });
  rates.push(through.jobsPerSecond);
  print(`${queued} jobs wait`, {
    submitsPerSecond,
    jobsPerSecond: through.jobsPerSecond,
    cpu: JSON.stringify(through.cpu),
  });
  await trace.print(through);
  await submitter.close();
  await stack.close();
}
print('the long queue to the short one', { ratio: ((rates[1] ?? 0) / (rates[0] ?? 0)).toFixed(2) });
sink.stop();
