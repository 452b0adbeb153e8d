import { setTimeout as pause } from 'node:timers/promises';
import { print } from './figures.ts';
import { startStack } from './stack.ts';
import { startSink } from './start-sink.ts';
import { openSubmitter, type Submitter } from './submit.ts';
import { throughput } from './throughput.ts';

/**
 * Shows the cost of a job and its latency over the load: single submits arrive at a share of the rate that this machine
 * can do, evenly and without a wait for answers. `node test/bench/load-curve.ts [seconds a share]`.
 */
const seconds = Number(process.argv[2] ?? 10);
const shares = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9];

const sink = await startSink();
const stack = await startStack();
const submitter = openSubmitter(stack);
const measured = (jobs: number, submit: () => Promise<void>) => throughput({ sink, jobs, pids: stack.pids, submit });

// The first run warms the processes up. The second tells what a full load is.
await measured(10_000, () => submitter.submit(10_000, 'one by one', timedJob()));
const full = await measured(10_000, () => submitter.submit(10_000, 'one by one', timedJob()));
const fullCost = sum(full.cpu);
print('full load', { jobsPerSecond: full.jobsPerSecond, cpuMicrosecondsPerJob: fullCost });
for (const share of shares) {
  const perSecond = Math.round(full.jobsPerSecond * share);
  const jobs = perSecond * seconds;
  const through = await measured(jobs, () => submitEvenly(submitter, jobs, perSecond));
  const { target, hook } = await sink.latency();
  const cost = sum(through.cpu);
  print(`${Math.round(share * 100)} % of it`, {
    jobsPerSecond: through.jobsPerSecond,
    cpuMicrosecondsPerJob: Object.entries(through.cpu)
      .map(([name, us]) => `${name} ${us}`)
      .join(', '),
    toFullLoad: (cost / fullCost).toFixed(2),
    targetMs: `p50 ${target.p50.toFixed(0)} p99 ${target.p99.toFixed(0)}`,
    callbackMs: `p50 ${hook.p50.toFixed(0)} p99 ${hook.p99.toFixed(0)}`,
  });
}
await submitter.close();
await stack.close();
sink.stop();

/** Submits at a steady rate, however long the answers take. */
async function submitEvenly({ post }: Submitter, jobs: number, perSecond: number): Promise<void> {
  const started = performance.now();
  const answers: Promise<void>[] = [];
  while (answers.length < jobs) {
    const due = Math.min(jobs, Math.floor(((performance.now() - started) / 1_000) * perSecond));
    while (answers.length < due) answers.push(post('jobs.submit', timedJob()));
    await pause(1);
  }
  await Promise.all(answers);
}

/** A job whose arrival is measured from now on. */
function timedJob(): object {
  const at = performance.timeOrigin + performance.now();
  return { url: `${sink.url}/target?at=${at}`, method: 'POST', json: { a: 1 }, callback: `${sink.url}/hook?at=${at}` };
}

function sum(cpu: Record<string, number>): number {
  return Object.values(cpu).reduce((total, us) => total + us, 0);
}
