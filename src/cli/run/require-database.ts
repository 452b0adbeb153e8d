import { StartError } from '#src/cli/start-error.ts';
import { makeDb } from '#src/store/db/database.ts';
import { readMigrationState } from '#src/store/migrate/migration-state.ts';
import { requireSessions } from './require-sessions.ts';

/**
 * Throws a StartError if the database cannot serve this program. It must be reached, a pooler must keep sessions, and the
 * program's migrations must be applied: web would be ready without them, and answer 500 wherever it looks for what they add. A
 * newer database is no error, since newer versions only add what this program may ignore.
 */
export async function requireDatabase(databaseUrl: string): Promise<void> {
  await requireSessions(databaseUrl);
  const db = makeDb(databaseUrl, { max: 1, name: 'start' });
  try {
    const { waiting } = await readMigrationState(db);
    if (waiting.length === 0) return;
    throw new StartError(
      `The database is older than this program, which needs: ${waiting.join(', ')}. Run "ringback migrate" first.`,
    );
  } finally {
    await db.close();
  }
}
