import { print } from './figures.ts';
import { startStack } from './stack.ts';
import { startSink } from './start-sink.ts';
import { benchJob, openSubmitter, type Way, ways } from './submit.ts';
import { throughput } from './throughput.ts';

/**
 * Measures several worker and web processes on one PostgreSQL. The target takes 50 ms, like one that is not on this
 * machine. `node test/bench/processes.ts [jobs]`.
 */
const jobs = Number(process.argv[2] ?? 10_000);
const targetMs = 50;
const counts = [
  [1, 1],
  [1, 2],
  [1, 4],
  [2, 1],
  [2, 2],
  [2, 4],
] as const;

const sink = await startSink(targetMs);
for (const [webs, workers] of counts) {
  const stack = await startStack({ webs, workers });
  const submitter = openSubmitter(stack);
  for (const way of Object.keys(ways) as Way[]) {
    const submit = () => submitter.submit(jobs, way, benchJob(sink.url));
    await throughput({ sink, jobs, pids: stack.pids, submit });
    const { cpu, ...through } = await throughput({ sink, jobs, pids: stack.pids, submit });
    const microseconds = Object.entries(cpu).map(([name, us]) => `${name} ${us}`);
    print(`${webs} web, ${workers} workers, ${way}`, { ...through, cpuMicrosecondsPerJob: microseconds.join(', ') });
  }
  await submitter.close();
  await stack.close();
}
sink.stop();
