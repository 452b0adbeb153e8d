import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { type Db, makeDb, type Tx } from '#src/store/db/database.ts';
import { makeQueue, type Queue } from '#src/store/db/queue.ts';
import type { FloorOptions } from '#src/store/db/queue-floor.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';

let database: TestDatabase;
let db: Db;
const errors: Error[] = [];

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 4, name: 'queue-floor' });
});
beforeEach(async () => {
  await db.query('delete from pgboss.job');
  errors.length = 0;
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** A queue whose floor is looked for beside each fetch, unless that is said otherwise. */
async function queueWith(floor: Omit<FloorOptions, 'onError'>): Promise<Queue> {
  const queue = await makeQueue(db, { supervise: false, onError: (error) => errors.push(error), floor });
  onTestFinished(() => queue.stop());
  return queue;
}
const always = { everyMs: 0, thoroughMs: 0, slackSeconds: 0 };

const now = () => ({ id: randomUUID(), delayMs: 0 });
const insert = (queue: Queue, due: { id: string; delayMs: number }[]) =>
  db.transaction((tx) => queue.insert(tx, 'fetch', due));
/** Makes one message for each attempt, as many commits do. */
async function insertEach(queue: Queue, count: number): Promise<string[]> {
  const due = Array.from({ length: count }, now);
  await db.transaction(async (tx) => {
    for (const one of due) await queue.insert(tx, 'fetch', [one]);
  });
  return due.map(({ id }) => id);
}
const take = (queue: Queue, limit = 10) => db.transaction((tx) => queue.take(tx, 'fetch', limit));
const age = (seconds: number) =>
  db.query('update pgboss.job set created_on = created_on - make_interval(secs => $1)', [seconds]);

/** Takes until nothing is left, so that the floor is above all that was taken. */
async function takeAll(queue: Queue): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const taken = await take(queue, 100);
    if (taken.ids.length === 0) return ids;
    ids.push(...taken.ids);
  }
}

/** Waits until no look is under way on any connection. */
const queueLooked = () =>
  expect
    .poll(async () => {
      const busy = `select count(*)::int as n from pg_stat_activity where query like '%as floor%' and state = 'active' and pid <> pg_backend_pid()`;
      return (await db.query<{ n: number }>(busy))[0]?.n;
    })
    .toBe(0);

/** Number of index entries that one fetch reads. */
async function entriesRead(queue: Queue): Promise<number> {
  const read = `select pg_stat_get_xact_tuples_returned('pgboss.job_common_i11'::regclass)::int as n`;
  const count = async (tx: Tx) => (await tx.query<{ n: number }>(read))[0]?.n ?? 0;
  return db.transaction(async (tx) => {
    await queue.take(tx, 'fetch', 10);
    return count(tx);
  });
}

it('a fetch does not read what was taken while somebody holds a snapshot', async () => {
  const holder = await db.pool.connect();
  onTestFinished(async () => {
    await holder.query('rollback');
    holder.release();
  });
  await holder.query('begin isolation level repeatable read');
  await holder.query('set local idle_in_transaction_session_timeout = 0');
  await holder.query('select pg_current_xact_id()');
  const without = await queueWith({ ...always, slackSeconds: 1_000_000 });
  const ids = await insertEach(without, 400);
  expect((await takeAll(without)).sort()).toEqual(ids.sort());
  const queue = await queueWith(always);
  await expect
    .poll(async () => {
      await insertEach(queue, 1);
      return entriesRead(queue);
    })
    .toBeLessThan(40);
  await insertEach(without, 1);
  expect(await entriesRead(without)).toBeGreaterThan(400);
  expect(errors).toEqual([]);
});

it('messages that waited long are found first, whatever came after them', async () => {
  const queue = await queueWith(always);
  const old = await insertEach(queue, 5);
  await age(86_400);
  const first = await take(queue, 1);
  await insertEach(queue, 5);
  const next = await take(queue, 4);
  expect([...first.ids, ...next.ids].sort()).toEqual(old.sort());
});

it('a message that is committed below the floor is found after the next look', async () => {
  const queue = await queueWith(always);
  expect((await take(queue)).ids).toEqual([]);
  // The look that this began has raised the floor.
  await queueLooked();
  const due = now();
  await insert(queue, [due]);
  await age(3_600);
  await expect.poll(async () => (await take(queue)).ids).toEqual([due.id]);
});

it('looks between the thorough ones raise the floor, and never past a message that waits', async () => {
  const queue = await queueWith({ ...always, thoroughMs: 1_000_000_000 });
  const made: string[] = [];
  const seen: string[] = [];
  for (let round = 0; round < 10; round += 1) {
    made.push(...(await insertEach(queue, 4)));
    seen.push(...(await take(queue, 2)).ids);
  }
  seen.push(...(await takeAll(queue)));
  expect(seen.sort()).toEqual(made.sort());
  const late = now();
  await insert(queue, [late]);
  await age(3_600);
  await queueLooked();
  // Only a thorough look would see it.
  for (let round = 0; round < 5; round += 1) expect((await take(queue)).ids).toEqual([]);
});

it('messages that come while a look is under way, and those that go back, are above the floor', async () => {
  const queue = await queueWith({ ...always, slackSeconds: 3 });
  const seen: string[] = [];
  const made: string[] = [];
  for (let round = 0; round < 30; round += 1) {
    const [ids, taken] = await Promise.all([insertEach(queue, 5), take(queue, 3)]);
    made.push(...ids);
    seen.push(...taken.ids);
  }
  seen.push(...(await takeAll(queue)));
  expect(seen.sort()).toEqual(made.sort());
});

it('a look that fails is told, and the fetch goes on as before', async () => {
  const queue = await queueWith({ ...always, slackSeconds: Number.NaN });
  const [id] = await insertEach(queue, 1);
  expect((await take(queue)).ids).toEqual([id]);
  await expect.poll(() => errors.length).toBeGreaterThan(0);
});
