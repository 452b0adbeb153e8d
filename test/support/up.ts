import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CredentialsFile } from '#src/server/sign-in/first-start.ts';
import { freePort } from '#test/support/free-port.ts';

/** A whole Ringback in separate processes, which a test can kill. */
export type UpProcess = {
  url: string;
  credentials: CredentialsFile;
  pid: number;
  dataDir: string;
  /** Returns the pids of the running processes with this word in their command line: `web`, `worker`. */
  children(word: string): Promise<number[]>;
  postmaster(): Promise<number>;
  output(): string;
  stop(): Promise<void>;
};

export async function startUp(env: Record<string, string> = {}): Promise<UpProcess> {
  const home = await mkdtemp(join(tmpdir(), 'ringback-up-'));
  // PostgreSQL runs as another user if we are root, and must be able to reach its files.
  await chmod(home, 0o755);
  const port = Number(env.PORT ?? (await freePort()));
  const dataDir = env.RINGBACK_DATA_DIR ?? join(home, 'data');
  const { DATABASE_URL: _ours, ...inherited } = process.env;
  const child = spawn(process.execPath, ['test/support/up-process.ts'], {
    env: { ...inherited, ...env, PORT: String(port), RINGBACK_DATA_DIR: dataDir, RINGBACK_DEV: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const url = `http://localhost:${port}`;
  await untilReady(url, child, () => output);
  const credentials = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as CredentialsFile;
  return {
    url,
    credentials,
    dataDir,
    pid: child.pid ?? 0,
    children: (word) => childrenOf(child.pid ?? 0, word),
    postmaster: async () =>
      Number((await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]),
    output: () => output,
    async stop() {
      await end(child);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** All of a first start: PostgreSQL's files, the migrations, and both processes. Hooks that wait for it have 120 s. */
const startMs = 110_000;

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const from = performance.now();
  while (performance.now() - from < startMs) {
    if (child.exitCode !== null) throw new Error(`up ended with ${child.exitCode}:\n${output()}`);
    const response = await fetch(`${url}/readyz`).catch(() => null);
    if (response?.ok && output().includes('worker ready')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`up did not become ready:\n${output()}`);
}

async function childrenOf(pid: number, word: string): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const pids: number[] = [];
  for (const child of listed.split(' ').filter(Boolean).map(Number)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (command.split('\0').includes(word)) pids.push(child);
  }
  return pids;
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
