import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TestRingback } from './ringback.ts';

/** A worker or a web process that a test can kill. */
export type WorkerProcess = {
  pid: number;
  /** Returns what the process has written. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Promise of the exit code, or of the signal that ended the process. */
  ended: Promise<number | NodeJS.Signals | null>;
};

const running = new Set<ChildProcess>();

/**
 * Starts a worker as production does: a process without a supervisor, on the test's database. It has the pace of tests;
 * with `pace: 'production'` it is `ringback worker` itself.
 */
export async function startWorkerProcess(
  ringback: Configured,
  env: Record<string, string> = {},
  { pace = 'test' }: { pace?: 'test' | 'production' } = {},
): Promise<WorkerProcess> {
  const [script, args] = pace === 'test' ? ['test/support/worker-script.ts', []] : ['src/cli/main.ts', ['worker']];
  return startProcess(ringback, { script, args, env, ready: 'worker ready' });
}

/**
 * Starts the API on a port of its own, in a process and on the test's database. With `pace: 'production'` it is
 * `ringback web` itself.
 */
export async function startWebProcess(
  ringback: Configured,
  port: number,
  { pace = 'test' }: { pace?: 'test' | 'production' } = {},
): Promise<WorkerProcess> {
  const [script, args] = pace === 'test' ? ['test/support/web-script.ts', []] : ['src/cli/main.ts', ['web']];
  return startProcess(ringback, { script, args, env: { PORT: String(port) }, ready: 'web ready' });
}

/** Where the database is, and with which keys. */
type Configured = Pick<TestRingback, 'config'>;

type Start = { script: string; args: string[]; env: Record<string, string>; ready: string };

async function startProcess(ringback: Configured, { script, args, env, ready: word }: Start): Promise<WorkerProcess> {
  const { config } = ringback;
  const [key] = config.encryptionKeys;
  const child = fork(script, args, {
    env: {
      ...process.env,
      DATABASE_URL: config.databaseUrl,
      PORT: String(config.port),
      RINGBACK_DATA_DIR: config.dataDir,
      RINGBACK_DEV: 'true',
      RINGBACK_ENCRYPTION_KEYS: `${key?.id}:${Buffer.from(key?.key ?? []).toString('base64')}`,
      RINGBACK_AUTH_SECRET: config.authSecret,
      ...env,
    },
    execArgv: [],
    silent: true,
  });
  return watchProcess(child, word);
}

/** Resolves when the process has written the word, and rejects if it ends before. */
export async function watchProcess(child: ChildProcess, word: string): Promise<WorkerProcess> {
  running.add(child);
  let output = '';
  let isReady = false;
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      // A soak writes far more than should be searched each time.
      if (isReady || !output.includes(word)) return;
      isReady = true;
      ready.resolve();
    });
  const ended = once(child, 'exit').then(([code, signal]) => {
    running.delete(child);
    ready.reject(new Error(`the process ended with ${code ?? signal}:\n${output}`));
    return (code ?? signal) as number | NodeJS.Signals | null;
  });
  await ready.promise;
  return {
    pid: child.pid ?? 0,
    output: () => output,
    signal: (name) => void child.kill(name),
    ended,
  };
}

/** Ends the processes that a test has left running. */
export async function endWorkerProcesses(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }),
  );
}
