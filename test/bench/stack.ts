import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { readConfig, requireServerConfig } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { type CredentialsFile, firstStart } from '#src/server/sign-in/first-start.ts';
import { migrate } from '#src/store/migrate/migrate.ts';
import { freePort } from '#test/support/free-port.ts';

export type Stack = {
  /** The address of the first web process, and of all of them. */
  url: string;
  urls: string[];
  credentials: CredentialsFile;
  databaseUrl: string;
  /** The process ids by name: `web`, `worker`, `postgres`; of several `web 2` and so on. */
  pids: Readonly<Record<string, number>>;
  /** Starts one more worker. */
  addWorker(): void;
  close(): Promise<void>;
};

/** `nodeArgs` are options of Node for each process, such as `--cpu-prof`. `env` is added to each one's environment. */
export type StackOptions = {
  webs?: number;
  workers?: number;
  nodeArgs?: string[];
  env?: Record<string, string>;
};

/** Starts Ringback as in production: PostgreSQL with a synced log, and web and worker as separate processes. */
export async function startStack({ webs = 1, workers = 1, ...options }: StackOptions = {}): Promise<Stack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-bench-'));
  await chmod(dataDir, 0o755);
  const log = makeLog({ logLevel: 'warn', logFormat: 'json' });
  const postgres = await startPostgres({ dataDir, port: 0, log });
  const base = {
    ...process.env,
    DATABASE_URL: postgres.url,
    RINGBACK_DATA_DIR: dataDir,
    RINGBACK_DEV: 'true',
    RINGBACK_LOG_LEVEL: process.env.RINGBACK_LOG_LEVEL ?? 'info',
    RINGBACK_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    RINGBACK_AUTH_SECRET: randomBytes(32).toString('base64'),
    ...options.env,
  };
  await migrate(postgres.url);
  const configs = [];
  for (let index = 0; index < Math.max(webs, 1); index++)
    configs.push(requireServerConfig(readConfig({ ...base, PORT: String(await freePort()) })));
  const urls = configs.map((config) => config.url);
  await firstStart(configs[0] as (typeof configs)[0], log);
  const children: ChildProcess[] = [];
  const pids: Record<string, number> = { postgres: postgres.pid() };
  const start = (role: 'web' | 'worker', port: string) => {
    const env = { ...base, PORT: port };
    const stdio: StdioOptions = ['ignore', 'ignore', 'inherit', 'ipc'];
    const child = fork('src/cli/main.ts', [role], { env, stdio, execArgv: options.nodeArgs ?? [] });
    const earlier = Object.keys(pids).filter((name) => name.startsWith(role)).length;
    pids[earlier === 0 ? role : `${role} ${earlier + 1}`] = child.pid ?? 0;
    children.push(child);
  };
  const ports = urls.map((url) => new URL(url).port);
  const addWorker = () => start('worker', ports[0] as string);
  for (const port of ports.slice(0, webs)) start('web', port);
  for (let index = 0; index < workers; index++) addWorker();
  if (webs > 0) await Promise.all(urls.map(waitReady));
  const credentials = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as CredentialsFile;
  return {
    url: urls[0] as string,
    urls,
    credentials,
    databaseUrl: postgres.url,
    pids,
    addWorker,
    async close() {
      await Promise.all(children.map(end));
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function waitReady(url: string): Promise<void> {
  for (let looks = 0; looks < 200; looks++) {
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
