import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ServerConfig } from '#src/config.ts';
import type { Job, SubmittedJob } from '#src/contract/job/job.ts';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { makeRunDelivery } from '#src/engine/deliver/run-delivery.ts';
import type { EndedDelivery } from '#src/engine/deliver/settle-delivery.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { pace } from '#src/engine/pace.ts';
import { makeAlarm } from '#src/engine/pump/alarm.ts';
import type { GroupCommit } from '#src/engine/pump/group-commit.ts';
import { makePump } from '#src/engine/pump/pump.ts';
import { makeUnderWay } from '#src/engine/pump/under-way.ts';
import { makeLog } from '#src/log.ts';
import { runWeb } from '#src/server/web-process.ts';
import type { Db } from '#src/store/db/database.ts';
import type { DeliveryRow } from '#src/store/delivery/delivery-rows.ts';
import { makeLiveness } from '#src/worker/liveness.ts';
import { runWorker } from '#src/worker/worker-process.ts';
import { freePort } from '#test/support/free-port.ts';
import { beginAndHold } from '#test/support/hold.ts';
import { type PostgresProxy, startPostgresProxy } from '#test/support/postgres-proxy.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';
import { testPace } from '#test/support/test-pace.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback({ worker: false }), startTarget(), startReceiver()]);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

const silent = makeLog({ logLevel: 'silent', logFormat: 'json' });

async function worker(changes: Partial<ServerConfig> = {}): Promise<{ stop(): Promise<void> }> {
  const running = await runWorker({ ...ringback.config, ...changes }, silent, { pace: testPace });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= running.stop());
  onTestFinished(stop);
  return { stop };
}

async function proxied(): Promise<PostgresProxy> {
  const proxy = await startPostgresProxy(ringback.databaseUrl);
  onTestFinished(() => proxy.close());
  return proxy;
}

async function submit(input: object, url = ringback.url): Promise<SubmittedJob> {
  const response = await fetch(`${url}/v1/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ringback.credentials.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const job = (await response.json()) as SubmittedJob;
  expect(job.id, JSON.stringify(job)).toMatch(/^job_/);
  return job;
}

async function ended(id: string, seconds = 20): Promise<Job> {
  return (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=${seconds}`)).json()) as Job;
}

async function sql<T extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> {
  return (await ringback.db.pool.query(text, values)).rows as T[];
}

describe('secrets', () => {
  it('stay masked when a job is run again with other names to redact', async () => {
    await worker();
    const first = await submit({
      url: `${target.url}/json?token=hush-hush`,
      method: 'POST',
      json: { user: 'body-hush' },
      redact: { query: ['token'], body: ['/user'] },
      keepSecretsSeconds: 600,
    });
    await ended(first.id);
    const again = await ringback.call<SubmittedJob>('jobs.rerun', { id: first.id, edits: { redact: {} } });
    const job = again.body.result?.data;
    // Refusing is right too.
    if (job === undefined) return expect(again.body.error.data.code).toBe('secrets_erased');
    expect(job.url).not.toContain('hush');
    const bodies = await sql<{ text: string }>(`select encode(bytes, 'escape') as text from job_body`);
    expect(bodies.map(({ text }) => text).join()).not.toContain('body-hush');
  });

  it('are not sent to another host when a job is run again with another URL', async () => {
    await worker();
    const other = await startTarget();
    onTestFinished(() => other.close());
    const headers = { authorization: 'Bearer hush' };
    const first = await submit({ url: `${target.url}/json`, headers, keepSecretsSeconds: 600 });
    await ended(first.id);
    const again = await ringback.call<SubmittedJob>('jobs.rerun', {
      id: first.id,
      edits: { url: `${other.url}/echo` },
    });
    const job = again.body.result?.data;
    if (job === undefined) return expect(again.body.error.data.code).toBe('secrets_erased');
    await ended(job.id);
    expect(other.requests[0]?.headers.authorization).not.toBe('Bearer hush');
  });
});

describe('a commit whose answer is lost', () => {
  it('of a claim: the job runs all the same, while its worker lives on', async () => {
    const proxy = await proxied();
    const lost = proxy.loseCommitAfter('claim_jobs');
    const job = await submit({ url: `${target.url}/json?claim` });
    await worker({ databaseUrl: proxy.url });
    await lost;
    expect(await ended(job.id, 45)).toMatchObject({ state: 'completed' });
  });

  it('of a settlement: the callback is sent all the same, while its worker lives on', async () => {
    const proxy = await proxied();
    await worker({ databaseUrl: proxy.url });
    const lost = proxy.loseCommitAfter('insert_deliveries');
    const callback = `${receiver.url}/settled`;
    const job = await submit({ url: `${target.url}/json?settle`, callback });
    await lost;
    expect(await ended(job.id)).toMatchObject({ state: 'completed' });
    await receiver.waitFor((all) => all.some((one) => one.path === '/settled'), 45_000);
  });

  it('of a submission: it is accepted, or refused and does not run', async () => {
    const proxy = await proxied();
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const web = await runWeb({ ...ringback.config, databaseUrl: proxy.url, port, url }, silent, { dashboard: false });
    onTestFinished(() => web.stop());
    const lost = proxy.loseCommitAfter('insert_jobs');
    const label = randomUUID();
    const response = await fetch(`${url}/v1/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ringback.credentials.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ url: `${target.url}/json`, labels: [label], delaySeconds: 3_600 }),
    });
    await lost;
    const stored = await sql('select 1 as n from job where labels @> array[$1]', [label]);
    expect([response.status, stored.length], await response.text()).toEqual([202, 1]);
  });
});

describe('claims of a worker that nobody knows', () => {
  it('are taken back: it committed its claim after the others had forgotten it', async () => {
    const job = await submit({ url: `${target.url}/json?orphan` });
    const [claimed] = await sql<{ id: string }>(
      `update job set state = 'in_progress', claim_id = gen_random_uuid(), claimed_by = gen_random_uuid(),
         claimed_at = now() - interval '1 minute', attempt_count = 1, next_attempt_at = null, admitted_at = null
       where id = (select id from job where url like '%orphan') returning id`,
    );
    expect(claimed).toBeDefined();
    await worker();
    expect(await ended(job.id, 40)).toMatchObject({ state: 'completed' });
  });

  it('are taken back by a worker started with the id of the one that died', async () => {
    const id = randomUUID();
    const job = await submit({ url: `${target.url}/json?sameid` });
    await sql(`insert into worker (id, name, slots, heartbeat_at) values ($1, 'dead', 1, now() - interval '5 s')`, [
      id,
    ]);
    await sql(
      `update job set state = 'in_progress', claim_id = gen_random_uuid(), claimed_by = $1,
         claimed_at = now() - interval '1 minute', attempt_count = 1, next_attempt_at = null, admitted_at = null
       where url like '%sameid'`,
      [id],
    );
    await worker({ workerId: id });
    expect(await ended(job.id, 40)).toMatchObject({ state: 'completed' });
  });

  it('are taken back also while one of them is locked by somebody', async () => {
    const dead = randomUUID();
    const jobs = await Promise.all([1, 2].map((n) => submit({ url: `${target.url}/json?locked=${n}` })));
    await sql(`insert into worker (id, name, slots, dead_at) values ($1, 'dead', 1, now())`, [dead]);
    await sql(
      `update job set state = 'in_progress', claim_id = gen_random_uuid(), claimed_by = $1, claimed_at = now(),
         attempt_count = 1, next_attempt_at = null, admitted_at = null where url like '%locked=%'`,
      [dead],
    );
    const client = await ringback.db.pool.connect();
    await beginAndHold(client);
    await client.query(`select 1 from job where url like '%locked=1' for update`);
    try {
      await worker();
      expect(await ended(jobs[1]?.id ?? '', 20)).toMatchObject({ state: 'completed' });
    } finally {
      await client.query('rollback');
      client.release();
    }
    expect(await ended(jobs[0]?.id ?? '', 20)).toMatchObject({ state: 'completed' });
  });
});

it('a callback whose payload is being loaded when its worker is told to stop in an outage is not given up', async () => {
  const underWay = makeUnderWay(1);
  const outcomes: Outcome[] = [];
  const away = { run: () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })) };
  const deps = { db: away, now: Date.now, log: silent, publicUrl: '' } as unknown as EngineDeps;
  const settle = {
    pending: { items: 0, bytes: 0 },
    idle: () => Promise.resolve(),
    add: async (ended: { outcome: Outcome }) => void outcomes.push(ended.outcome),
  } as unknown as GroupCommit<EndedDelivery, undefined>;
  const send = () => Promise.reject(new Error('nothing is to be sent'));
  const egress = { note: () => undefined, isDown: () => false, othersAnswer: () => true };
  const signers = { of: () => Promise.resolve([]), forget: () => undefined };
  const options = { send, egress, signers, worker: { id: 'w', name: 'w' }, maxResponseBytes: 1 };
  const run = makeRunDelivery(deps, options as unknown as Parameters<typeof makeRunDelivery>[1], settle);
  const delivery = { id: randomUUID(), job_id: randomUUID(), project_id: randomUUID(), body: null } as DeliveryRow;
  const ended = run(delivery, null, underWay.of('delivery').takeForClaimed());
  underWay.abort(delivery.id, 'shutdown');
  await ended;
  expect(outcomes).toEqual([{ kind: 'interrupted', by: 'shutdown' }]);
});

describe('a worker', () => {
  it('with free slots claims what waits, however few they are', async () => {
    const waiting = Array.from({ length: 400 }, (_, index) => index);
    let running = 0;
    const alarm = makeAlarm();
    const pump = makePump<number>({
      ...{ name: 'numbers', alarm, mayBeLost: () => false },
      slots: makeUnderWay(512).of('job'),
      claim: async (limit) => {
        const work = waiting.splice(0, limit);
        return { work, more: work.length === limit };
      },
      perform: () => {
        running += 1;
        return new Promise(() => undefined);
      },
      mayClaim: () => true,
      onError: () => undefined,
    });
    pump.start();
    onTestFinished(() => pump.stop());
    await expect.poll(() => running).toBe(400);
    waiting.push(400);
    alarm.wake();
    await expect.poll(() => running, { timeout: 3_000 }).toBe(401);
  });

  it('whose heartbeat hung for 20 s does not judge the silence of others right after', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    let hang: PromiseWithResolvers<unknown[]> | undefined;
    const run = () => (hang === undefined ? Promise.resolve([{ id: 'me' }]) : hang.promise);
    const none = () => undefined;
    const me = { id: 'me', name: 'me', slots: 1, pace, onDeclaredDead: none, onError: none };
    const liveness = await makeLiveness({ run } as unknown as Db, {
      ...me,
      condition: () => ({ inFlight: 0, egressDown: false }),
    });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(liveness.mayJudge()).toBe(true);
    hang = Promise.withResolvers();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(liveness.mayJudge()).toBe(false);
    const back = hang;
    hang = undefined;
    back.resolve([{ id: 'me' }]);
    await vi.advanceTimersByTimeAsync(10);
    expect(liveness.mayJudge()).toBe(false);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(liveness.mayJudge()).toBe(true);
    await liveness.stop();
  });
});

it('a submission while the database hangs is refused as unavailable, not held for ever', async () => {
  const proxy = await proxied();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const options = { dashboard: false, pace: { ...testPace, queryTimeoutMs: 3_000 } };
  const web = await runWeb({ ...ringback.config, databaseUrl: proxy.url, port, url }, silent, options);
  onTestFinished(async () => {
    proxy.resume();
    await web.stop();
  });
  await submit({ url: `${target.url}/json`, delaySeconds: 3_600 }, url);
  proxy.freeze();
  const response = await fetch(`${url}/v1/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ringback.credentials.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: `${target.url}/json`, delaySeconds: 3_600 }),
    signal: AbortSignal.timeout(30_000),
  });
  expect(response.status).toBe(503);
}, 60_000);

it('a submission whose commit was under way when the database went away is not told that nothing was accepted', async () => {
  const proxy = await proxied();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const web = await runWeb({ ...ringback.config, databaseUrl: proxy.url, port, url }, silent, { dashboard: false });
  onTestFinished(async () => {
    proxy.resume();
    await web.stop();
  });
  const lost = proxy.loseCommitAfter('insert_jobs').then(() => proxy.cut());
  const label = randomUUID();
  const response = await fetch(`${url}/v1/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ringback.credentials.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: `${target.url}/json`, labels: [label], delaySeconds: 3_600 }),
  });
  await lost;
  expect(await sql('select 1 as n from job where labels @> array[$1]', [label])).toHaveLength(1);
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain('nothing was accepted');
});

it('a web process that stops answers those who wait with the job as it is, at once', async () => {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const web = await runWeb({ ...ringback.config, port, url }, silent, { dashboard: false });
  const job = await submit({ url: `${target.url}/json`, delaySeconds: 3_600 }, url);
  const authorization = `Bearer ${ringback.credentials.apiKey}`;
  const [now] = await sql<{ now: Date }>('select now()');
  const waiting = fetch(`${url}/v1/jobs/${job.id}?wait=60`, { headers: { authorization } });
  waiting.catch(() => undefined);
  const looking = `select 1 as n from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and query_start > $1
      and query like 'select j.id, % from job j where j.id = any%'`;
  await expect.poll(async () => (await sql(looking, [now?.now])).length).toBeGreaterThan(0);
  const from = performance.now();
  await web.stop();
  expect([(await waiting).status, performance.now() - from < 30_000]).toEqual([200, true]);
});

it('an idempotency key whose job is gone by its retention is free again', async () => {
  const idempotencyKey = randomUUID();
  const job = await submit({ url: `${target.url}/json`, idempotencyKey, delaySeconds: 3_600 });
  await ringback.call('jobs.cancel', { id: job.id });
  await sql(`delete from job where idempotency_key = $1`, [idempotencyKey]);
  const again = await submit({ url: `${target.url}/json`, idempotencyKey, delaySeconds: 3_600 });
  expect(again).toMatchObject({ replayed: false, state: 'scheduled' });
});
