import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import type { Db } from '#src/store/db/database.ts';
import { queueNames, queueSchema } from '#src/store/db/queue.ts';
import { prismaFolder, readMigrations } from './migration-files.ts';
import { readMigrationState } from './migration-state.ts';
import { NewerDatabaseError } from './newer-database.ts';
import { withSchemaEngine } from './schema-engine.ts';

/** Key of the lock for migrations. It is an arbitrary number, the same in all versions of Ringback. */
const migrationLock = 726_274_313;

// pg-boss must never decide anything for us: it makes no retries and drops no waiting message (68 years is the longest
// time that an integer can hold). Claimed messages are deleted in the claim's transaction, so no finished message needs
// to be kept.
const queueOptions = { retryLimit: 0, retentionSeconds: 2_147_483_647, deleteAfterSeconds: 3600 };

/**
 * Brings the database up to date: first our tables, then pg-boss's. Returns the names of the applied migrations.
 * Several processes may call this at once: one does the work and the others wait for it. Throws a NewerDatabaseError,
 * and changes nothing, if the database has migrations that this program does not know.
 *
 * @param only names of the migrations to apply, as for a backup of an older version; all of them if it is not given
 */
export async function migrate(databaseUrl: string, folder = prismaFolder, only?: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'ringback migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await refuseNewer(client, folder);
    await forgetInterrupted(client);
    const applied = await applyMigrations(databaseUrl, folder, only);
    await installQueues(databaseUrl);
    return applied;
  } finally {
    await client.end();
  }
}

async function refuseNewer(client: pg.Client, folder: string): Promise<void> {
  const run: Db['run'] = async (_name, text, values) => (await client.query(text, values ?? [])).rows;
  const { unknown } = await readMigrationState({ run }, folder);
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
}

async function applyMigrations(databaseUrl: string, folder: string, only?: readonly string[]): Promise<string[]> {
  const all = await readMigrations(folder);
  const migrationDirectories = all.migrationDirectories.filter(({ path }) => only?.includes(path) ?? true);
  const migrationsList = { ...all, migrationDirectories };
  const filters = { externalTables: [], externalEnums: [] };
  const apply = async (engine: SchemaEngine) => engine.applyMigrations({ migrationsList, filters });
  const { appliedMigrationNames } = await withSchemaEngine(databaseUrl, apply, markFinished);
  return appliedMigrationNames;
}

// The engine marks a migration as finished after its script. A migration that was killed between the two would run
// again and fail. This statement does both in the script's transaction.
const markFinished = `update "_prisma_migrations" set "finished_at" = now(), "applied_steps_count" = 1
  where "finished_at" is null and "rolled_back_at" is null;`;

/**
 * Marks unfinished migrations as rolled back. A script is one transaction, so an unfinished one has changed nothing and
 * can run again.
 */
async function forgetInterrupted(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ known: boolean }>(
    `select to_regclass('"_prisma_migrations"') is not null as known`,
  );
  if (!rows[0]?.known) return;
  await client.query(
    'update "_prisma_migrations" set "rolled_back_at" = now() where "finished_at" is null and "rolled_back_at" is null',
  );
}

async function installQueues(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: queueSchema,
    supervise: false,
    schedule: false,
    max: 2,
  });
  const failures: Error[] = [];
  boss.on('error', (error) => failures.push(error));
  await boss.start();
  try {
    for (const name of queueNames) {
      await boss.createQueue(name, queueOptions);
      await boss.updateQueue(name, queueOptions);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
  if (failures[0]) throw failures[0];
}
