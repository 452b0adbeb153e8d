import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { makeLog } from '#src/log.ts';
import { freePort } from '#test/support/free-port.ts';

/** The queues that are measured beside Ringback, with the server that each needs. */
export const peers = { 'pg-boss': 'postgres', 'graphile-worker': 'postgres', bullmq: 'redis' } as const;
export type PeerName = keyof typeof peers;

/** Packages that only the benchmark needs, so that no other install carries them. */
const packages = ['graphile-worker@0.18.0', 'bullmq@6.7.0', 'ioredis@5.11.1'];

export type RunningPeer = Readonly<{
  /** The process ids by name: `submitter`, `worker`, and `postgres` or `redis`. */
  pids: Readonly<Record<string, number>>;
  /** Resolves when all jobs have been submitted. A batch of 1: one by one, 64 at once. */
  submit(jobs: number, batch: number, sink: string): Promise<void>;
  close(): Promise<void>;
}>;

/** True if a Redis server is installed, which BullMQ needs. */
export function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Installs the peers' packages into a folder of the system's temporary files, and returns it. */
export async function installPeers(): Promise<string> {
  const folder = join(tmpdir(), `ringback-bench-peers-${packages.join('-').replaceAll(/[^\w.-]/g, '_')}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return folder;
}

/** Starts a peer with a new server of its own, which syncs its log as a production server does. */
export async function startPeer(name: PeerName, packagesFolder: string): Promise<RunningPeer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-bench-'));
  await chmod(dataDir, 0o755);
  const server = await (peers[name] === 'redis' ? startRedis(dataDir) : startDatabase(dataDir));
  const env = { ...process.env, BENCH_SERVER: server.url, BENCH_PACKAGES: packagesFolder };
  const start = (role: string) =>
    fork(`test/bench/peers/${name}.ts`, [role], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await ended(start('prepare'));
  const [worker, submitter] = [start('work'), start('submit')];
  await Promise.all([said(worker, 'ready'), said(submitter, 'ready')]);
  return {
    pids: { submitter: submitter.pid ?? 0, worker: worker.pid ?? 0, [peers[name]]: server.pid() },
    async submit(jobs, batch, sink) {
      const submitted = said(submitter, 'submitted');
      submitter.send({ jobs, batch, sink });
      await submitted;
    },
    async close() {
      for (const child of [worker, submitter]) {
        const end = ended(child);
        child.kill('SIGKILL');
        await end;
      }
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function startDatabase(dataDir: string) {
  return startPostgres({ dataDir, port: 0, log: makeLog({ logLevel: 'warn', logFormat: 'json' }) });
}

/** Starts Redis with an append-only file that is synced every second, as its documentation advises. */
async function startRedis(dir: string) {
  const port = await freePort();
  const child = spawn(
    'redis-server',
    [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      dir,
      '--appendonly',
      'yes',
      '--appendfsync',
      process.env.BENCH_REDIS_FSYNC ?? 'everysec',
      '--save',
      '',
    ],
    { stdio: 'ignore' },
  );
  for (let looks = 0; !(await answers(port)); looks++) {
    if (looks > 100) throw new Error('redis-server does not answer');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: () => child.pid ?? 0,
    async stop() {
      const end = ended(child);
      child.kill('SIGKILL');
      await end;
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function said(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
    child.on('message', (message) => {
      if (message === word) resolve();
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
