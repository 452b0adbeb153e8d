import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

/** A database that is there and does not do what it is asked to. */

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([
    startRingback({ env: { RINGBACK_DB_POOL: '2' } }),
    startTarget(),
    startReceiver(),
  ]);
});
afterEach(() => {
  receiver.received.length = 0;
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

type Answer = { status: number; body: { id: string; code?: string; detail?: string } };

async function submit(path = '/json'): Promise<Answer> {
  const json = { url: target.url + path, callback: receiver.url };
  const response = await ringback.rest('POST', '/v1/jobs', { json });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

/** Submits again and again until the condition holds, and returns all answers. */
async function submitUntil(met: (answers: readonly Answer[]) => boolean): Promise<Answer[]> {
  const answers: Answer[] = [];
  while (!met(answers)) {
    answers.push(await submit());
    if (answers.length > 400) throw new Error(`no end after ${answers.length} answers`);
  }
  return answers;
}

const accepted = (answers: readonly Answer[]) => answers.filter(({ status }) => status === 202);

/** Each accepted job has one event, and no refused one is heard of. */
async function allTold(answers: readonly Answer[]): Promise<void> {
  const ids = accepted(answers).map(({ body }) => body.id);
  const told = () =>
    new Map(
      receiver.received.map((one) => [/"id":"(job_\w+)"/.exec(one.body.toString())?.[1], one.headers['webhook-id']]),
    );
  await receiver.waitFor(() => {
    const seen = told();
    return ids.every((id) => seen.has(id));
  }, 30_000);
  expect(new Set(receiver.received.map((one) => one.headers['webhook-id'])).size).toBe(told().size);
}

const terminate = () =>
  ringback.db.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and application_name like 'ringback %'
       and application_name <> 'ringback test'`,
  );

it('backends that are terminated again and again lose nothing that was accepted', async () => {
  const answers: Answer[] = [];
  // In some rounds there is none: all have just been terminated.
  for (let ended = 0; ended < 60; ) {
    const [terminated, ...some] = await Promise.all([terminate(), ...Array.from({ length: 8 }, () => submit())]);
    ended += terminated.rowCount ?? 0;
    answers.push(...some);
  }
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.code ?? ''}`.trim()))).toSatisfy(
    (kinds: Set<string>) => [...kinds].every((kind) => kind === '202' || kind === '503 unavailable'),
  );
  expect(accepted(answers).length).toBeGreaterThan(20);
  await allTold(answers);
}, 90_000);

it('connections that lead to a server that has become read-only are left for those of the new primary', async () => {
  const [{ name }] = (await ringback.db.pool.query('select current_database() as name')).rows as [{ name: string }];
  await ringback.db.pool.query(`alter database ${name} set default_transaction_read_only = on`);
  await terminate();
  const before = await submitUntil((answers) => answers.at(-1)?.status === 503);
  // From now on new connections are to the primary; those that are open stay read-only.
  await ringback.db.pool.query(
    `set default_transaction_read_only = off; alter database ${name} reset default_transaction_read_only`,
  );
  const after = await submitUntil((answers) => accepted(answers).length >= 5);
  await allTold([...before, ...after]);
}, 90_000);

/** Holds a lock that lets nobody else touch a table, while something is done. */
async function whileLocked<T>(table: string, act: () => Promise<T>): Promise<T> {
  const client = new pg.Client(ringback.databaseUrl);
  await client.connect();
  try {
    await client.query(`begin; lock table ${table} in access exclusive mode`);
    return await act();
  } finally {
    await client.end();
  }
}

it('a pool that queries of a dashboard have used up refuses by name and does not hang, and jobs go on', async () => {
  const slow = await submit('/slow/3000');
  const during = await whileLocked('upstream', async () => {
    const reads = Array.from({ length: 20 }, () => ringback.rest('GET', '/v1/upstreams'));
    const refused = await submitUntil((answers) => answers.length > 0 && answers.at(-1)?.status !== 202);
    expect(refused.at(-1)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    // The worker has connections of its own.
    await receiver.waitFor((all) => all.some((one) => one.body.toString().includes(slow.body.id)), 20_000);
    expect(new Set((await Promise.all(reads)).map(({ status }) => status))).toEqual(new Set([503]));
    return refused;
  });
  const after = await submitUntil((answers) => accepted(answers).length >= 3);
  await allTold([...during, ...after]);
}, 90_000);

it('a table that a migration has locked refuses submissions by name, and works on when it is free', async () => {
  const refused = await whileLocked('job', () => submit());
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  const after = await submitUntil((answers) => accepted(answers).length >= 3);
  await allTold(after);
}, 90_000);

it('a flood of signals wakes and does nothing else: each job runs once', async () => {
  const channels = ['due', 'submitted', 'ended', 'line', 'cancelled', 'cooldown', 'secrets'];
  let on = true;
  onTestFinished(() => {
    on = false;
  });
  const flood = (async () => {
    let sent = 0;
    for (; on; sent += 1_000)
      await ringback.db.pool.query(`select pg_notify('ringback_' || $1, i::text) from generate_series(1, 1000) as i`, [
        channels[(sent / 1_000) % channels.length],
      ]);
    return sent;
  })();
  const before = target.requests.length;
  const answers = await submitUntil((all) => all.length === 100);
  expect(accepted(answers)).toHaveLength(100);
  await allTold(answers);
  on = false;
  expect(await flood).toBeGreaterThan(10_000);
  expect(target.requests.length - before).toBe(100);
}, 90_000);
