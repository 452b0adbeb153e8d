import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { Pool } from 'undici';
import { cpuMs } from './cpu-time.ts';
import { type Stack, startStack } from './stack.ts';

/**
 * Measures throughput beside the limit of the machine, the CPU time of a job, durable accepts, and latency, in one run.
 * The machine is noisy, so compare the ratios within a run. `node test/bench/run.ts [rounds]`.
 */
const rounds = Number(process.argv[2] ?? 3);
const jobs = 10_000;
const batch = 500;

const sink = await startSink();
const stack = await startStack();
const api = new Pool(stack.url, { connections: 64 });
const auth = { authorization: `Bearer ${stack.credentials.apiKey}`, 'content-type': 'application/json' };
const ratios = { 'in batches': [] as number[], 'one by one': [] as number[] };

// The first run warms the server up, so that it is like one that has run for a minute.
await throughput(inBatches);
await sink.get('/reset');
await throughput(oneByOne);
for (let round = 1; round <= rounds; round++) {
  const limit = Number(
    execFileSync(process.execPath, ['test/bench/limit.ts', sink.url, '20000', '128'], { encoding: 'utf8' }),
  );
  for (const [how, submit] of [
    ['in batches', inBatches],
    ['one by one', oneByOne],
  ] as const) {
    await sink.get('/reset');
    const through = await throughput(submit);
    const ratio = through.jobsPerSecond / limit;
    ratios[how].push(ratio);
    print(`round ${round}, ${how}`, { limit, ...through, ratio: ratio.toFixed(2) });
  }
}
print('accepts alone, 64 connections', { acceptsPerSecond: await singleSubmits(20_000) });
print('latency when idle, ms', await latency(300));
for (const [how, list] of Object.entries(ratios)) print(`median ratio, ${how}`, { ratio: median(list).toFixed(2) });
await api.close();
await stack.close();
sink.stop();

/** Submits 10,000 jobs, 500 at a time, four batches at once. */
async function inBatches(job: object) {
  let left = jobs / batch;
  const send = async () => {
    while (left-- > 0) await post('jobs.submitMany', { jobs: Array.from({ length: batch }, () => job) });
  };
  await Promise.all(Array.from({ length: 4 }, send));
}

/** Submits 10,000 jobs by one call each, over 64 connections. */
async function oneByOne(job: object) {
  let left = jobs;
  const send = async () => {
    while (left-- > 0) await post('jobs.submit', job);
  };
  await Promise.all(Array.from({ length: 64 }, send));
}

/** Sends 10,000 jobs and measures from the first submit to the last callback. */
async function throughput(submit: (job: object) => Promise<void>) {
  const walBefore = await walBytes(stack);
  const cpuBefore = cpuByProcess();
  const job = { url: `${sink.url}/target`, method: 'POST', json: { a: 1 }, callback: `${sink.url}/hook` };
  const started = Date.now();
  await submit(job);
  const submitted = Date.now();
  for (;;) {
    const stats = JSON.parse(await sink.get('/stats')) as { unique: number; hooks: number; last: number };
    if (stats.unique >= jobs) {
      const seconds = (stats.last - started) / 1000;
      return {
        jobsPerSecond: Math.round(jobs / seconds),
        submitsPerSecond: Math.round(jobs / ((submitted - started) / 1000)),
        duplicates: stats.hooks - stats.unique,
        walKilobytesPerJob: Number(((await walBytes(stack)) - walBefore) / jobs / 1024).toFixed(1),
        cpuMicrosecondsPerJob: cpuByProcess()
          .map(({ name, ms }, index) => `${name} ${Math.round(((ms - (cpuBefore[index]?.ms ?? 0)) / jobs) * 1_000)}`)
          .join(', '),
      };
    }
    if (Date.now() - started > 60_000) throw new Error(`only ${stats.unique} of ${jobs} callbacks arrived`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * Measures single submits. Each submit is a request of its own and durable when it is answered. The jobs are due later,
 * so that only accepting is measured.
 */
async function singleSubmits(count: number): Promise<number> {
  const job = {
    url: `${sink.url}/target`,
    method: 'POST',
    json: { a: 1 },
    callback: `${sink.url}/hook`,
    delaySeconds: 3600,
  };
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (next++ < count) await post('jobs.submit', job);
    }),
  );
  return Math.round(count / ((performance.now() - started) / 1000));
}

async function latency(count: number) {
  const arrivals = { target: 0, hook: 0 };
  let arrived: () => void = () => undefined;
  const server = createServer((request, response) => {
    const kind = request.url === '/hook' ? 'hook' : 'target';
    arrivals[kind] = performance.now();
    request.resume();
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    if (kind === 'hook') arrived();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const toTarget: number[] = [];
  const toHook: number[] = [];
  for (let i = 0; i < count; i++) {
    const hook = new Promise<void>((resolve) => (arrived = resolve));
    const started = performance.now();
    await post('jobs.submit', { url: `${url}/target`, callback: `${url}/hook` });
    await hook;
    toTarget.push(arrivals.target - started);
    toHook.push(arrivals.hook - started);
    // The pause lets the server finish its writes, so that it is idle before the next job.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  server.close();
  server.closeAllConnections();
  return {
    targetP50: median(toTarget).toFixed(1),
    targetP95: percentile(toTarget, 0.95).toFixed(1),
    callbackP50: median(toHook).toFixed(1),
    callbackP95: percentile(toHook, 0.95).toFixed(1),
  };
}

async function post(procedure: string, input: unknown): Promise<void> {
  const { statusCode, body } = await api.request({
    path: `/api/trpc/${procedure}`,
    method: 'POST',
    headers: auth,
    body: JSON.stringify(input),
  });
  const text = await body.text();
  if (statusCode !== 200 || text.includes('"ok":false'))
    throw new Error(`${procedure} answered ${statusCode}: ${text.slice(0, 300)}`);
}

function cpuByProcess(): { name: string; ms: number }[] {
  return Object.entries(stack.pids).map(([name, pid]) => ({ name, ms: cpuMs(pid) }));
}

async function walBytes({ databaseUrl }: Stack): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ bytes: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes`,
  );
  await client.end();
  return Number(rows[0]?.bytes);
}

async function startSink() {
  const child = spawn(process.execPath, ['test/bench/sink.ts'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve) =>
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())),
  );
  const url = `http://127.0.0.1:${port}`;
  return { url, get: async (path: string) => (await fetch(url + path)).text(), stop: () => child.kill() };
}

function median(values: number[]): number {
  return percentile(values, 0.5);
}

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function print(name: string, values: object): void {
  console.log(
    name.padEnd(32),
    Object.entries(values)
      .map(([key, value]) => `${key} ${value}`)
      .join('   '),
  );
}
