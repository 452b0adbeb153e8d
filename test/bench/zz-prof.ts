import { startStack } from './stack.ts';
import { startSink } from './start-sink.ts';
import { benchJob, openSubmitter } from './submit.ts';
import { throughput } from './throughput.ts';

const way = (process.argv[2] ?? 'in batches') as 'in batches';
const jobs = Number(process.argv[3] ?? 30000);
const sink = await startSink();
const stack = await startStack({ nodeArgs: ['--cpu-prof', '--cpu-prof-dir=/tmp/prof', '--cpu-prof-interval', '500'] });
const submitter = openSubmitter(stack);
console.log(stack.pids);
for (let i = 0; i < 2; i++)
  console.log(
    await throughput({
      sink,
      jobs,
      pids: stack.pids,
      submit: () => submitter.submit(jobs, way, benchJob(sink.url)),
      giveUpMs: 300000,
    }),
  );
await submitter.close();
await stack.close();
sink.stop();
