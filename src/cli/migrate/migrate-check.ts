import { describeFailure } from '#src/cli/failure/describe-failure.ts';
import { type ReachedDatabase, reachDatabase } from '#src/cli/run/reach-database.ts';
import { type Config, ConfigError, readConfig } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { makeDb } from '#src/store/db/database.ts';
import { type MigrationState, readMigrationState } from '#src/store/migrate/migration-state.ts';
import type { MigrationStep } from '#src/store/migrate/migration-step.ts';
import { NewerDatabaseError } from '#src/store/migrate/newer-database.ts';

/**
 * What a check says, and the exit code of the command: 0 up to date, 1 something waits that only adds, 2 newer or not
 * reached, 3 something waits that older processes must not see.
 */
export type CheckedMigrations = Readonly<{ text: string; exitCode: 0 | 1 | 2 | 3 }>;

/** Says in words how the database compares with this program, and whether older processes may go on. */
export function sayMigrationState({ waiting, unknown, steps }: MigrationState): CheckedMigrations {
  if (unknown.length > 0) return { text: new NewerDatabaseError(unknown).message, exitCode: 2 };
  if (waiting.length === 0) return { text: 'The database is up to date.', exitCode: 0 };
  const lines = [`Would be applied: ${waiting.join(', ')}`];
  for (const { name, locks } of steps)
    if (locks.length > 0)
      lines.push(`${name} builds indexes. Writes to these tables wait meanwhile: ${locks.join(', ')}`);
  const breaking = steps.filter(({ breaks }) => breaks.length > 0);
  for (const step of breaking) lines.push(sayBreak(step));
  if (breaking.length > 0) return { text: lines.join('\n'), exitCode: 3 };
  if (steps.length > 0) lines.push('All of it only adds: processes of the version before go on.');
  return { text: lines.join('\n'), exitCode: 1 };
}

function sayBreak({ name, breaks, contract }: MigrationStep): string {
  if (contract === null) return `${name}: stop older processes first: ${breaks.join('; ')}`;
  return `${name} removes what nothing needs since ${contract.version}: stop processes that are older than that first`;
}

/** Runs `ringback migrate --check`, which changes nothing in the database. */
export async function checkMigrations(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CheckedMigrations> {
  try {
    return await check(readConfig(environment));
  } catch (error) {
    // The exit code must not be 1, which says that there is something to apply.
    if (error instanceof ConfigError) return { text: error.message, exitCode: 2 };
    throw error;
  }
}

async function check(config: Config): Promise<CheckedMigrations> {
  let reached: ReachedDatabase | undefined;
  try {
    reached = await reachDatabase(config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
    const db = makeDb(reached.url, { max: 1, name: 'migrate --check' });
    try {
      return sayMigrationState(await readMigrationState(db));
    } finally {
      await db.close();
    }
  } catch (error) {
    return { text: `The database cannot be checked: ${describeFailure(error, config)}`, exitCode: 2 };
  } finally {
    await reached?.stop();
  }
}
