import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MigrationList, SchemasContainer } from '@prisma/schema-engine-wasm';
import { withSchemaEngine } from './schema-engine.ts';

/** The folder with `schema.prisma` and `migrations`. */
export const prismaFolder = fileURLToPath(new URL('../../../prisma', import.meta.url));

/** Content of Prisma's lock file, which names the kind of database of the migrations. */
const lockfileText = 'provider = "postgresql"\n';

const filters = { externalTables: [], externalEnums: [] };

/** Returns all migrations in the order in which they apply: by name. */
export async function readMigrations(folder = prismaFolder): Promise<MigrationList> {
  const baseDir = join(folder, 'migrations');
  const entries = await readdir(baseDir, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: lockfileText },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => {
        const value = await readFile(join(baseDir, name, 'migration.sql'), 'utf8');
        return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } } };
      }),
    ),
  };
}

async function readSchema(folder: string): Promise<SchemasContainer> {
  const path = join(folder, 'schema.prisma');
  return { files: [{ path, content: await readFile(path, 'utf8') }] };
}

/**
 * Returns the SQL that leads from the migrations to schema.prisma; '' if they agree. It works on an empty database that
 * it creates and drops on the given server.
 */
export async function diffMigrations(databaseUrl: string, folder = prismaFolder): Promise<string> {
  const migrations = await readMigrations(folder);
  const { stdout } = await withSchemaEngine(databaseUrl, async (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...migrations },
      to: { tag: 'schemaDatamodel', ...(await readSchema(folder)) },
      script: true,
      exitCode: null,
      filters,
    }),
  );
  return withoutOwnIndexes(stdout ?? '', migrations);
}

/**
 * Removes statements that drop partial indexes. schema.prisma cannot describe those, so Prisma would drop the ones that
 * a migration creates by hand.
 */
function withoutOwnIndexes(script: string, migrations: MigrationList): string {
  const sql = migrations.migrationDirectories.map(({ migrationFile: { content } }) => content.value).join('\n');
  const partial = /create\s+(?:unique\s+)?index\s+(?:if\s+not\s+exists\s+)?"?(\w+)"?[^;]*?\bwhere\b/gi;
  const names = new Set([...sql.matchAll(partial)].map(([, name]) => name));
  return script
    .split(/(?<=;)\n/)
    .filter((statement) => !names.has(/DROP INDEX (?:"\w+"\.)?"(\w+)";/.exec(statement)?.[1]))
    .join('\n')
    .replace(/^-- This is an empty migration\.$/m, '')
    .trim();
}

/** Writes the next migration from the difference. Returns its file, or undefined if there is no difference. */
export async function createMigration(
  databaseUrl: string,
  name: string,
  folder = prismaFolder,
): Promise<string | undefined> {
  const script = await diffMigrations(databaseUrl, folder);
  if (script === '') return undefined;
  const { baseDir, lockfile, migrationDirectories } = await readMigrations(folder);
  const last = Number.parseInt(migrationDirectories.at(-1)?.path ?? '0', 10);
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const target = join(baseDir, `${String(last + 1).padStart(4, '0')}_${slug}`);
  await mkdir(target, { recursive: true });
  await writeFile(join(baseDir, lockfile.path), lockfileText);
  await writeFile(join(target, 'migration.sql'), `${script}\n`);
  return join(target, 'migration.sql');
}
