import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    drop: () => runOn(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
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
