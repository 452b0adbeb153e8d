import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { parseId } from '#src/domain/text/id.ts';
import { migrate } from '#src/store/migrate/migrate.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { administrator } from '#test/support/people.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { featureTable, libraryFeatures } from '#test/support/statements/feature-table.ts';
import { type RefusingProxy, startRefusingProxy } from '#test/support/statements/refusing-proxy.ts';
import {
  outcomes,
  type Refuses,
  type RestrictionName,
  restrictions,
  type Trial,
} from '#test/support/statements/restrictions.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [target, receiver] = await Promise.all([startTarget(), startReceiver()]);
});
afterAll(() => Promise.all([target.close(), receiver.close()]));

const refusedIn = (text: string) => /refused: ([^"()\\]+)/.exec(text)?.[1] ?? 'fails otherwise';

/** Runs something on a database of its own, through a proxy that refuses nothing before `begin`. */
async function behind(refuses: Refuses, act: (proxy: RefusingProxy, database: TestDatabase) => Promise<void>) {
  const database = await makeTestDatabase();
  const proxy = await startRefusingProxy(database.url, refuses);
  try {
    await act(proxy, database);
  } finally {
    await proxy.close();
    await database.drop();
  }
}

async function migrateEmpty(refuses: Refuses): Promise<string> {
  let outcome = 'works';
  await behind(refuses, async (proxy, { url }) => {
    await onDatabase(url, 'drop schema public cascade; drop schema pgboss cascade; create schema public');
    proxy.begin();
    await migrate(proxy.url).catch((error: unknown) => (outcome = refusedIn(String(error))));
  });
  return outcome;
}

async function startFirst(refuses: Refuses): Promise<string> {
  let outcome = 'works';
  await behind(refuses, async (proxy) => {
    proxy.begin();
    const ringback = await startRingback({ worker: false, env: { DATABASE_URL: proxy.url } }).catch(
      (error: unknown) => {
        outcome = refusedIn(String(error));
      },
    );
    await ringback?.close();
  });
  return outcome;
}

async function onDatabase(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

/** Statements without which no job comes to its request and callback, and the one that finds the jobs of the dead. */
const ofTheWay = /^(queue_\d+|find_candidates|claim_jobs|lock_jobs|update_jobs|insert_(attempts|results|deliveries))$/;
const ofRecovery = /^lock_jobs_of$/;

/** Returns the feature by which one of these statements was refused; undefined: none was. */
function refusedOf({ refused }: RefusingProxy, needed: RegExp): string | undefined {
  return [...refused].find(([, names]) => [...names].some((name) => needed.test(name)))?.[0];
}

/** Waits until it is so, or until a statement was refused without which it cannot become so. */
async function unlessRefused(proxy: RefusingProxy, needed: RegExp, isSo: () => boolean): Promise<string> {
  const feature = () => refusedOf(proxy, needed);
  await expect.poll(() => isSo() || feature() !== undefined, { timeout: 30_000 }).toBe(true);
  return isSo() ? 'works' : (feature() ?? '');
}

/** The outcome of a call over HTTP. Its answer says nothing of the database. */
function answered(status: number, proxy: RefusingProxy, needed: RegExp): string {
  return status === 200 ? 'works' : (refusedOf(proxy, needed) ?? `answers ${status}`);
}

type Around = { ringback: TestRingback; proxy: RefusingProxy; url: string };

async function submit({ ringback, proxy }: Around) {
  const callback = { url: receiver.url };
  const { status, body } = await ringback.call<SubmittedJob>('jobs.submit', { url: `${target.url}/json`, callback });
  const id = status === 200 ? body.result.data.id : 'none';
  const isCalled = () => receiver.received.some((one) => one.body.toString().includes(id));
  return { outcome: answered(status, proxy, /^insert_jobs$/), id, isCalled };
}

async function ask({ ringback, proxy }: Around, path: string, input: object, needed: RegExp): Promise<string> {
  return answered((await ringback.call(path, input, { query: path === 'jobs.list' })).status, proxy, needed);
}

async function signIn({ ringback, proxy }: Around): Promise<string> {
  const response = await fetch(`${ringback.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: ringback.url },
    body: JSON.stringify(administrator(ringback)),
  });
  return answered(response.status, proxy, /^count_try$/);
}

/** Starts a worker where one has died that had a job. It must make the job due again. */
async function recover(around: Around): Promise<Partial<Record<Trial, string>>> {
  await around.ringback.stopWorker();
  const { id, isCalled } = await submit(around);
  await onDatabase(
    around.url,
    `insert into worker (id, name, slots, dead_at) values ('00000000-0000-7000-8000-00000000dead', 'dead', 1, now());
     update job set state = 'in_progress', wait_reason = null, line_id = null, claim_id = gen_random_uuid(), next_attempt_at = null,
       claimed_by = '00000000-0000-7000-8000-00000000dead', claimed_at = now() - interval '1 min', attempt_count = 1
     where id = '${parseId('job', id)}'`,
  );
  const start = await around.ringback.startWorker().then(
    () => 'works',
    (error: unknown) => refusedIn(String(error)),
  );
  const recovery = start === 'works' ? await unlessRefused(around.proxy, ofRecovery, isCalled) : start;
  return { 'start of a worker': start, 'jobs of a dead worker': recovery };
}

/** Tries all on a Ringback that was started before anything was refused. */
async function tryAll(proxy: RefusingProxy, url: string): Promise<Partial<Record<Trial, string>>> {
  const ringback = await startRingback({ env: { DATABASE_URL: proxy.url } });
  try {
    proxy.begin();
    await expect.poll(async () => (await fetch(`${ringback.url}/readyz`)).status, { timeout: 20_000 }).toBe(200);
    return await tryOn({ ringback, proxy, url });
  } finally {
    await ringback.close();
  }
}

async function tryOn(around: Around): Promise<Partial<Record<Trial, string>>> {
  const { proxy } = around;
  const { outcome, isCalled } = await submit(around);
  const found: Partial<Record<Trial, string>> = { submit: outcome };
  found['request and callback'] = await unlessRefused(proxy, ofTheWay, isCalled);
  found['list of jobs'] = await ask(around, 'jobs.list', {}, /^$/);
  found['bulk operation'] = await ask(
    around,
    'jobs.rerunMany',
    { jobs: { filter: { state: 'failed' } } },
    /^insert_operation$/,
  );
  found['start of a run'] = await ask(around, 'runs.start', { url: receiver.url }, /^insert_run$/);
  found['sign-in'] = await signIn(around);
  return { ...found, ...(await recover(around)) };
}

it.each(Object.keys(restrictions) as RestrictionName[])(
  'what works on %s is what the docs say',
  async (name) => {
    const found: Partial<Record<Trial, string>> = {
      'migrations of an empty database': await migrateEmpty(restrictions[name]),
      'first start': await startFirst(restrictions[name]),
    };
    await behind(restrictions[name], async (proxy, { url }) => {
      Object.assign(found, await tryAll(proxy, url));
    });
    expect(found).toEqual(outcomes[name]);
  },
  180_000,
);

it('with nothing refused all of it works, and libraries use no feature that is not written down', async () => {
  await behind(
    () => undefined,
    async (proxy, { url }) => {
      const found = Object.values(await tryAll(proxy, url));
      expect(found).toEqual(found.map(() => 'works'));
      const known = new Set([...Object.keys(featureTable), ...libraryFeatures]);
      expect([...proxy.seen].filter((feature) => !known.has(feature))).toEqual([]);
      expect(libraryFeatures.filter((feature) => !proxy.seen.has(feature))).toEqual([]);
    },
  );
}, 180_000);
