import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queueNames } from '#src/store/db/queue.ts';
import { migrate } from '#src/store/migrate/migrate.ts';
import { createMigration, diffMigrations, prismaFolder } from '#src/store/migrate/migration-files.ts';
import { makeTestDatabase, serverVariable, type TestDatabase } from '#test/support/database.ts';

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await makeTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'ringback-prisma-'));
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function query<T extends pg.QueryResultRow>(sql: string, url = database.url): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function emptyDatabase(): Promise<void> {
  await query('drop schema public cascade; drop schema pgboss cascade; create schema public');
}

async function writeSchema(models: string): Promise<void> {
  await writeFile(join(folder, 'schema.prisma'), `datasource db {\n  provider = "postgresql"\n}\n${models}\n`);
}

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, 'migrations', name), { recursive: true });
  await writeFile(join(folder, 'migrations', name, 'migration.sql'), sql);
}

describe('our migrations', () => {
  it('lead to exactly what prisma/schema.prisma says', async () => {
    expect(await diffMigrations(database.url)).toBe('');
  });

  it('can be applied by many processes at once: each is applied once, and all wait until it is done', async () => {
    await emptyDatabase();
    const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(database.url)));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await query('select 1 as n from job limit 0')).toEqual([]);
  });

  it('have nothing left to do on an up-to-date database', async () => {
    expect(await migrate(database.url)).toEqual([]);
  });

  it('make queues that neither retry nor drop a waiting message', async () => {
    const queues = await query('select name, retry_limit, retention_seconds from pgboss.queue order by name');
    expect(queues.map(({ name }) => name)).toEqual([...queueNames].sort());
    for (const queue of queues) {
      expect(queue).toMatchObject({ retry_limit: 0 });
      expect(queue.retention_seconds).toBeGreaterThan(60 * 365 * 86_400);
    }
  });
});

describe('a database that a newer version has migrated', () => {
  it('is refused by name, and left as it is', async () => {
    await query(`insert into "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
                 values ('x', 'x', '9999_later', now(), now(), 1)`);
    await query(`delete from "_prisma_migrations" where migration_name = '0001_init'`);
    await expect(migrate(database.url)).rejects.toThrow(/newer than this program, which does not know: 9999_later\./);
    expect(await query(`select 1 from "_prisma_migrations" where migration_name = '0001_init'`)).toEqual([]);
  });

  it('is refused for its queue too', async () => {
    await query('update pgboss.version set version = 9999');
    await expect(migrate(database.url)).rejects.toThrow(/does not know: queue 9999\./);
  });
});

describe('a migration', () => {
  beforeEach(emptyDatabase);

  it('is one transaction, and is tried again after it has failed', async () => {
    await writeSchema('');
    await addMigration('0001_half', 'create table half (id int); create table half (id int);');
    await expect(migrate(database.url, folder)).rejects.toThrow(/relation "half" already exists/);
    expect(await query("select to_regclass('half') as half")).toEqual([{ half: null }]);
    await addMigration('0001_half', 'create table half (id int) -- without a semicolon');
    expect(await migrate(database.url, folder)).toEqual(['0001_half']);
    expect(await migrate(database.url, folder)).toEqual([]);
  });

  it('may hold functions and strings with semicolons', async () => {
    await writeSchema('');
    await addMigration(
      '0001_semicolons',
      "create function one() returns int language sql as $$ select 1; $$; select 'a;b';",
    );
    await migrate(database.url, folder);
    expect(await query('select one() as one')).toEqual([{ one: 1 }]);
  });

  it('is written from the difference to the schema, and counts on from the last one', async () => {
    await writeSchema('model A {\n  id Int @id\n}');
    await createMigration(database.url, 'First thing', folder);
    expect(await migrate(database.url, folder)).toEqual(['0001_first_thing']);
    await writeSchema('model A {\n  id Int @id\n  n String?\n}');
    expect(await createMigration(database.url, 'add n', folder)).toContain(join('0002_add_n', 'migration.sql'));
    expect(await createMigration(database.url, 'nothing', folder)).toBeUndefined();
  });

  it('may make partial indexes by hand, which the schema cannot say', async () => {
    await writeSchema('model A {\n  id Int @id\n  n String?\n}');
    await createMigration(database.url, 'a', folder);
    await addMigration('0002_partial', `create index "a_n" on "A" ("n") where "n" is not null;`);
    expect(await diffMigrations(database.url, folder)).toBe('');
    await appendFile(join(folder, 'migrations/0002_partial/migration.sql'), 'create index "a_all" on "A" ("n");');
    expect(await diffMigrations(database.url, folder)).toMatch(/DROP INDEX "a_all"/);
  });

  it('leaves no database behind from comparing', async () => {
    await cp(prismaFolder, folder, { recursive: true });
    await addMigration('9999_wrong', 'select from nowhere;');
    await expect(diffMigrations(database.url, folder)).rejects.toThrow(/"nowhere" does not exist/);
    const names = await query(
      "select datname from pg_database where datname like 'ringback_shadow%'",
      process.env[serverVariable],
    );
    expect(names).toEqual([]);
  });
});
