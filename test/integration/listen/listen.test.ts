import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { checkout } from '#src/cli/build/run-command.ts';
import type { ListenOptions } from '#src/command/listen/listen.ts';
import { trigger } from '#src/command/listen/trigger.ts';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { DeliveryPage, DeliveryView } from '#src/contract/event/delivery.ts';
import { sweep } from '#src/engine/listen/sweep.ts';
import { createApiKey } from '#src/engine/people/api-keys.ts';
import { makeLog } from '#src/log.ts';
import { makeServerDeps, runWeb } from '#src/server/web-process.ts';
import { freePort } from '#test/support/free-port.ts';
import { type Received, type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type Listening, listenAs } from './listening.ts';

let ringback: TestRingback;
let app: Receiver;
const open: Listening[] = [];

beforeAll(async () => {
  ringback = await startRingback();
});
beforeEach(async () => {
  app = await startReceiver();
});
afterEach(async () => {
  await stopAll();
  await app.close();
});
afterAll(() => ringback.close());

async function stopAll(): Promise<void> {
  for (const listening of open.splice(0)) await listening.stop();
}

/** Listens as the command does, once the stream is there. */
async function startListening(options: Partial<ListenOptions> = {}): Promise<Listening> {
  const { url, apiKey } = ringback.credentials;
  const listening = listenAs({ forward: `${app.url}/hooks`, url, apiKey, ...options });
  open.push(listening);
  await listening.ready;
  return listening;
}

async function submit(input: object = {}): Promise<string> {
  const url = `${ringback.url}/playground/target`;
  const { status, body } = await ringback.call<{ id: string }>('jobs.submit', { url, ...input });
  expect(status).toBe(200);
  return body.result.data.id;
}

function verify({ headers, body }: Received, secret = ringback.credentials.webhookSecret) {
  return new Webhook(secret).verify(body, headers as Record<string, string>) as { type: string; data: { id: string } };
}

async function deliveriesOf(jobId: string): Promise<DeliveryView[]> {
  const page = await ringback.call<DeliveryPage>('deliveries.list', { jobId }, { query: true });
  const views = page.body.result.data.deliveries.map(({ id }) =>
    ringback.call<DeliveryView>('deliveries.get', { id }, { query: true }),
  );
  return (await Promise.all(views)).map(({ body }) => body.result.data);
}

async function listeners(): Promise<Endpoint[]> {
  const input = { includeListeners: true };
  const { body } = await ringback.call<{ endpoints: Endpoint[] }>('endpoints.list', input, { query: true });
  return body.result.data.endpoints.filter(({ listener }) => listener);
}

it('forwards the very bytes and headers of an event, signed with the project’s secret', async () => {
  const direct = await startReceiver();
  const { lines } = await startListening();
  const id = await submit({ callback: direct.url });
  const [forwarded] = await app.waitFor(1);
  const [called] = await direct.waitFor(1);
  await direct.close();
  if (!forwarded || !called) throw new Error('nothing came');
  expect(forwarded).toMatchObject({ method: 'POST', path: '/hooks' });
  expect(forwarded.body.equals(called.body)).toBe(true);
  expect(forwarded.headers['webhook-id']).toBe(called.headers['webhook-id']);
  expect(verify(forwarded)).toMatchObject({ type: 'job.completed', data: { id } });
  const { host, connection, 'content-length': length, ...carried } = forwarded.headers;
  expect(host).toBe(new URL(app.url).host);
  expect(connection).toBe('close');
  expect(length).toBe(String(forwarded.body.byteLength));
  expect(Object.keys(carried).sort()).toEqual([
    'content-type',
    'user-agent',
    'webhook-id',
    'webhook-signature',
    'webhook-timestamp',
  ]);
  await expect
    .poll(() => lines.at(-1))
    .toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d  job\\.completed +${id}  204  \\d+ ms$`));
});

it('a handler that fails shows as the status of the attempt, with what it said, and gets the event again', async () => {
  await startListening();
  app.answer((_, index) =>
    index === 0 ? { status: 500, headers: { 'content-type': 'text/plain' }, body: 'boom' } : 204,
  );
  const id = await submit();
  const [first, second] = await app.waitFor(2, 15_000);
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
  await expect.poll(async () => (await deliveriesOf(id))[0]?.state).toBe('delivered');
  const tries = (await deliveriesOf(id))[0]?.tries ?? [];
  expect(tries.map(({ status }) => status)).toEqual([500, 204]);
  expect(tries[0]?.response?.body).toBe('boom');
});

it('an app that is not running is said so, here and on the attempt', async () => {
  const port = await freePort();
  const { lines } = await startListening({ forward: `http://127.0.0.1:${port}/` });
  const id = await submit();
  const said = `nothing listens at http://127.0.0.1:${port}: is your app running?`;
  await expect.poll(() => lines.at(-1)).toContain(`502  `);
  expect(lines.at(-1)).toContain(said);
  await expect.poll(async () => (await deliveriesOf(id))[0]?.tries[0]?.response?.body).toContain(said);
});

it('gets only the events that were asked for', async () => {
  await startListening({ events: 'job.failed' });
  await submit();
  const failing = await submit({ url: `${ringback.url}/playground/target?plan=404` });
  const [event] = await app.waitFor(1);
  expect(event && verify(event)).toMatchObject({ type: 'job.failed', data: { id: failing } });
  expect(app.received).toHaveLength(1);
});

it('when the user leaves its endpoint is gone, and later events are for nobody', async () => {
  const listening = await startListening();
  const before = await listeners();
  expect(before).toMatchObject([{ events: ['job.completed', 'job.failed', 'job.cancelled'], projectWide: true }]);
  await listening.stop();
  expect(listening.lines.at(-1)).toBe('Stopped listening.');
  expect(await listeners()).toEqual([]);
  const id = await submit({ callback: app.url });
  await app.waitFor(1);
  expect((await deliveriesOf(id)).filter(({ state }) => state === 'delivered' || state === 'in_progress')).toHaveLength(
    1,
  );
  const rows = await ringback.db.run(
    'test_listeners',
    'select endpoint_id from listener union all select id from listener_message',
  );
  expect(rows).toEqual([]);
  expect(ringback.logged()).not.toContain('a request failed');
});

it('a listener on one web process hears what a worker delivers to another', async () => {
  const port = await freePort();
  const other = await runWeb({ ...ringback.config, port }, makeLog({ logLevel: 'silent', logFormat: 'json' }), {
    dashboard: false,
  });
  try {
    await startListening({ url: `http://127.0.0.1:${port}` });
    const [listener] = await listeners();
    expect(listener?.url.startsWith(`${ringback.url}/`)).toBe(true);
    const id = await submit();
    const [event] = await app.waitFor(1);
    expect(event && verify(event)).toMatchObject({ data: { id } });
    await expect.poll(async () => (await deliveriesOf(id)).map(({ state }) => state)).toEqual(['delivered']);
  } finally {
    // While there still is a server to be told.
    await stopAll();
    await other.stop();
  }
});

it('a stream that breaks is opened again as soon as a server is there', async () => {
  const port = await freePort();
  const start = () =>
    runWeb({ ...ringback.config, port }, makeLog({ logLevel: 'silent', logFormat: 'json' }), { dashboard: false });
  let other = await start();
  try {
    const { lines } = await startListening({ url: `http://127.0.0.1:${port}` });
    await other.stop();
    await expect.poll(() => lines.some((line) => line.includes('Lost the stream'))).toBe(true);
    other = await start();
    await expect.poll(() => lines.some((line) => line.endsWith(' again.')), { timeout: 30_000 }).toBe(true);
    const id = await submit();
    const [event] = await app.waitFor(1);
    expect(event && verify(event)).toMatchObject({ data: { id } });
  } finally {
    // While there still is a server to be told.
    await stopAll();
    await other.stop();
  }
});

it('nothing is delivered to a listener but what a worker has signed', async () => {
  await startListening();
  const [listener] = await listeners();
  const path = new URL(listener?.url ?? '').pathname;
  const now = new Date();
  const forged = new Webhook(`whsec_${Buffer.alloc(32, 7).toString('base64')}`).sign('evt_1', now, '{}');
  const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)) };
  for (const signature of [undefined, forged]) {
    const signed = signature === undefined ? headers : { ...headers, 'webhook-signature': signature };
    const response = await ringback.rest('POST', path, { headers: signed, body: '{}' });
    expect(response.status).toBe(401);
  }
  const gone = await ringback.rest('POST', path.replace(/end_.{26}/, `end_${'0'.repeat(26)}`), { body: '{}' });
  expect(gone.status).toBe(404);
  expect(app.received).toEqual([]);
});

it('only a key of its project answers for a listener, and only the first answer counts', async () => {
  const { lines } = await startListening();
  const [listener] = await listeners();
  const other = '00000000-0000-7000-8000-000000000001';
  await ringback.db.pool.query(`insert into project (id, name) values ($1, 'other')`, [other]);
  const stranger = await createApiKey(ringback.db, other, { name: 'stranger', scopes: ['admin'] });
  // Long enough for the answers of the others to come first.
  app.answer({ status: 204, afterMs: 5_000 });
  const id = await submit();
  await app.waitFor(1);
  const [message] = await ringback.db.run<{ id: string }>('test_message', 'select id from listener_message');
  const answer = async (key?: string | null) => {
    const json = { messageId: message?.id, status: 418, body: Buffer.from('teapot').toString('base64') };
    const given = key === undefined ? { json } : { json, key };
    return (await ringback.rest('POST', `/v1/listeners/${listener?.id}/answers`, given)).status;
  };
  expect(await answer(null)).toBe(401);
  expect(await answer(stranger.secret)).toBe(404);
  expect(await answer()).toBe(204);
  expect(await answer()).toBe(404);
  await expect
    .poll(async () => (await deliveriesOf(id))[0]?.tries[0])
    .toMatchObject({ status: 418, response: { body: 'teapot' } });
  await expect.poll(() => lines.some((line) => line.includes('too late')), { timeout: 15_000 }).toBe(true);
});

it('says what is wrong with the key, the scope, the events, the server and the target', async () => {
  const { url } = ringback.credentials;
  const attempt = async (options: Partial<ListenOptions>) => {
    const failed = await startListening(options).then(
      ({ ended }) => ended,
      (error: Error) => error,
    );
    return (failed as Error).message;
  };
  const reader = await ringback.call<{ secret: string }>('apiKeys.create', { name: 'reader', scopes: ['jobs:read'] });
  expect(await attempt({ apiKey: `rbk_${'x'.repeat(40)}` })).toContain(`${url} does not accept the API key`);
  expect(await attempt({ apiKey: reader.body.result.data.secret })).toContain('scope callbacks:admin');
  expect(await attempt({ events: 'job.exploded' })).toContain('job.exploded');
  const away = `http://127.0.0.1:${await freePort()}`;
  expect(await attempt({ url: away })).toBe(`Cannot listen: nothing listens at ${away}: is Ringback running?`);
  expect(await attempt({ url: app.url })).toContain('does not look like a Ringback');
  expect(await attempt({ forward: 'localhost:3001' })).toContain('--forward should be an http or https URL');
});

it('a stream whose key is revoked, whose handler says 410 or whose endpoint is deleted ends for good; one taken for dead is opened again', async () => {
  const key = await ringback.call<{ key: { id: string }; secret: string }>('apiKeys.create', {
    name: 'laptop',
    scopes: ['callbacks:admin'],
  });
  const revoked = await startListening({ apiKey: key.body.result.data.secret, events: 'job.cancelled' });
  const deleted = await startListening({ events: 'delivery.failed' });
  const silent = await startListening({ events: 'job.failed' });
  const gone = await startListening();
  const before = await listeners();
  const named = (event: string) => before.find(({ events }) => events[0] === event);
  app.answer(410);
  await submit();
  await app.waitFor(1);
  await ringback.call('apiKeys.revoke', { id: key.body.result.data.key.id });
  await ringback.call('endpoints.delete', { id: named('delivery.failed')?.id });
  const deps = await makeServerDeps(ringback.config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
  const silence = async () => {
    await ringback.db.run(
      'test_silence',
      "update listener set heartbeat_at = now() - interval '61 s' where endpoint_id = (select id from endpoint where name = $1)",
      [named('job.failed')?.name],
    );
    await sweep(deps);
    return (await listeners()).map(({ name }) => name);
  };
  // The stream lives, so its next heartbeat may come between the two statements.
  await expect.poll(silence, { timeout: 10_000 }).not.toContain(named('job.failed')?.name);
  await deps.queue.stop();
  await deps.db.close();
  await expect(revoked.ended).rejects.toThrow('was revoked');
  await expect(deleted.ended).rejects.toThrow('Stopped listening: the endpoint of this listener was deleted');
  await expect(gone.ended).rejects.toThrow('Stopped listening: the handler answered 410');
  await expect.poll(() => silent.lines.at(-1), { timeout: 60_000 }).toMatch(/ again\.$/);
  await expect.poll(async () => (await listeners()).map(({ events }) => events)).toEqual([['job.failed']]);
}, 120_000);

it('triggers a sample event for those who listen, and for an endpoint only by its name', async () => {
  const { url, apiKey } = ringback.credentials;
  const production = await startReceiver();
  const created = await ringback.call<{ secret: string }>('endpoints.create', {
    name: 'production',
    url: production.url,
    projectWide: true,
  });
  const say = () => undefined;
  // Whoever listened before is cleaned up once the server has seen them go.
  await expect.poll(listeners).toEqual([]);
  await expect(trigger('job.failed', { url, apiKey }, say)).rejects.toThrow('nobody listens');
  await startListening({ events: 'job.failed' });
  await expect(trigger('job.completed', { url, apiKey }, say)).rejects.toThrow('nobody who listens asked for');
  await trigger('job.failed', { url, apiKey }, say);
  const [event] = await app.waitFor(1);
  expect(event && verify(event)).toMatchObject({ type: 'job.failed' });
  expect(production.received).toEqual([]);
  await trigger('job.failed', { url, apiKey, endpoint: 'production' }, say);
  const [named] = await production.waitFor(1);
  await production.close();
  expect(named && verify(named, created.body.result.data.secret)).toMatchObject({ type: 'job.failed' });
});

it('the command takes server and key from .ringback/credentials.json and leaves cleanly on Ctrl-C', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-listen-'));
  await mkdir(join(folder, '.ringback'));
  await writeFile(join(folder, '.ringback/credentials.json'), JSON.stringify(ringback.credentials));
  const { RINGBACK_URL: _, RINGBACK_API_KEY: __, ...env } = process.env;
  const command = spawn(process.execPath, [join(checkout, 'src/cli/ringback.mjs'), 'listen', '--forward', app.url], {
    cwd: folder,
    env,
  });
  let said = '';
  command.stdout.on('data', (chunk: Buffer) => (said += chunk));
  command.stderr.on('data', (chunk: Buffer) => (said += chunk));
  const exited = once(command, 'close');
  try {
    await expect.poll(() => said, { timeout: 20_000 }).toContain(`Listening to ${ringback.url} for job.completed`);
    await submit();
    await app.waitFor(1);
    command.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    expect(said.trimEnd().endsWith('Stopped listening.')).toBe(true);
    await expect.poll(listeners).toEqual([]);
  } finally {
    command.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  }
});
