import { startErrorOf } from '#src/cli/failure/explain-failure.ts';
import { startPostgres } from '#src/cli/postgres/embedded-postgres.ts';
import { makeWritable } from '#src/cli/postgres/postgres-place.ts';
import { makeFirstCredentials } from '#src/cli/run/first-credentials.ts';
import { type Config, requireServerConfig } from '#src/config.ts';
import type { Log } from '#src/log.ts';
import { isNewDatabase, renewSeals } from '#src/server/sign-in/first-start.ts';
import { createMigration } from '#src/store/migrate/migration-files.ts';
import { migrateDatabase } from './migrate-database.ts';

/** Runs `ringback migrate` on DATABASE_URL, or on the embedded PostgreSQL, which is started for it. */
export async function migrateCommand(config: Config, log: Log, newName: string | undefined): Promise<void> {
  try {
    await migrateHere(config, log, newName);
  } catch (error) {
    throw startErrorOf(error, config);
  }
}

async function migrateHere(config: Config, log: Log, newName: string | undefined): Promise<void> {
  if (config.databaseUrl) {
    await work(config.databaseUrl, newName);
    if (newName === undefined) await makeFirst(config, log);
    return;
  }
  const postgres = await startPostgres({ dataDir: config.dataDir, port: config.postgresPort, log });
  try {
    await work(postgres.url, newName);
  } finally {
    await postgres.stop();
  }
}

/**
 * Makes the first project, API key, webhook secret and administrator on a new database, like `up`. On an existing
 * database, encrypts stored secrets again with the current key.
 */
async function makeFirst(config: Config, log: Log): Promise<void> {
  if (!config.databaseUrl) return;
  const isNew = await isNewDatabase(config.databaseUrl);
  if (config.encryptionKeys.length === 0 || !config.authSecret) {
    if (!isNew) return;
    console.log(
      'There is no project yet. Set RINGBACK_ENCRYPTION_KEYS and RINGBACK_AUTH_SECRET and run this again to make it.',
    );
    return;
  }
  if (!isNew) return renewSeals(requireServerConfig(config));
  await makeWritable(config.dataDir);
  const { file } = await makeFirstCredentials(requireServerConfig(config), log);
  console.log(`Made the first project, API key and administrator: ${file}`);
}

async function work(databaseUrl: string, newName: string | undefined): Promise<void> {
  if (newName !== undefined) {
    const file = await createMigration(databaseUrl, newName);
    console.log(file ? `Written: ${file}` : 'The migrations already lead to prisma/schema.prisma.');
    return;
  }
  const applied = await migrateDatabase(databaseUrl);
  console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database is up to date.');
}
