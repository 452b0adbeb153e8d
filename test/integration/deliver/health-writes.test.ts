import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { recordHealth } from '#src/engine/deliver/record-health.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';

let database: TestDatabase;
let db: Db;
const [project, endpoint] = [randomUUID(), randomUUID()];

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 2, name: 'health' });
  await db.query(`insert into project (id, name) values ($1, 'health')`, [project]);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});
beforeEach(async () => {
  await db.query('delete from endpoint');
  await db.query(
    `insert into endpoint (id, project_id, name, url, headers, events, labels) values ($1, $2, 'e', 'http://x.test/', '{}', '{}', '{}')`,
    [endpoint, project],
  );
});

const answered = (status: number): Outcome =>
  ({ kind: 'response', status, headers: [], body: null }) as unknown as Outcome;
const interrupted: Outcome = { kind: 'interrupted', by: 'shutdown' };
const blocked = { kind: 'blocked', message: 'private' } as unknown as Outcome;
const start = Date.now();

/** The outcome of a delivery so many milliseconds after the start, and whether the row of the endpoint was written. */
async function writes(outcome: Outcome, ms: number): Promise<boolean> {
  const before = await version();
  const at = new Date(start + ms);
  const one = {
    ended: { delivery: { endpoint_id: endpoint, claimed_at: at }, outcome, startedAt: at, endedAt: at },
    attempt: { failure: outcome.kind === 'blocked' ? { code: 'blocked_target', message: 'private' } : null },
  };
  await db.transaction((tx) => recordHealth(tx, [one], {} as Parameters<typeof recordHealth>[2]));
  return (await version()) !== before;
}

async function version(): Promise<string | undefined> {
  return (await db.query<{ version: string }>(`select ctid::text as version from endpoint`))[0]?.version;
}

async function row(): Promise<Record<string, Date | null> | undefined> {
  const [found] = await db.query<Record<string, Date | null>>(
    'select last_success_at, last_failure_at, failing_since, paused_until, recovered_at, problem from endpoint',
  );
  return found;
}

it('of successes on end the endpoint keeps one each ten seconds', async () => {
  expect(await writes(answered(204), 0)).toBe(true);
  expect(await writes(answered(204), 1)).toBe(false);
  expect(await writes(answered(200), 9_999)).toBe(false);
  expect((await row())?.last_success_at).toEqual(new Date(start));
  expect(await writes(answered(204), 10_000)).toBe(true);
  expect((await row())?.last_success_at).toEqual(new Date(start + 10_000));
  expect(await writes(interrupted, 11_000)).toBe(false);
  // Of a clock that was ahead it does not stay at that.
  await db.query(`update endpoint set last_success_at = last_success_at + interval '1 hour'`);
  expect(await writes(answered(204), 12_000)).toBe(true);
});

it('every failure and the success after it are kept at once', async () => {
  expect(await writes(answered(204), 0)).toBe(true);
  expect(await writes(answered(500), 100)).toBe(true);
  expect(await writes(answered(500), 200)).toBe(true);
  expect(await row()).toMatchObject({
    failing_since: new Date(start + 100),
    last_failure_at: new Date(start + 200),
  });
  expect(await writes(answered(204), 300)).toBe(true);
  expect(await row()).toMatchObject({ failing_since: null, last_success_at: new Date(start + 300) });
});

it('the end of a pause, of a wait that was asked for, and of a problem are kept at once', async () => {
  expect(await writes(answered(204), 0)).toBe(true);
  expect(await writes(answered(503), 100)).toBe(true);
  expect((await row())?.paused_until).not.toBeNull();
  expect(await writes(answered(204), 200)).toBe(true);
  expect((await row())?.paused_until).toBeNull();
  await db.query(`update endpoint set asked_until = now() + interval '1 minute'`);
  expect(await writes(answered(204), 300)).toBe(true);
  expect(await writes(blocked, 400)).toBe(true);
  expect((await row())?.problem).toMatchObject({ code: 'blocked_target' });
  await db.query('update endpoint set failing_since = null');
  expect(await writes(answered(204), 500)).toBe(true);
  expect((await row())?.problem).toBeNull();
  expect(await writes(answered(204), 600)).toBe(false);
});
