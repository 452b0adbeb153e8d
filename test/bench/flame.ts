import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { flameSvg, type Profile } from './flame-svg.ts';
import { startStack } from './stack.ts';
import { startSink } from './start-sink.ts';
import { benchJob, openSubmitter, type Way } from './submit.ts';
import { throughput } from './throughput.ts';

/**
 * Draws where the processor time of a job goes, as flame graphs of the web process and the worker:
 * `node test/bench/flame.ts [folder] [jobs]` writes `flame-web.svg` and `flame-worker.svg` into the folder.
 */
const [folder = 'docs', count = '30000'] = process.argv.slice(2);
const jobs = Number(count);
const way: Way = 'in batches';
const profiles = mkdtempSync(path.join(tmpdir(), 'ringback-flame-'));

const sink = await startSink();
const stack = await startStack({ nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${profiles}`] });
const submitter = openSubmitter(stack);
const submit = () => submitter.submit(jobs, way, benchJob(sink.url));
console.log(await throughput({ sink, jobs, pids: stack.pids, submit, giveUpMs: 300_000 }));
await submitter.close();
await stack.close();
sink.stop();

for (const role of ['web', 'worker'] as const) {
  const file = readdirSync(profiles).find((name) => name.split('.')[3] === String(stack.pids[role])) ?? '';
  const profile = JSON.parse(readFileSync(path.join(profiles, file), 'utf8')) as Profile;
  const svg = flameSvg(profile, { title: `${role}, ${jobs} jobs in batches`, jobs });
  writeFileSync(path.join(folder, `flame-${role}.svg`), svg);
}
rmSync(profiles, { recursive: true });
