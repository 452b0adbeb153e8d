import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { findRunning, isAlive, shutDown } from '#src/cli/postgres/postgres-process.ts';
import { makeLog } from '#src/log.ts';
import { migrate } from '#src/store/migrate/migrate.ts';

export type TestPostgres = Readonly<{ url: string; pid(): number; stop(): Promise<void> }>;
export type TestDatabase = Readonly<{ url: string; drop(): Promise<void> }>;

const template = 'ringback_template';
const folderName = /^ringback-postgres-(\d+)-/;

/**
 * Environment variable with the URL of the run's server. It does not begin with RINGBACK_, because those are settings.
 */
export const serverVariable = 'TEST_POSTGRES_URL';

/**
 * Starts one server for a whole run, in a folder of its own that is deleted with it. The migrations run once, into a
 * template database.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  await removeLeftovers();
  const dataDir = await mkdtemp(join(tmpdir(), `ringback-postgres-${process.pid}-`));
  // PostgreSQL runs as another user if we are root, and must be able to open the folder.
  await chmod(dataDir, 0o755);
  const log = makeLog({ logLevel: 'warn', logFormat: 'json' });
  const server = await startPostgres({ dataDir, port: 0, log, durable: false });
  const stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await runOn(server.url, `create database ${template}`);
    await migrate(databaseUrl(server.url, template));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: server.url, pid: server.pid, stop };
}

/** Makes an empty database with all tables and queues. */
export async function makeTestDatabase(serverUrl = process.env[serverVariable]): Promise<TestDatabase> {
  if (!serverUrl)
    throw new Error(`${serverVariable} is not set: does vitest's globalSetup name test/support/global-setup.ts?`);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await runOn(serverUrl, `create database ${name} template ${template} strategy file_copy`);
  return {
    url: databaseUrl(serverUrl, name),
    drop: () => dropDatabase(serverUrl, name),
  };
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Drops a database once its connections are gone, or when they have had five seconds: a pool says that it has ended before the
 * server has closed its connections, and one that the server closes by force emits an error that nobody handles.
 */
async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withClient(serverUrl, async (client) => {
    for (let look = 0; look < 200; look += 1) {
      const { rowCount } = await client.query('select from pg_stat_activity where datname = $1', [name]);
      if (rowCount === 0) break;
      await setTimeout(25);
    }
    await client.query(`drop database if exists ${name} with (force)`);
  });
}

async function runOn(url: string, statement: string): Promise<void> {
  await withClient(url, (client) => client.query(statement));
}

async function withClient(url: string, use: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

/** Removes the servers that killed runs left behind. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = folderName.exec(name)?.[1];
    if (!owner || isAlive(Number(owner))) continue;
    const running = await findRunning(join(tmpdir(), name, 'postgres', 'data'));
    if (running) await shutDown(running.pid);
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}
