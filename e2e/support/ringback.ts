import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '#test/support/free-port.ts';

/** What a fresh `ringback up` in development writes to `credentials.json`. */
export type Credentials = {
  url: string;
  apiKey: string;
  projectId: string;
  webhookSecret: string;
  dashboard: { email: string; password: string };
};

export type Ringback = Credentials & {
  dataDir: string;
  /** Of `ringback up`; its children are the servers. */
  pid: number;
  /** Everything the processes have said so far. */
  output: () => string;
  stop: () => Promise<void>;
};

const root = path.resolve(import.meta.dirname, '../..');
/** A first start makes a database cluster. */
const readyLimitMs = 120_000;
const stopLimitMs = 60_000;

/** Starts the built app as a user would: `ringback up`, with a database of its own. */
export async function startRingback(): Promise<Ringback> {
  const home = await mkdtemp(path.join(tmpdir(), 'ringback-e2e-'));
  // PostgreSQL runs as another user when we are root, and must be able to reach its files.
  await chmod(home, 0o755);
  const dataDir = path.join(home, 'data');
  const port = await freePort();
  const child = spawn(process.execPath, ['src/cli/ringback.mjs', 'up'], {
    cwd: root,
    env: {
      ...process.env,
      DATABASE_URL: undefined,
      // The configuration's own; a server refuses settings it does not know.
      RINGBACK_BROWSER: undefined,
      RINGBACK_CHROMIUM: undefined,
      RINGBACK_TRACE: undefined,
      PORT: String(port),
      RINGBACK_DATA_DIR: dataDir,
      RINGBACK_DEV: 'true',
      NEXT_TELEMETRY_DISABLED: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const output = () => said.join('');
  const stop = async () => {
    await stopChild(child, output);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await untilReady(`http://127.0.0.1:${port}/readyz`, child);
    const credentials: Credentials = JSON.parse(await readFile(path.join(dataDir, 'credentials.json'), 'utf8'));
    return { ...credentials, dataDir, pid: child.pid ?? 0, output, stop };
  } catch (error) {
    await stop().catch(() => {});
    throw new Error(`${(error as Error).message}\n${output()}`);
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const limit = Date.now() + readyLimitMs;
  while (Date.now() < limit) {
    if (hasEnded(child))
      throw new Error(`ringback up ended (${child.exitCode ?? child.signalCode}) before it was ready.`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`ringback up was not ready after ${readyLimitMs / 1000} s.`);
}

async function stopChild(child: ChildProcess, output: () => string): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await ended;
  clearTimeout(timer);
  if (child.signalCode === 'SIGKILL') {
    throw new Error(`ringback up did not stop within ${stopLimitMs / 1000} s of SIGTERM.\n${output()}`);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
