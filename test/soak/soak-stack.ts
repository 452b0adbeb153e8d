import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { readConfig, requireServerConfig } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { type CredentialsFile, firstStart } from '#src/server/sign-in/first-start.ts';
import { migrate } from '#src/store/migrate/migrate.ts';
import { freePort } from '#test/support/free-port.ts';
import { type PostgresProxy, startPostgresProxy } from '#test/support/postgres-proxy.ts';
import { endWorkerProcesses, startWebProcess, startWorkerProcess } from '#test/support/processes.ts';
import { type KeptProcess, keepProcess } from './kept-process.ts';
import type { Undo } from './undo.ts';

/** A whole Ringback whose parts can be broken one by one. */
export type SoakStack = {
  url: string;
  credentials: CredentialsFile;
  postgres: EmbeddedPostgres;
  /** What all processes connect through. */
  proxy: PostgresProxy;
  web: KeptProcess;
  workers: KeptProcess[];
  /** Asks the database itself, past the proxy, over a connection of its own. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Ends of processes that nobody asked for. */
  unasked: string[];
  /** What the API has logged of calls that it answered with `internal`: an outage must be answered as one. */
  ownFaults: string[];
  /** How many outputs of processes and of PostgreSQL hold the text. Call it after `stopProcesses`. */
  logsWith(): Promise<string[]>;
  stopProcesses(): Promise<void>;
};

/** What the checks at the end ask. */
export type AskedStack = Pick<SoakStack, 'url' | 'credentials' | 'query' | 'unasked'>;

export type StackSettings = {
  workers: number;
  /** `production`: the processes are `ringback web` and `ringback worker`, and PostgreSQL syncs its log. */
  pace: 'test' | 'production';
  /** Text that must not be in any log. */
  marker: string;
  /** Gets all that is started and made. */
  undo: Undo;
};

export async function startSoakStack({ workers, pace, marker, undo }: StackSettings): Promise<SoakStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-soak-'));
  undo.add(() => rm(dataDir, { recursive: true, force: true }));
  // PostgreSQL runs as another user if we are root, and must be able to open the folder.
  await chmod(dataDir, 0o755);
  const log = makeLog({ logLevel: 'silent', logFormat: 'json' });
  const starting = startPostgres({ dataDir, port: 0, log, durable: pace === 'production' });
  // Added before it has started: a signal may come meanwhile.
  undo.add(async () => (await starting.catch(() => undefined))?.stop());
  const postgres = await starting;
  await migrate(postgres.url);
  const proxy = await startPostgresProxy(postgres.url);
  undo.add(() => proxy.close());
  const port = await freePort();
  const config = requireServerConfig(
    readConfig({
      DATABASE_URL: proxy.url,
      PORT: String(port),
      RINGBACK_DATA_DIR: dataDir,
      RINGBACK_DEV: 'true',
      RINGBACK_ENCRYPTION_KEYS: `soak:${randomBytes(32).toString('base64')}`,
      RINGBACK_AUTH_SECRET: randomBytes(32).toString('base64'),
    }),
  );
  await firstStart(config, log);
  const credentials = JSON.parse(await readFile(join(dataDir, 'credentials.json'), 'utf8')) as CredentialsFile;
  const unasked: string[] = [];
  const leaks: string[] = [];
  const ownFaults: string[] = [];
  const keep = (name: string, start: Parameters<typeof keepProcess>[0]['start']) =>
    keepProcess({
      name,
      start,
      onOutput(output) {
        if (output.includes(marker)) leaks.push(`the log of ${name}`);
        ownFaults.push(...findOwnFaults(output));
      },
      onUnasked: (what) => unasked.push(what),
    });
  const drain = { RINGBACK_WORKER_DRAIN_SECONDS: '5' };
  undo.add(endWorkerProcesses);
  const kept = Array.from({ length: workers }, (_, index) =>
    keep(`worker ${index + 1}`, () => startWorkerProcess({ config }, drain, { pace })),
  );
  const web = keep('web', () => startWebProcess({ config }, port, { pace }));
  undo.add(async () => void [web, ...kept].map((one) => one.giveUp()));
  const stopProcesses = async () => void (await Promise.all([web, ...kept].map((one) => one.stop())));

  return {
    url: `http://127.0.0.1:${port}`,
    credentials,
    postgres,
    proxy,
    web,
    workers: kept,
    query: (text, values) => queryOnce(postgres.url, text, values),
    unasked,
    ownFaults,
    async logsWith() {
      const folder = join(dataDir, 'postgres');
      for (const name of (await readdir(folder)).filter((file) => file.includes('.log')))
        if ((await readFile(join(folder, name), 'latin1')).includes(marker)) leaks.push(`PostgreSQL's ${name}`);
      return leaks;
    },
    stopProcesses,
  };
}

const ownFault = /^(a|an) (call|request|tool|job of a batch) (failed|could not be stored)$/;

function findOwnFaults(output: string): string[] {
  return output.split('\n').flatMap((line) => {
    // The last line of a process that was killed may end anywhere.
    if (!line.includes('"level":"error"') || !line.endsWith('}')) return [];
    const { msg, procedure, path, err } = JSON.parse(line) as Record<string, string> & { err?: { stack?: string } };
    return ownFault.test(msg ?? '') ? [`${procedure ?? path ?? msg}: ${err?.stack?.slice(0, 600)}`] : [];
  });
}

/** Asks over a connection of its own. */
export async function queryOnce<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}
