import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { findLostClaims } from '#src/store/worker/lost-claims.ts';
import { findDeadWorkers } from '#src/store/worker/workers.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { beginAndHold } from '#test/support/hold.ts';

let database: TestDatabase;
let db: Db;
const project = randomUUID();

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 3, name: 'dead workers' });
  await db.query(`insert into project (id, name) values ($1, 'dead workers')`, [project]);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(() => db.query('truncate worker, job, delivery'));

/** An id that begins so. */
const id = (first: string) => `${first.padEnd(8, '0')}-0000-4000-8000-000000000000`;

async function addWorker(workerId: string, silentSeconds = 0, dead = false): Promise<void> {
  await db.query(
    `insert into worker (id, name, slots, heartbeat_at, dead_at)
     values ($1, 'w', 1, now() - make_interval(secs => $2), case when $3 then now() end)`,
    [workerId, silentSeconds, dead],
  );
}

async function addJob(claimedBy: string | null): Promise<string> {
  const jobId = randomUUID();
  await db.query(
    `insert into job (id, project_id, state, method, url, host, labels, max_attempts, claimed_by, claim_id)
     values ($1, $2, $3, 'GET', 'http://x.test/', 'x.test', '{}', 1, $4, $1)`,
    [jobId, project, claimedBy === null ? 'queued' : 'in_progress', claimedBy],
  );
  return jobId;
}

async function addDelivery(claimedBy: string | null): Promise<string> {
  const deliveryId = randomUUID();
  await db.query(
    `insert into delivery (id, project_id, job_id, event_id, type, terminal, receiver, url, payload, state, claimed_by, claim_id)
     values ($1, $2, $1, $1, 'job.completed', true, 'url', 'http://x.test/', 'full', $3, $4, $1)`,
    [deliveryId, project, claimedBy === null ? 'pending' : 'in_progress', claimedBy],
  );
  return deliveryId;
}

async function dead({ judgeSilence = true } = {}): Promise<string[]> {
  return (await findDeadWorkers(db, { judgeSilence, silentAfterSeconds: 15 })).sort();
}

describe('the workers whose claims are to be taken', () => {
  it('are none where nothing is claimed, with workers and without', async () => {
    await addJob(null);
    await addDelivery(null);
    expect(await dead()).toEqual([]);
    await addWorker(id('5'));
    expect(await dead()).toEqual([]);
  });

  it('are all without a row: below, between and above those that have one, each once', async () => {
    const without = ['1', '4', '6', '61', 'e'].map(id);
    for (const workerId of without.slice(0, 4)) await addJob(workerId);
    for (const workerId of [...without.slice(2), ...without.slice(2)]) await addDelivery(workerId);
    await addJob(null);
    await addDelivery(null);
    expect(await dead()).toEqual(without);
    for (const workerId of ['3', '5', '7'].map(id)) {
      await addWorker(workerId);
      await addJob(workerId);
      await addDelivery(workerId);
    }
    expect(await dead()).toEqual(without);
    expect(await dead({ judgeSilence: false })).toEqual(without);
  });

  it('are not those that live, even where only they have claims', async () => {
    for (const workerId of ['0', '5', 'f'].map(id)) {
      await addWorker(workerId);
      await addJob(workerId);
      await addDelivery(workerId);
    }
    expect(await dead()).toEqual([]);
  });

  it('are those that were reported dead, and the silent ones for who may judge, with claims and without', async () => {
    await addWorker(id('2'), 60);
    await addWorker(id('3'), 60);
    await addWorker(id('4'), 0, true);
    await addWorker(id('5'));
    await addJob(id('2'));
    await addDelivery(id('4'));
    expect(await dead({ judgeSilence: false })).toEqual(['4'].map(id));
    expect(await dead()).toEqual(['2', '3', '4'].map(id));
    // Who was silent once is dead for everybody.
    expect(await dead({ judgeSilence: false })).toEqual(['2', '3', '4'].map(id));
  });
});

it('the look for them reads no claim that a living worker has had, however long a snapshot keeps them all', async () => {
  await addWorker(id('5'));
  for (let n = 0; n < 1_000; n++) await addJob(null);
  const holder = await db.pool.connect();
  try {
    await beginAndHold(holder);
    await holder.query('set transaction isolation level repeatable read');
    await holder.query('select count(*) from job');
    for (let n = 0; n < 10; n++) {
      await db.query('update job set claimed_by = $1', [id('5')]);
      await db.query('update job set claimed_by = null');
    }
    await db.query('analyze job, delivery, worker');
    let asked: { text: string; values: unknown[] } | undefined;
    const run = async (_name: string, text: string, values: unknown[]) => {
      asked = { text, values };
      return [];
    };
    await findDeadWorkers({ run } as unknown as Db, { judgeSilence: true, silentAfterSeconds: 15 });
    const [plan] = await db.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `explain (analyze, buffers, format json) ${asked?.text}`,
      asked?.values,
    );
    const read = plan?.['QUERY PLAN'][0].Plan ?? {};
    // 10,000 entries of claims that are over lie in a few dozen pages of the index, and their rows in hundreds.
    expect((read['Shared Hit Blocks'] ?? 0) + (read['Shared Read Blocks'] ?? 0)).toBeLessThan(40);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
});

it('a claim is lost that another worker has, that nobody has, and whose row is gone, and no other', async () => {
  const [mine, other] = [id('5'), id('6')];
  const held = [await addJob(mine), await addDelivery(mine)];
  const lost = [
    await addJob(other),
    await addDelivery(other),
    await addJob(null),
    await addDelivery(null),
    randomUUID(),
  ];
  expect((await findLostClaims(db, [...held, ...lost], mine)).sort()).toEqual(lost.sort());
  expect(await findLostClaims(db, held, mine)).toEqual([]);
  expect(await findLostClaims(db, [], mine)).toEqual([]);
});
