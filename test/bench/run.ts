import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { Pool } from 'undici';
import { type Stack, startStack } from './stack.ts';

/**
 * Measures throughput beside the limit of the machine, durable accepts, and latency, in one run. The machine is noisy,
 * so compare the ratios within a run. `node test/bench/run.ts [rounds]`.
 */
const rounds = Number(process.argv[2] ?? 3);
const jobs = 10_000;
const batch = 500;

const sink = await startSink();
const stack = await startStack();
const api = new Pool(stack.url, { connections: 64 });
const auth = { authorization: `Bearer ${stack.credentials.apiKey}`, 'content-type': 'application/json' };
const ratios: number[] = [];

// The first run warms the server up, so that it is like one that has run for a minute.
await throughput();
for (let round = 1; round <= rounds; round++) {
  const limit = Number(
    execFileSync(process.execPath, ['test/bench/limit.ts', sink.url, '20000', '128'], { encoding: 'utf8' }),
  );
  await sink.get('/reset');
  const through = await throughput();
  ratios.push(through.jobsPerSecond / limit);
  print(`round ${round}`, { limit, ...through, ratio: (through.jobsPerSecond / limit).toFixed(2) });
}
print('single submits, 64 connections', { acceptsPerSecond: await singleSubmits(20_000) });
print('latency when idle, ms', await latency(300));
print('median ratio', { ratio: median(ratios).toFixed(2) });
await api.close();
await stack.close();
sink.stop();

/** Sends 10,000 jobs by submitMany and measures from the first submit to the last callback. */
async function throughput() {
  const walBefore = await walBytes(stack);
  const job = { url: `${sink.url}/target`, method: 'POST', json: { a: 1 }, callback: `${sink.url}/hook` };
  const started = Date.now();
  let left = jobs / batch;
  const send = async () => {
    while (left-- > 0) await post('jobs.submitMany', { jobs: Array.from({ length: batch }, () => job) });
  };
  await Promise.all(Array.from({ length: 4 }, send));
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
