import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { readConfig, requireServerConfig } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { type CredentialsFile, firstStart } from '#src/server/sign-in/first-start.ts';
import { migrate } from '#src/store/migrate/migrate.ts';
import { freePort } from '#test/support/ringback.ts';

export type Stack = {
  url: string;
  credentials: CredentialsFile;
  databaseUrl: string;
  /** The process ids by name: `web`, `worker`, `postgres`. */
  pids: Readonly<Record<string, number>>;
  close(): Promise<void>;
};

/** Starts Ringback as in production: PostgreSQL with a synced log, and web and worker as separate processes. */
export async function startStack(processes: ('web' | 'worker')[] = ['web', 'worker']): Promise<Stack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-bench-'));
  await chmod(dataDir, 0o755);
  const log = makeLog({ logLevel: 'warn', logFormat: 'json' });
  const postgres = await startPostgres({ dataDir, port: 0, log });
  const env = {
    ...process.env,
    DATABASE_URL: postgres.url,
    PORT: String(await freePort()),
    RINGBACK_DATA_DIR: dataDir,
    RINGBACK_DEV: 'true',
    RINGBACK_LOG_LEVEL: process.env.RINGBACK_LOG_LEVEL ?? 'info',
    RINGBACK_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    RINGBACK_AUTH_SECRET: randomBytes(32).toString('base64'),
  };
  await migrate(postgres.url);
  const config = requireServerConfig(readConfig(env));
  await firstStart(config, log);
  const children = processes.map((name) =>
    fork('src/cli/main.ts', [name], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );
  await waitReady(config.url);
  const credentials = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as CredentialsFile;
  return {
    url: config.url,
    credentials,
    databaseUrl: postgres.url,
    pids: {
      ...Object.fromEntries(children.map((child, index) => [processes[index] ?? '', child.pid ?? 0])),
      postgres: postgres.pid(),
    },
    async close() {
      await Promise.all(children.map(end));
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function waitReady(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const response = await fetch(`${url}/readyz`).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} did not become ready`);
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
