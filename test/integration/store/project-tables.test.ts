import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { databaseDocsFile } from '#test/support/docs/write-database-docs.ts';
import { collectStatements, type Statement } from '#test/support/statements/collect-statements.ts';
import { childTables, globalTables, sometimesOfProject } from '#test/support/statements/project-tables.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 2, name: 'project tables' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const names = async (sql: string) => (await db.query<{ name: string }>(sql)).map(({ name }) => name).sort();

const tables = `select table_name::text as name from information_schema.tables where table_schema = 'public'`;
const withProject = (nullable: 'YES' | 'NO') =>
  `select table_name::text as name from information_schema.columns
   where table_schema = 'public' and column_name = 'project_id' and is_nullable = '${nullable}'`;

/** Unique indexes of tables that could be spread by project, each with whether the project is among its columns. */
const uniqueIndexes = `
  select c.relname || ' ' || x.relname as name, i.indisprimary as primary,
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum = any(i.indkey) and a.attname = 'project_id') as has
  from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and i.indisunique and c.relname <> all($1::text[])`;

describe('projects can be told apart in the database', () => {
  it('every table names its project, or is in the list of those that do not', async () => {
    const [all, always, sometimes] = await Promise.all([tables, withProject('NO'), withProject('YES')].map(names));
    expect(sometimes).toEqual([...sometimesOfProject].sort());
    const listed = [...Object.keys(globalTables), ...Object.keys(childTables)];
    expect(listed.filter((table) => always?.includes(table) || sometimes?.includes(table))).toEqual([]);
    expect([...listed, ...(always ?? []), ...(sometimes ?? [])].sort()).toEqual(all);
  });

  it('the ways of the list begin and end at columns that there are', async () => {
    const columns = new Set(
      await names(`select table_name || '.' || column_name as name from information_schema.columns
                   where table_schema = 'public'`),
    );
    const named = Object.entries(childTables).flatMap(([table, way]) => {
      const [own = '', ...ends] = [...way.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name);
      return [`${table}.${own}`, ...ends];
    });
    expect(named.filter((column) => !columns.has(column))).toEqual([]);
  });

  it('docs/databases.md counts the unique indexes that do not name the project', async () => {
    const rows = await db.query<{ primary: boolean; has: boolean }>(uniqueIndexes, [Object.keys(globalTables)]);
    const of = (primary: boolean) => rows.filter((row) => row.primary === primary);
    const without = (primary: boolean) => of(primary).filter(({ has }) => !has).length;
    const page = readFileSync(path.resolve(import.meta.dirname, '../../..', databaseDocsFile), 'utf8');
    expect(page.replaceAll(/\s+/g, ' ')).toContain(
      `${without(true)} of ${of(true).length} primary keys and ${without(false)} of ${of(false).length} other unique indexes`,
    );
  });
});

/** Statements that PostgreSQL does not prepare, and texts whose names are filled in. */
const cannotPrepare = /^(analyze|begin|commit|copy|create|drop|listen|release|rollback|savepoint|set) ?|\bfilled_in\b/;

it('the statements that are looked at are those of the program: PostgreSQL prepares each of them', async () => {
  const prepared = (await collectStatements()).filter(({ text }) => !cannotPrepare.test(text));
  const refused = async ({ wing, name, text }: Statement, index: number) => {
    try {
      await db.query(`prepare looked_at_${index} as ${text}`);
      return [];
    } catch (error) {
      return [`${wing} ${name}: ${(error as Error).message} in ${text}`];
    }
  };
  expect((await Promise.all(prepared.map(refused))).flat()).toEqual([]);
  expect(prepared.length).toBeGreaterThan(500);
});
