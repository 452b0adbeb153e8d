import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryStore, nextRoute, type SeenStore } from '#src/client/index.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { readExample } from './readme.ts';
import { eventText, secret, sign } from './signed-callback.ts';

let database: TestDatabase;
let pools: pg.Pool[];
let folder: string;
let postgresStore: (pool: pg.Pool) => SeenStore;

/** The table and the store are those of the client's README. */
beforeAll(async () => {
  database = await makeTestDatabase();
  pools = [1, 2].map(() => new pg.Pool({ connectionString: database.url, max: 4 }));
  await pools[0]?.query(readExample('sql', 'create table ringback_seen'));
  folder = await mkdtemp(path.join(tmpdir(), 'ringback-seen-'));
  const file = path.join(folder, 'seen-store.ts');
  await writeFile(file, readExample('ts', '// seen-store.ts'));
  ({ postgresStore } = await import(pathToFileURL(file).href));
});

afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await pools[0]?.query('truncate ringback_seen');
});

/** Stores as two processes have them; those in memory share nothing, so it is one. */
const kinds: Record<string, () => [SeenStore, SeenStore]> = {
  'memoryStore()': () => {
    const store = memoryStore();
    return [store, store];
  },
  'the PostgreSQL store of the README': () => {
    const [one, two] = pools.map((pool) => postgresStore(pool));
    if (!one || !two) throw new Error('there are two pools');
    return [one, two];
  },
};

describe.each(Object.entries(kinds))('%s', (_name, make) => {
  const held = async (store: SeenStore, id = 'evt_1', leaseSeconds = 900) => {
    const claim = await store.claim(id, leaseSeconds);
    if (typeof claim === 'string') throw new Error(`${id} is ${claim}`);
    return claim;
  };

  it('gives an event to one of many who ask at the same time', async () => {
    const stores = make();
    const asked = Array.from({ length: 20 }, (_, n) => (stores[n % 2] as SeenStore).claim('evt_1', 900));
    const answers = await Promise.all(asked);
    expect(answers.filter((answer) => typeof answer === 'object')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'in_progress')).toHaveLength(19);
    await held(stores[0], 'evt_2');
  });

  it('gives it again once it was released, and never once it was done', async () => {
    const [here, there] = make();
    await (await held(here)).release();
    const claim = await held(there);
    expect(await here.claim('evt_1', 900)).toBe('in_progress');
    await claim.done();
    expect(await here.claim('evt_1', 900)).toBe('done');
    expect(await there.claim('evt_1', 0)).toBe('done');
  });

  it('gives a claim whose lease has ended to one other', async () => {
    const [here, there] = make();
    await held(here, 'evt_1', 0);
    const answers = await Promise.all([here, there, here, there].map((store) => store.claim('evt_1', 900)));
    expect(answers.filter((answer) => typeof answer === 'object')).toHaveLength(1);
  });

  it('does not let one that has lost its claim release the claim of another', async () => {
    const [here, there] = make();
    const lost = await held(here, 'evt_1', 0);
    const claim = await held(there);
    await lost.release();
    expect(await here.claim('evt_1', 900)).toBe('in_progress');
    await claim.done();
    await lost.release();
    expect(await here.claim('evt_1', 900)).toBe('done');
  });

  it('counts as done what was done after the claim was lost', async () => {
    const [here, there] = make();
    const lost = await held(here, 'evt_1', 0);
    const claim = await held(there);
    await lost.done();
    expect(await there.claim('evt_1', 900)).toBe('done');
    await claim.release();
    expect(await there.claim('evt_1', 900)).toBe('done');

    const late = await held(here, 'evt_2', 0);
    await (await held(there, 'evt_2')).release();
    await late.done();
    expect(await there.claim('evt_2', 900)).toBe('done');
  });

  it('makes two receivers handle an event once', async () => {
    const runs: string[] = [];
    const go = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const routes = make().map((seen) =>
      nextRoute({
        secrets: secret,
        seen,
        on: {
          'job.completed': async ({ id }) => {
            runs.push(id);
            begun.resolve();
            await go.promise;
          },
        },
      }),
    );
    const send = async (n: number) => {
      const request = new Request('https://app.test/', { method: 'POST', ...sign(eventText()) });
      return (await routes[n % 2]?.(request))?.status;
    };
    const early = send(0);
    await begun.promise;
    expect(await Promise.all([send(1), send(0), send(1)])).toEqual([409, 409, 409]);
    go.resolve();
    expect(await early).toBe(204);
    expect(await Promise.all([send(0), send(1)])).toEqual([204, 204]);
    expect(runs).toEqual(['evt_1']);
  });
});

it('forgets what is old by the statement of the README, and nothing else', async () => {
  const [pool] = pools as [pg.Pool];
  await pool.query(`insert into ringback_seen (id, claim, claimed_until, done_at)
    select n, gen_random_uuid(), now() - make_interval(days => lease), now() - make_interval(days => done)
    from (values ('done long ago', 31, 31), ('done', 29, 29), ('left behind', 31, null), ('claimed', 0, null)) v (n, lease, done)`);
  await pool.query(readExample('sql', 'delete from ringback_seen'));
  const { rows } = await pool.query('select id from ringback_seen order by id');
  expect(rows.map(({ id }) => id)).toEqual(['claimed', 'done']);
});
