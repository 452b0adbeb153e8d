import { requireSessions } from '#src/cli/run/require-sessions.ts';
import { StartError } from '#src/cli/start-error.ts';
import { migrate } from '#src/store/migrate/migrate.ts';
import { NewerDatabaseError } from '#src/store/migrate/newer-database.ts';

/**
 * Migrates a database, and returns what was applied. Throws a StartError if the database cannot be reached, is newer than
 * this program, or behind a pooler that does not keep sessions.
 */
export async function migrateDatabase(databaseUrl: string): Promise<string[]> {
  await requireSessions(databaseUrl);
  try {
    return await migrate(databaseUrl);
  } catch (error) {
    if (error instanceof NewerDatabaseError) throw new StartError(error.message);
    throw error;
  }
}
