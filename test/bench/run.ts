import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { median, print } from './figures.ts';
import { idleLatency } from './latency.ts';
import { hasRedis, installPeers, type PeerName, peers, startPeer } from './peers/start-peer.ts';
import { startStack } from './stack.ts';
import { limitPerSecond, startSink } from './start-sink.ts';
import { benchJob, openSubmitter, type Way, ways } from './submit.ts';
import { type Through, throughput, walBytes } from './throughput.ts';
import { traceArgs, tracer } from './trace.ts';

/**
 * Measures throughput beside the limit of the machine and beside other queues, the CPU time of a job by process, durable
 * accepts, and latency, in one run. The machine is noisy, so compare the ratios within a run.
 */
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '10000' },
    /** Measures no other queues. */
    alone: { type: 'boolean', default: false },
    /** Prints where the batches wait. */
    trace: { type: 'boolean', default: false },
  },
});
const jobs = Number(options.jobs);
/** The rates of each system by way and round, and the limit of each round. */
const rates = new Map<string, number[]>();
const limits: number[] = [];

const sink = await startSink();
const packages = options.alone ? '' : await installPeers();
const others = (options.alone ? [] : Object.keys(peers)).filter(
  (name) => name !== 'bullmq' || hasRedis(),
) as PeerName[];
if (!options.alone && !hasRedis()) console.log('BullMQ is left out: redis-server is not installed');
console.log(`Node ${process.version}, ${availableParallelism()} cores, ${jobs} jobs a measurement`);
for (let round = 1; round <= Number(options.rounds); round++) {
  const limit = limitPerSecond(sink);
  limits.push(limit);
  print(`round ${round}, nothing stored`, { jobsPerSecond: limit });
  await measureRingback(round, round === Number(options.rounds));
  for (const name of others) await measurePeer(name, round);
}
for (const [name, list] of rates) {
  const ratios = list.map((rate, index) => rate / (limits[index] ?? Number.NaN));
  print(`median, ${name}`, { jobsPerSecond: median(list), ofTheLimit: median(ratios).toFixed(2) });
}
for (const [name, list] of rates) {
  const way = name.split(', ')[1];
  const ours = rates.get(`ringback, ${way}`) ?? [];
  if (list === ours) continue;
  const ratios = list.map((rate, index) => (ours[index] ?? Number.NaN) / rate);
  print(`ringback to ${name}`, {
    times: median(ratios).toFixed(2),
    rounds: ratios.map((one) => one.toFixed(2)).join(' '),
  });
}
sink.stop();

/** Measures Ringback in both ways; in the last round also accepts alone and latency. */
async function measureRingback(round: number, isLast: boolean): Promise<void> {
  const stack = await startStack({ nodeArgs: options.trace ? traceArgs : [] });
  const submitter = openSubmitter(stack);
  const trace = options.trace ? tracer(stack) : null;
  const job = benchJob(sink.url);
  const measured = (way: Way) =>
    throughput({ sink, jobs, pids: stack.pids, submit: () => submitter.submit(jobs, way, job) });
  // The first time warms the processes up, so that they are like ones that have run for a minute.
  await measured('in batches');
  for (const way of Object.keys(ways) as Way[]) {
    await trace?.reset();
    const before = await walBytes(stack.databaseUrl);
    const through = await measured(way);
    const written = ((await walBytes(stack.databaseUrl)) - before) / jobs / 1024;
    note(round, 'ringback', way, through, { walKilobytesPerJob: written.toFixed(1) });
    await trace?.print(through);
  }
  if (isLast) {
    const started = performance.now();
    await submitter.submit(2 * jobs, 'one by one', { ...job, delaySeconds: 3_600 });
    const perSecond = Math.round((2 * jobs) / ((performance.now() - started) / 1_000));
    print('accepts alone, 64 connections', { acceptsPerSecond: perSecond });
    print('latency when idle, ms', await idleLatency(submitter, 300));
  }
  await submitter.close();
  await stack.close();
}

async function measurePeer(name: PeerName, round: number): Promise<void> {
  const peer = await startPeer(name, packages);
  const submit = (way: Way) => peer.submit(jobs, ways[way], sink.url);
  await throughput({ sink, jobs, pids: peer.pids, submit: () => submit('in batches') });
  for (const way of Object.keys(ways) as Way[]) {
    note(round, name, way, await throughput({ sink, jobs, pids: peer.pids, submit: () => submit(way) }));
  }
  await peer.close();
}

function note(round: number, name: string, way: Way, { cpu, ...through }: Through, more: object = {}): void {
  const list = rates.get(`${name}, ${way}`) ?? [];
  rates.set(`${name}, ${way}`, [...list, through.jobsPerSecond]);
  const microseconds = Object.entries(cpu).map(([process, us]) => `${process} ${us}`);
  print(`round ${round}, ${name}, ${way}`, { ...through, ...more, cpuMicrosecondsPerJob: microseconds.join(', ') });
}
