import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 2, name: 'prisma' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const names = async () => (await db.prisma.project.findMany({ orderBy: { name: 'asc' } })).map(({ name }) => name);
const backend = async () => (await db.query<{ pid: number }>('select pg_backend_pid() as pid'))[0]?.pid;

describe('Prisma', () => {
  it('needs no connections besides those of the pool', async () => {
    await Promise.all(Array.from({ length: 20 }, () => db.prisma.project.count()));
    const { rows } = await db.pool.query(
      'select application_name from pg_stat_activity where datname = current_database()',
    );
    expect(new Set(rows.map((row) => row.application_name))).toEqual(new Set(['ringback prisma']));
    expect(rows.length).toBeLessThanOrEqual(2);
  });

  it('shares a transaction with SQL: both are done or neither', async () => {
    const both = (id: string, fails: boolean) =>
      db.prismaTransaction(async (tx) => {
        await tx.prisma.project.create({ data: { id, name: 'of Prisma' } });
        await tx.run('rename', `update project set name = $2 where id = $1`, [id, 'of SQL']);
        expect(await tx.prisma.project.findUnique({ where: { id } })).toMatchObject({ name: 'of SQL' });
        if (fails) throw new Error('not this time');
      });
    await expect(both(randomUUID(), true)).rejects.toThrow('not this time');
    expect(await names()).toEqual([]);
    await both(randomUUID(), false);
    expect(await names()).toEqual(['of SQL']);
  });

  it('and SQL in one transaction mean the same by values of every kind', async () => {
    const sql = `select $1::uuid as id, $2::bytea as bytes, $3::text[] as list, $4::float8 as number, $5::timestamptz as at,
      $6::jsonb as json, $7::text as nothing, now() as now`;
    const at = new Date('2026-11-20T12:00:00.123Z');
    const values = [randomUUID(), Buffer.from([0, 255]), ['a', 'b'], 1.5, at, JSON.stringify({ a: [1] }), null];
    const [plain] = await db.run('kinds', sql, values);
    const [shared] = await db.prismaTransaction((tx) => tx.run('kinds', sql, values));
    const comparable = ({ bytes, ...rest }: Record<string, unknown> = {}) => ({
      ...rest,
      bytes: [...(bytes as Uint8Array)],
      now: rest.now instanceof Date,
    });
    expect(comparable(shared)).toEqual(comparable(plain));
    expect(comparable(shared)).toMatchObject({ at, number: 1.5, json: { a: [1] }, nothing: null, bytes: [0, 255] });
  });
});

describe('a connection', () => {
  it('that comes back in the middle of a transaction is given to nobody else', async () => {
    const client = await db.pool.connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    await client.query('begin');
    client.release();
    const next = await Promise.all([backend(), backend(), backend()]);
    expect(next).not.toContain(rows[0].pid);
  });

  it('that is lost under Prisma means that the same may work in a moment', async () => {
    const end = 'select pg_terminate_backend(pg_backend_pid())';
    const lost = [
      await db.prisma.$queryRawUnsafe(end).catch((error: unknown) => error),
      await db.prismaTransaction((tx) => tx.run('end', end)).catch((error: unknown) => error),
    ];
    expect(lost.map(sqlErrorKind)).toEqual(['again', 'again']);
    const nowhere = makeDb('postgres://ringback@127.0.0.1:1/nowhere', { max: 1, name: 'nowhere' });
    const away = [
      await nowhere.prisma.project.count().catch((error: unknown) => error),
      await nowhere.prismaTransaction((tx) => tx.prisma.project.count()).catch((error: unknown) => error),
    ];
    expect(away.map(sqlErrorKind)).toEqual(['again', 'again']);
    await nowhere.close();
    expect(await names()).toEqual(['of SQL']);
  });

  it('that is kept waiting for too long means the same', async () => {
    const taken = await Promise.all([db.pool.connect(), db.pool.connect()]);
    const late = await Promise.all([
      db.prisma.project.count().catch((error: unknown) => error),
      db.prismaTransaction((tx) => tx.prisma.project.count()).catch((error: unknown) => error),
    ]);
    expect(late.map(sqlErrorKind)).toEqual(['again', 'again']);
    for (const client of taken) client.release();
    expect(await names()).toEqual(['of SQL']);
  });
});

it('what Prisma refuses for its data is told by its SQLSTATE', async () => {
  const id = randomUUID();
  const twice = db.prismaTransaction(async (tx) => {
    for (const name of ['a', 'b']) await tx.run('twice', 'insert into project (id, name) values ($1, $2)', [id, name]);
  });
  expect(sqlErrorKind(await twice.catch((error: unknown) => error))).toBe('data');
});
