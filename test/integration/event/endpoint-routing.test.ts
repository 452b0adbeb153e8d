import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobAttempts, SubmittedJob } from '#src/contract/job/job.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let operator: Receiver;

beforeAll(async () => {
  [ringback, target, receiver, operator] = await Promise.all([
    startRingback(),
    startTarget(),
    startReceiver(),
    startReceiver(),
  ]);
});
afterEach(async () => {
  await ringback.db.pool.query('update endpoint set deleted_at = now()');
  receiver.received.length = 0;
  operator.received.length = 0;
  receiver.answer(204);
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close(), operator.close()]);
});

type Created = { id: string; name: string; secret: string; publicKey?: string };

async function endpoint(input: object): Promise<Created> {
  const { body } = await ringback.call<Created>('endpoints.create', { url: `${receiver.url}/hook`, ...input });
  expect(body).toHaveProperty('result');
  // The worker looks its endpoints up again after a second.
  await ringback.db.pool.query('select pg_sleep(1.1)');
  return body.result.data;
}

async function submit(input: object): Promise<SubmittedJob> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', input);
  expect(body).toHaveProperty('result');
  return body.result.data;
}

const attemptsOf = async (id: string) =>
  (await ringback.call<JobAttempts>('jobs.attempts', { id }, { query: true })).body.result.data;
const headersOf = (index: number) => receiver.received[index]?.headers as Record<string, string>;

describe('a job that names an endpoint', () => {
  it('is reported there, signed with its secret, with its headers', async () => {
    const { secret } = await endpoint({
      name: 'named',
      headers: { 'x-tenant': 'acme', authorization: 'Bearer endpoint-secret' },
    });
    const job = await submit({ url: `${target.url}/json`, callback: { endpoint: 'named' } });
    expect(job.callback).toMatchObject({ url: null, endpoint: 'named' });
    const [hook] = await receiver.waitFor(1);
    const event = new Webhook(secret).verify(hook?.body ?? '', headersOf(0)) as { type: string; data: Job };
    expect(event).toMatchObject({ type: 'job.completed', data: { id: job.id } });
    expect(headersOf(0)).toMatchObject({ 'x-tenant': 'acme', authorization: 'Bearer endpoint-secret' });
    expect(() => new Webhook(ringback.credentials.webhookSecret).verify(hook?.body ?? '', headersOf(0))).toThrow();
  });

  it('is reported there also when the worker has just looked and did not find it yet', async () => {
    const ended = async (input: object) => {
      const { id } = await submit({ url: `${target.url}/json`, ...input });
      await ringback.rest('GET', `/v1/jobs/${id}?wait=20`);
      return id;
    };
    const stateOf = async (id: string) => (await attemptsOf(id)).deliveries.map(({ state }) => state);
    // Each round's first job has the worker look, so that the endpoint made after it is new to the worker.
    for (const name of ['fresh-1', 'fresh-2', 'fresh-3']) {
      await ended({});
      await ringback.call('endpoints.create', { name, url: `${receiver.url}/hook` });
      const id = await ended({ callback: { endpoint: name } });
      await expect.poll(() => stateOf(id)).toEqual(['delivered']);
    }
  });

  it('is refused when there is no such endpoint', async () => {
    const { body } = await ringback.call('jobs.submit', {
      url: `${target.url}/json`,
      callback: { endpoint: 'nowhere' },
    });
    expect(body.error.data).toMatchObject({ code: 'invalid_input', field: 'callback.endpoint' });
  });

  it('is sent to the URL as it is when it is sent', async () => {
    const made = await endpoint({ name: 'moved', url: `${receiver.url}/old` });
    await submit({ url: `${target.url}/json`, callback: { endpoint: 'moved' }, delaySeconds: 2 });
    await ringback.rest('PATCH', `/v1/endpoints/${made.id}`, { json: { url: `${receiver.url}/new` } });
    const [hook] = await receiver.waitFor(1);
    expect(hook?.path).toBe('/new');
  });
});

describe('a project-wide endpoint', () => {
  it('hears of every matching event, once, beside the job’s own callback, under one event id', async () => {
    await endpoint({ name: 'wide', projectWide: true, events: ['job.failed'], labels: ['prod'] });
    await submit({ url: `${target.url}/json`, labels: ['prod'] });
    await submit({ url: `${target.url}/status/404`, labels: ['dev'] });
    const job = await submit({
      url: `${target.url}/status/404`,
      labels: ['prod', 'x'],
      callback: `${receiver.url}/own`,
    });
    const hooks = await receiver.waitFor(2);
    expect(hooks.map((hook) => hook.path).sort()).toEqual(['/hook', '/own']);
    expect(new Set(hooks.map((hook) => hook.headers['webhook-id'])).size).toBe(1);
    expect(JSON.parse(hooks[0]?.body.toString() ?? '').data.id).toBe(job.id);
    expect((await attemptsOf(job.id)).deliveries).toHaveLength(2);
  });

  it('keeps what happens while it is disabled as skipped', async () => {
    const made = await endpoint({ name: 'off', projectWide: true });
    await ringback.rest('POST', `/v1/endpoints/${made.id}/disable`);
    await ringback.db.pool.query('select pg_sleep(1.1)');
    const job = await submit({ url: `${target.url}/json` });
    await expect.poll(async () => (await attemptsOf(job.id)).deliveries[0]?.state).toBe('skipped');
    expect(receiver.received).toEqual([]);
  });

  it('is signed with ed25519 when it was made so', async () => {
    const { publicKey } = await endpoint({ name: 'asymmetric', projectWide: true, signing: 'v1a' });
    await submit({ url: `${target.url}/json` });
    const [hook] = await receiver.waitFor(1);
    const { createPublicKey, verify } = await import('node:crypto');
    const raw = Buffer.from((publicKey ?? '').slice('whpk_'.length), 'base64');
    const key = createPublicKey({
      key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
      format: 'der',
      type: 'spki',
    });
    const content = `${headersOf(0)['webhook-id']}.${headersOf(0)['webhook-timestamp']}.${hook?.body.toString()}`;
    const [version, signature = ''] = (headersOf(0)['webhook-signature'] ?? '').split(',');
    expect(version).toBe('v1a');
    expect(verify(null, Buffer.from(content), key, Buffer.from(signature, 'base64'))).toBe(true);
  });
});

describe('an endpoint’s health', () => {
  it('410 disables it at once, tells the operators, and keeps what comes after', async () => {
    await endpoint({
      name: 'operators',
      url: operator.url,
      projectWide: true,
      events: ['endpoint.disabled', 'delivery.failed'],
    });
    const made = await endpoint({ name: 'gone', projectWide: true });
    receiver.answer(410);
    await submit({ url: `${target.url}/json` });
    const notices = await operator.waitFor(2);
    const types = notices.map((notice) => JSON.parse(notice.body.toString()));
    expect(types).toContainEqual(
      expect.objectContaining({
        type: 'endpoint.disabled',
        data: expect.objectContaining({ reason: 'gone', endpoint: expect.objectContaining({ id: made.id }) }),
      }),
    );
    expect(types).toContainEqual(expect.objectContaining({ type: 'delivery.failed' }));
    const shown = (await (await ringback.rest('GET', `/v1/endpoints/${made.id}`)).json()) as Record<string, unknown>;
    expect(JSON.stringify(shown)).toContain('"disabledReason":"gone"');
  });

  it('after an outage gets one probe, then twice as many each second, never above its rate', async () => {
    const made = await endpoint({ name: 'ramp', projectWide: true, rate: 20 });
    await ringback.db.pool.query(
      `update endpoint set failing_since = now() - interval '1 minute', paused_until = now() + interval '2 s' where name = 'ramp' and deleted_at is null`,
    );
    const jobs = Array.from({ length: 100 }, (_, i) => ({ url: `${target.url}/json?i=${i}` }));
    const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs });
    expect(body.result.data.results.every((result) => result.ok)).toBe(true);
    const hooks = await receiver.waitFor(100, 50_000);
    const times = hooks.map((hook) => hook.at).sort((a, b) => a - b);
    const [probe = 0, second = 0] = times;
    expect(second - probe).toBeGreaterThan(500);
    // The last sixty take 3.3 s by the rate, and 1.4 s by the ramp alone.
    expect((times[99] ?? 0) - (times[39] ?? 0)).toBeGreaterThan(2_400);
    // On a busy machine some arrive late, together with those after them.
    for (const at of times) {
      const within = times.filter((other) => other > at - 1_000 && other <= at).length;
      expect(within).toBeLessThanOrEqual(30);
    }
    // Three at most if none is late; as many as the rate allows if nothing holds them back after the probe.
    const early = times.slice(1).filter((at) => at < second + 1_000).length;
    expect(early).toBeLessThanOrEqual(6);
    expect(new Set(hooks.map((hook) => hook.headers['webhook-id'])).size).toBe(100);
    expect(made.name).toBe('ramp');
  }, 60_000);
});
