import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { connectionUrl, startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { clusterName, passwordOf } from '#src/cli/postgres/postgres-cluster.ts';
import { findRunning } from '#src/cli/postgres/postgres-process.ts';
import { StartError } from '#src/cli/start-error.ts';
import type { Config } from '#src/config.ts';
import type { Log } from '#src/log.ts';

/** A database that a command only looks at. */
export type ReachedDatabase = Readonly<{
  url: string;
  /** The folder of the embedded PostgreSQL; null: it is one of the operator's own. */
  folder: string | null;
  /** Stops the embedded PostgreSQL if it was started for the command. */
  stop(): Promise<void>;
}>;

/**
 * Returns the database of the settings: DATABASE_URL, or the embedded PostgreSQL. If `up` runs that one, the command
 * uses it beside `up`; else it is started, and stopped afterwards. Nothing is made: without a database it throws a
 * StartError.
 */
export async function reachDatabase(config: Config, log: Log): Promise<ReachedDatabase> {
  if (config.databaseUrl) return { url: config.databaseUrl, folder: null, stop: async () => undefined };
  const folder = await embeddedFolder(config.dataDir);
  const data = join(folder, 'data');
  if (!existsSync(join(data, 'PG_VERSION'))) {
    throw new StartError(
      `There is no database in ${config.dataDir} yet, and DATABASE_URL is not set: "ringback up" makes one.`,
    );
  }
  const running = await findRunning(data);
  if (running) {
    const url = connectionUrl(await passwordOf(data), running.port, clusterName);
    return { url, folder, stop: async () => undefined };
  }
  const postgres = await startPostgres({ dataDir: config.dataDir, port: config.postgresPort, log });
  return { url: postgres.url, folder, stop: () => postgres.stop() };
}

async function embeddedFolder(dataDir: string): Promise<string> {
  const home = await realpath(dataDir).catch(() => dataDir);
  const noted = (await readFile(join(home, 'postgres.location'), 'utf8').catch(() => '')).trim();
  return existsSync(join(home, 'postgres', 'data')) || noted === '' ? join(home, 'postgres') : noted;
}
