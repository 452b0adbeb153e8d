import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Db, makeDb, type Tx } from '#src/store/db/database.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { startPostgresProxy } from '#test/support/postgres-proxy.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 2, name: 'transaction' });
});
beforeEach(() => db.query('delete from project'));
afterAll(async () => {
  await db.close();
  await database.drop();
});

const insert = 'insert into project (id, name) values ($1, $2)';
const send = (tx: Tx, name: unknown) => tx.send('insert_project', insert, [randomUUID(), name]);
const names = async () =>
  (await db.query<{ name: string }>('select name from project order by name')).map(({ name }) => name);

describe('a statement that is sent', () => {
  it('is done with the others, in the order of the calls', async () => {
    const seen = await db.transaction(async (tx) => {
      await send(tx, 'one');
      const between = tx.run('count_projects', 'select count(*)::int as n from project');
      await send(tx, 'two');
      return between;
    });
    expect(seen).toEqual([{ n: 1 }]);
    expect(await names()).toEqual(['one', 'two']);
  });

  it.each([
    ['refused by PostgreSQL', (tx: Tx) => tx.send('divide', 'select 1 / $1::int', [0]), 'division by zero'],
    ['that holds what cannot be stored', (tx: Tx) => send(tx, '\0'), 'invalid byte sequence'],
    ['whose value cannot be sent', (tx: Tx) => send(tx, unsendable), 'no text for it'],
  ])('and %s ends the transaction, which then has done nothing', async (_what, fails, message) => {
    const atCommit = db.transaction(async (tx) => {
      await send(tx, 'before');
      await fails(tx);
      await send(tx, 'after');
    });
    await expect(atCommit).rejects.toThrow(message);
    const atNext = db.transaction(async (tx) => {
      await fails(tx);
      await tx.run('count_projects', 'select count(*)::int as n from project');
    });
    await expect(atNext).rejects.toThrow(message);
    expect(await names()).toEqual([]);
    // Both connections are usable, and no transaction is left open on them.
    for (const name of ['a', 'b', 'c']) await db.transaction((tx) => send(tx, name));
    expect(await names()).toEqual(['a', 'b', 'c']);
  });

  it('is not done if the caller fails after it', async () => {
    const failing = db.transaction(async (tx) => {
      await send(tx, 'before');
      throw new Error('not this time');
    });
    await expect(failing).rejects.toThrow('not this time');
    expect(await names()).toEqual([]);
  });

  it('is not done if the connection is lost before the commit', async () => {
    const failing = db.transaction(async (tx) => {
      await send(tx, 'before');
      const [row] = await tx.run<{ pid: number }>('own_pid', 'select pg_backend_pid() as pid');
      await db.query('select pg_terminate_backend($1)', [row?.pid]);
      await send(tx, 'after');
    });
    await expect(failing).rejects.toThrow();
    expect(await names()).toEqual([]);
  });
});

it('the statements of one tick leave in one write', async () => {
  let writes = 0;
  const alone = makeDb(database.url, { max: 1, name: 'writes' });
  onTestFinished(() => alone.close());
  const client = (await alone.pool.connect()) as pg.PoolClient & { connection: { stream: Socket } };
  const { stream } = client.connection;
  const write = stream._write.bind(stream);
  const writev = stream._writev?.bind(stream);
  stream._write = (...args) => {
    writes += 1;
    write(...args);
  };
  stream._writev = (...args) => {
    writes += 1;
    writev?.(...args);
  };
  client.release();
  await alone.transaction(async (tx) => {
    await tx.look('count_projects', 'select count(*)::int as n from project');
    await send(tx, 'one');
    await send(tx, 'two');
  });
  // The first write has `begin` and what looks, the second what was sent and `commit`.
  expect(writes).toBe(2);
  expect(await names()).toEqual(['one', 'two']);
});

it('a connection that breaks right behind an answer, while others wait for it, does not end the process', async () => {
  const proxy = await startPostgresProxy(database.url);
  const one = makeDb(proxy.url, { max: 1, name: 'broken' });
  onTestFinished(async () => {
    await one.close();
    await proxy.close();
  });
  await one.query('select 1');
  const broken = proxy.breakAfterNextAnswer();
  const answers = await Promise.allSettled([
    one.query('select 1 as n'),
    one.transaction((tx) => tx.query('select 2 as n')),
  ]);
  await broken;
  expect(answers[0]).toEqual({ status: 'fulfilled', value: [{ n: 1 }] });
  expect(answers[1].status).toBe('rejected');
  expect(await one.query('select 3 as n')).toEqual([{ n: 3 }]);
});

describe('an attempt within a transaction', () => {
  it('undoes only what it did itself', async () => {
    await db.transaction(async (tx) => {
      await send(tx, 'before');
      const failing = tx.attempt(async () => {
        await send(tx, 'inside');
        await tx.send('divide', 'select 1 / $1::int', [0]);
      });
      await expect(failing).rejects.toThrow('division by zero');
      expect(await tx.attempt(() => send(tx, 'second').then(() => 7))).toBe(7);
      await send(tx, 'after');
    });
    expect(await names()).toEqual(['after', 'before', 'second']);
  });
});

const unsendable = {
  toPostgres() {
    throw new Error('there is no text for it');
  },
};

it('what a frozen process has locked is free again before those that wait for it give up', async () => {
  const others = makeDb(database.url, { max: 1, name: 'waits', queryTimeoutMs: 9_000 });
  onTestFinished(() => others.close());
  await db.query(insert, [randomUUID(), 'contended']);
  const lock = "update project set name = 'contended' where name = 'contended'";
  const thawed = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const frozen = db.transaction(async (tx) => {
    await tx.run('lock_project', lock);
    locked.resolve();
    await thawed.promise;
    await tx.run('lock_project', lock);
  });
  const failed = expect(frozen).rejects.toThrow();
  await locked.promise;
  await others.run('lock_project', lock);
  thawed.resolve();
  await failed;
});
