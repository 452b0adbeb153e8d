import type { Config } from '#src/config.ts';
import type { Log } from '#src/log.ts';
import { migrate } from '#src/store/migrate.ts';
import { createMigration } from '#src/store/migration-files.ts';
import { startPostgres } from './embedded-postgres.ts';

/** `ringback migrate`: on DATABASE_URL, or on the embedded PostgreSQL, which is started for it. */
export async function migrateCommand(config: Config, log: Log, newName: string | undefined): Promise<void> {
  if (config.databaseUrl) {
    await work(config.databaseUrl, newName);
    return;
  }
  const postgres = await startPostgres({ dataDir: config.dataDir, port: config.postgresPort, log });
  try {
    await work(postgres.url, newName);
  } finally {
    await postgres.stop();
  }
}

async function work(databaseUrl: string, newName: string | undefined): Promise<void> {
  if (newName !== undefined) {
    const file = await createMigration(databaseUrl, newName);
    console.log(file ? `Written: ${file}` : 'The migrations already lead to prisma/schema.prisma.');
    return;
  }
  const applied = await migrate(databaseUrl);
  console.log(applied.length > 0 ? `Applied: ${applied.join(', ')}` : 'The database is up to date.');
}
