import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRingback, type Ringback, type ServeHandler, serve } from '#src/client/index.ts';
import type { RunKept } from '#src/contract/run/run-turn.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { parseId } from '#src/domain/text/id.ts';
import { receiversLiveMs } from '#src/engine/receivers-cache.ts';
import { makeProjectRetention, retain } from '#src/engine/retain/retain.ts';
import { retentionDefaults } from '#src/engine/retain/retention-settings.ts';
import { keepSteps } from '#src/engine/run/keep-steps.ts';
import { makeLog } from '#src/log.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { makeServerDeps } from '#src/server/web-process.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type AppRoutes, type ServeApp, startServeApp } from '#test/support/serve-app.ts';

let server: TestRingback;
let target: GatedTarget;
let app: ServeApp;
let client: Ringback;
let deps: ServerDeps;
const routes: AppRoutes = {};

beforeAll(async () => {
  server = await startRingback();
  app = await startServeApp(routes);
  client = createRingback({ url: server.url, apiKey: server.credentials.apiKey, appUrl: app.url });
  deps = await makeServerDeps(server.config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
});
beforeEach(async () => {
  target = await startGatedTarget();
});
afterEach(() => target.close());
afterAll(async () => {
  await app.close();
  await deps.queue.stop();
  await deps.db.close();
  await server.close();
});

function addRoute<Payload, Result>(name: string, handler: ServeHandler<Payload, Result>): string {
  routes[`/${name}`] = serve(handler, { url: server.url, apiKey: server.credentials.apiKey });
  return `/${name}`;
}

const uuidOf = (id: string) => parseId('run', id) ?? '';
const sql = (text: string, values: unknown[]) => server.db.pool.query(text, values);
const stateOf = async (id: string) => (await client.runs.get(id)).state;

it('neither the token of a turn nor the URL of a callback is stored or logged as it is', async () => {
  const secrets: string[] = [];
  let url = '';
  const handler: ServeHandler<null, unknown> = async (_, io) => {
    url = await io.callbackUrl('approval');
    return io.waitForCallback('approval');
  };
  const route = addRoute('secrets', handler);
  const inner = routes[route];
  routes[route] = async (request) => {
    secrets.push(request.headers.get('ringback-run-token') ?? '');
    return inner?.(request) ?? new Response();
  };
  const run = await client.start(route);
  await expect.poll(() => stateOf(run.id)).toBe('waiting');
  await fetch(`${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`, { method: 'POST', body: '1' });
  await fetch(url, { method: 'POST', body: '1' });
  await client.runs.wait(run.id, { timeoutMs: 20_000 });
  secrets.push(url.split('.').at(-1) ?? '');
  expect(secrets).toHaveLength(3);
  const tables = await sql(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
    [],
  );
  const dump = await Promise.all(
    (tables.rows as { name: string }[]).map(
      async ({ name }) => (await sql(`select t::text as row from "${name}" t`, [])).rows,
    ),
  );
  const text = JSON.stringify(dump) + server.logged();
  for (const secret of secrets) {
    expect(secret.length).toBe(43);
    for (const form of [secret, Buffer.from(secret).toString('hex')]) expect(text).not.toContain(form);
  }
});

it('what a route of an earlier turn sends is refused, and changes nothing', async () => {
  const proofs: { run: string; turn: number; token: string }[] = [];
  const route = addRoute('stale', async (_: null, io) => {
    await io.sleep('50ms');
    return io.waitForCallback('never');
  });
  const inner = routes[route];
  routes[route] = async (request) => {
    const { run, turn } = (await request.clone().json()) as { run: string; turn: number };
    proofs.push({ run, turn, token: request.headers.get('ringback-run-token') ?? '' });
    return inner?.(request) ?? new Response();
  };
  const run = await client.start(route);
  await expect.poll(async () => (await client.runs.get(run.id)).steps.length).toBe(2);
  await expect.poll(() => stateOf(run.id)).toBe('waiting');
  const steps = [
    { kind: 'request', key: 'late', n: 1, job: { url: target.url } },
    { kind: 'step', key: 'late too', n: 2, result: '1' },
  ];
  for (const proof of proofs) {
    for (const path of ['runs.enter', 'runs.keep']) {
      const input = path === 'runs.keep' ? { ...proof, steps } : proof;
      const { body } = await server.call<RunKept>(path, input);
      expect(body.result.data).toEqual({ state: 'stale' });
    }
  }
  expect((await client.runs.get(run.id)).steps.map(({ key }) => key)).toEqual(['sleep-1', 'never']);
  expect(target.total()).toBe(0);
});

it('a request that cannot be stored just now is not refused for ever: the whole call fails, and may be made again', async () => {
  const outcomes: unknown[] = [];
  const route = addRoute('later', async () => 'done');
  const inner = routes[route];
  routes[route] = async (request) => {
    const { run, turn } = (await request.clone().json()) as { run: string; turn: number };
    const proof = { run, turn, token: request.headers.get('ringback-run-token') ?? '' };
    const { rows } = await sql('select project_id from run where id = $1', [uuidOf(run)]);
    const steps = [{ kind: 'request', key: 'one', n: 1, job: { url: target.url } }] as const;
    for (const code of ['unavailable', 'blocked_target'] as const) {
      const submit = () => Promise.reject(new Refusal(code, 'not taken'));
      const keeping = keepSteps(deps, rows[0]?.project_id, proof, steps, submit);
      outcomes.push(await keeping.catch((error: Refusal) => error.code));
    }
    return inner?.(request) ?? new Response();
  };
  const run = await client.start(route);
  await client.runs.wait(run.id, { timeoutMs: 20_000 });
  const refused = { ok: false, error: { code: 'blocked_target', message: 'not taken' } };
  expect(outcomes).toEqual(['unavailable', { state: 'kept', steps: [refused] }]);
});

it('a call that is made again counts its own steps once, and others up to the limit of a run', async () => {
  const named = (word: string) => Array.from({ length: 600 }, (_, index) => `${word}-${index}`);
  const answers: unknown[] = [];
  const route = addRoute('again', async () => 'done');
  const inner = routes[route];
  routes[route] = async (request) => {
    const { run, turn } = (await request.clone().json()) as { run: string; turn: number };
    const proof = { run, turn, token: request.headers.get('ringback-run-token') ?? '' };
    for (const word of ['one', 'one', 'two']) {
      const steps = named(word).map((key, n) => ({ kind: 'sleep', key, n, duration: '1h' }));
      const { body } = await server.call<Extract<RunKept, { state: 'kept' }>>('runs.keep', { ...proof, steps });
      answers.push(body.error?.data.code ?? body.result.data.steps.filter(({ ok }) => ok).length);
    }
    return inner?.(request) ?? new Response();
  };
  const run = await client.start(route);
  await client.runs.wait(run.id, { timeoutMs: 20_000 });
  expect(answers).toEqual([600, 600, 'invalid_input']);
});

it('endpoints are told of the requests of a run, and not of its turns', async () => {
  target.open();
  const endpoint = {
    name: 'all',
    url: `${target.url}/hook`,
    events: ['job.completed', 'job.started'],
    projectWide: true,
  };
  const made = await server.call<{ id: string }>('endpoints.create', endpoint);
  expect(made.status).toBe(200);
  // A worker that has asked for the endpoints a moment ago does not know this one yet.
  await sleep(receiversLiveMs);
  const route = addRoute('told', (_: null, io) => io.backgroundFetch('a', `${target.url}/a`));
  const { id } = await client.start(route);
  const run = await client.runs.wait(id, { timeoutMs: 20_000 });
  const jobId = run.steps[0]?.jobId ?? '';
  expect(await client.get(jobId)).toMatchObject({ run: id });
  const { body } = await server.call<{ deliveries: { jobId: string; type: string }[] }>(
    'deliveries.list',
    { endpointId: made.body.result.data.id },
    { query: true },
  );
  const told = body.result.data.deliveries.map((delivery) => [delivery.jobId, delivery.type]);
  expect(told.every(([of]) => of === jobId)).toBe(true);
  expect(told.map(([, type]) => type)).toContain('job.completed');
  await server.call('endpoints.delete', { id: made.body.result.data.id });
});

it('many runs with many requests at once all come to their end, and each request is sent once', async () => {
  target.open();
  const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
  const route = addRoute('many', async (index: number, io) => {
    const all = await Promise.all(names.map((name) => io.backgroundFetch(name, `${target.url}/${index}/${name}`)));
    return all.length;
  });
  const runs = await Promise.all(Array.from({ length: 15 }, (_, index) => client.start(route, index)));
  const ended = await Promise.all(runs.map(({ id }) => client.runs.wait(id, { timeoutMs: 50_000 })));
  expect(ended.map(({ result }) => result)).toEqual(runs.map(() => 12));
  expect([...target.hits.values()].every((count) => count === 1)).toBe(true);
  expect(target.total()).toBe(180);
  const { rows } = await sql(
    `select count(*)::int as open from run where state in ('running', 'waiting') and name = $1`,
    [route],
  );
  expect(rows[0]).toEqual({ open: 0 });
}, 90_000);

it('an open run keeps the results that it will read, and an ended one is cleared in its time', async () => {
  target.open();
  let url = '';
  const route = addRoute('kept', async (payload: string, io) => {
    const response = await io.fetch(`${target.url}/kept`, { ringback: { resultTtlSeconds: 0 } });
    url = await io.callbackUrl('go');
    const sent = await io.waitForCallback('go');
    return [payload, await response.json(), sent];
  });
  const run = await client.start(route, 'cats');
  await expect.poll(async () => (await client.runs.get(run.id)).steps.map(({ key }) => key)).toContain('go');
  await expect.poll(() => stateOf(run.id)).toBe('waiting');
  const clear = makeProjectRetention(deps, retentionDefaults(1));
  const old = `update job set ended_at = ended_at - interval '3 days', created_at = created_at - interval '3 days',
    result_expires_at = now() - interval '1 day' where run_id = $1 and ended_at is not null`;
  await sql(old, [uuidOf(run.id)]);
  await sql(
    `update result set expires_at = now() - interval '1 day' where job_id in (select id from job where run_id = $1)`,
    [uuidOf(run.id)],
  );
  await retain(deps);
  await clear();
  await fetch(url, { method: 'POST', body: '"go"' });
  const done = await client.runs.wait(run.id, { timeoutMs: 20_000 });
  expect(done.result).toEqual(['cats', { hit: 1 }, 'go']);
  expect(target.hits.get('/kept')).toBe(1);

  await sql(`update run set expires_at = now() where id = $1`, [uuidOf(run.id)]);
  await retain(deps);
  expect(await client.runs.get(run.id)).toMatchObject({ state: 'completed', payload: null, result: null });
  const { rows } = await sql('select result from run_part where run_id = $1', [uuidOf(run.id)]);
  expect(rows.every((row: { result: string | null }) => row.result === null)).toBe(true);
  const older = `00000000-0000-7000-8000-${uuidOf(run.id).slice(-12)}`;
  await sql('alter table run_part drop constraint run_part_run_id_fkey', []);
  await sql(`update run set id = $2, ended_at = now() - interval '2 days' where id = $1`, [uuidOf(run.id), older]);
  await clear();
  expect((await sql('select 1 from run where id = $1', [older])).rowCount).toBe(0);
});

it('a run whose time is over fails, and so does one that has waited for too long', async () => {
  const route = addRoute('overdue', (_: null, io) => io.waitForCallback('never'));
  const run = await client.start(route);
  await expect.poll(() => stateOf(run.id)).toBe('waiting');
  await sql('update run set deadline_at = now(), wake_at = now() where id = $1', [uuidOf(run.id)]);
  await expect.poll(async () => (await client.runs.get(run.id)).error?.code).toBe('run_expired');
});

it('the end of a turn by hand ends the run, and that of a request does not', async () => {
  const gate = Promise.withResolvers<void>();
  const route = addRoute('by-hand', async (_: null, io) => {
    const failed = await io.backgroundFetch('a', `${target.url}/a`).catch((error: { code: string }) => error.code);
    await gate.promise;
    return failed;
  });
  const run = await client.start(route);
  await expect.poll(() => target.total()).toBe(1);
  await expect.poll(() => stateOf(run.id)).toBe('waiting');
  const { steps } = await client.runs.get(run.id);
  await client.cancel(steps[0]?.jobId ?? '');
  await expect.poll(async () => (await client.runs.get(run.id)).turn).toBe(2);
  const { turns } = await client.runs.get(run.id);
  await client.cancel(turns[1]?.jobId ?? '');
  gate.resolve();
  expect(await client.runs.get(run.id)).toMatchObject({ state: 'failed', error: { code: 'cancelled' } });
});
