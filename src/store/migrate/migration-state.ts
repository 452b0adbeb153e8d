import { createRequire } from 'node:module';
import type { Db } from '#src/store/db/database.ts';
import { queueSchema } from '#src/store/db/queue.ts';
import { prismaFolder, readMigrations } from './migration-files.ts';
import { examineMigrations, type MigrationStep } from './migration-step.ts';

/** How the database's tables compare with what this program knows. */
export type MigrationState = Readonly<{
  /** What `migrate` would apply, in its order: migrations, then the tables of the queue. */
  waiting: readonly string[];
  /** What is applied and this program does not know: a newer version has been here. */
  unknown: readonly string[];
  /** What the waiting ones do to programs that run beside them. Empty for a new database, beside which none runs. */
  steps: readonly MigrationStep[];
}>;

const require = createRequire(import.meta.url);

/** Compares the database with the migrations of this program. It changes nothing and takes no lock. */
export async function readMigrationState(db: Pick<Db, 'run'>, folder = prismaFolder): Promise<MigrationState> {
  const known = (await readMigrations(folder)).migrationDirectories.map(({ path, migrationFile }) => ({
    name: path,
    sql: migrationFile.content.value,
  }));
  const tables = await db.run<{ migrations: boolean; queue: boolean }>(
    'find_migration_tables',
    `select to_regclass('"_prisma_migrations"') is not null as migrations,
            to_regclass('${queueSchema}.version') is not null as queue`,
  );
  const applied = new Set(tables[0]?.migrations ? await findApplied(db) : []);
  const queue = await compareQueue(db, tables[0]?.queue ?? false);
  const waiting = known.filter(({ name }) => !applied.has(name));
  const before = known.filter(({ name }) => applied.has(name));
  return {
    waiting: [...waiting.map(({ name }) => name), ...queue.waiting],
    unknown: [...[...applied].filter((name) => !known.some((one) => one.name === name)), ...queue.unknown],
    steps: before.length === 0 ? [] : [...examineMigrations(before, waiting), ...queue.steps],
  };
}

/** Returns the names of the migrations that are applied, in their order. */
export async function findApplied(db: Pick<Db, 'run'>): Promise<string[]> {
  const rows = await db.run<{ migration_name: string }>(
    'find_applied_migrations',
    `select migration_name from "_prisma_migrations"
     where finished_at is not null and rolled_back_at is null order by migration_name`,
  );
  return rows.map((row) => row.migration_name);
}

async function compareQueue(db: Pick<Db, 'run'>, exists: boolean): Promise<MigrationState> {
  const manifest = require('pg-boss/package.json') as { pgboss: { schema: number } };
  const ours = manifest.pgboss.schema;
  const rows = exists
    ? await db.run<{ version: number }>('find_queue_version', `select version from ${queueSchema}.version`)
    : [];
  const theirs = rows[0]?.version ?? 0;
  const waiting = theirs < ours ? [`queue ${ours}`] : [];
  // pg-boss does not promise that an older version of it works on newer tables.
  const breaks = [`the tables of the queue change from version ${theirs}`];
  return {
    waiting,
    unknown: theirs > ours ? [`queue ${theirs}`] : [],
    steps: waiting.map((name) => ({ name, breaks, locks: [], contract: null })),
  };
}
