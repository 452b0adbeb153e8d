import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Endpoint } from '#src/contract/endpoint/endpoint.ts';
import type { Job, JobAttempts, SubmittedJob } from '#src/contract/job/job.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let receiver: Receiver;
let target: Server;
let targetUrl: string;
/** Requests that the target got, as `METHOD path`. */
const seen: string[] = [];

beforeAll(async () => {
  [ringback, receiver] = await Promise.all([startRingback(), startReceiver()]);
  target = createServer((request, response) => {
    const path = request.url ?? '';
    seen.push(`${request.method} ${path}`);
    const secret = new URL(path, 'http://target').searchParams.get('token') ?? '';
    if (path.startsWith('/hop')) {
      response.writeHead(302, { location: `/end?other=${encodeURIComponent(secret)}&page=2` }).end();
      return;
    }
    const headers = {
      location: `/next?token=${encodeURIComponent(secret)}&page=2`,
      'content-location': `http://target.example/${encodeURIComponent(secret)}`,
      link: `</p?page=2&token=${encodeURIComponent(secret)}>; rel="next"`,
      refresh: `5; url=/r?token=another-one`,
      'x-echo': `you sent ${Buffer.from(secret).toString('base64')}`,
      'x-session': 'session-value-9',
      'x-plain': 'planted-plain',
      'x-apikey': 'answered-credential',
    };
    response.writeHead(path.includes('fail') ? 503 : 200, { ...headers, 'content-type': 'text/plain' }).end('done');
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  targetUrl = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await ringback.close();
  await receiver.close();
  await new Promise((resolve) => target.close(resolve));
});

const mask = '********';
const secret = 'query secret/3?&ü';
const written = encodeURIComponent(secret);

async function submit(input: object): Promise<SubmittedJob> {
  const { body } = await ringback.call<SubmittedJob>('jobs.submit', input);
  expect(body).toHaveProperty('result');
  return body.result.data;
}
const ended = async (id: string) => (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=30`)).json()) as Job;
const partsOf = async (id: string) =>
  (await ringback.call<JobAttempts>('jobs.attempts', { id }, { query: true })).body.result.data;

/** Every row of every table as text. */
async function dump(): Promise<string> {
  const { rows: tables } = await ringback.db.pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'pgboss')`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await ringback.db.pool.query(`select * from ${name}`);
    for (const row of rows)
      for (const value of Object.values(row as object))
        texts.push(Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value));
  }
  return texts.join('\n');
}

function forms(value: string): string[] {
  const bytes = Buffer.from(value);
  return [value, encodeURIComponent(value), bytes.toString('latin1'), bytes.toString('base64').slice(0, -4)];
}

function leaks(text: string, ...values: string[]): string[] {
  return values.flatMap(forms).filter((form) => text.includes(form));
}

it('what redact.query names is masked wherever a response repeats it, and the rest of the headers stays', async () => {
  const callback = { url: receiver.url, events: ['job.failed', 'job.attempt_failed'] };
  const job = await submit({
    url: `${targetUrl}/fail?token=${written}&see=it`,
    redact: { query: ['token'], response: ['header:X-Session'] },
    retry: { 503: { limit: 1, minTimeoutInMs: 1, maxTimeoutInMs: 1 } },
    callback,
  });
  const failed = await ended(job.id);
  await receiver.waitFor(3);
  const { attempts } = await partsOf(job.id);
  for (const headers of [attempts[0]?.responseHeaders, failed.result?.headers]) {
    expect(headers).toMatchObject({
      location: `/next?token=${mask}&page=2`,
      'content-location': `http://target.example/${mask}`,
      link: `</p?page=2&token=${mask}>; rel="next"`,
      refresh: `5; url=/r?token=${mask}`,
      'x-echo': `you sent ${mask}`,
      'x-session': mask,
      'x-apikey': mask,
      'x-plain': 'planted-plain',
    });
  }
  const texts = [await dump(), ringback.logged(), JSON.stringify(receiver.received), JSON.stringify(failed)];
  for (const text of texts) expect(leaks(text, secret, 'session-value-9', 'answered-credential')).toEqual([]);
  expect(seen[0]).toBe(`GET /fail?token=${written}&see=it`);
});

it('a hop of a redirect is shown without the secret, under whatever name it comes back', async () => {
  const job = await submit({ url: `${targetUrl}/hop?token=${written}`, redact: { query: ['token'] } });
  await ended(job.id);
  const { attempts } = await partsOf(job.id);
  expect(attempts[0]?.redirects).toEqual([
    { status: 302, from: `${targetUrl}/hop?token=${mask}`, to: `${targetUrl}/end?other=${mask}&page=2` },
  ]);
  expect(seen.at(-1)).toBe(`GET /end?other=${written}&page=2`);
});

it('a secret in the URL of a callback is sent, and neither stored nor shown, also when the job runs again', async () => {
  const tokens = ['callback-token-1', 'callback-mine-2'];
  const url = `${receiver.url}/hook?token=${tokens[0]}&mine=${tokens[1]}&see=it`;
  receiver.received.length = 0;
  receiver.answer((_request, index) => (index === 0 ? 503 : 204));
  const job = await submit({
    url: `${targetUrl}/plain`,
    redact: { query: ['mine'] },
    callback: { url, retry: { scheduleSeconds: [1, 1] }, headers: { 'x-token': 'callback-header-3' } },
    keepSecretsSeconds: 600,
  });
  const shown = `${receiver.url}/hook?token=${mask}&mine=${mask}&see=it`;
  expect(job.callback?.url).toBe(shown);
  await receiver.waitFor(2);
  expect(receiver.received.map(({ path }) => path)).toEqual([0, 1].map(() => url.slice(receiver.url.length)));
  expect(
    leaks([await dump(), ringback.logged(), JSON.stringify(receiver.received[0]?.body)].join(), ...tokens),
  ).toEqual([]);
  const { deliveries } = await partsOf(job.id);
  expect(deliveries[0]?.url).toBe(shown);

  await expect.poll(async () => (await partsOf(job.id)).deliveries[0]?.state).toBe('delivered');
  await ringback.call('deliveries.resend', { id: deliveries[0]?.id });
  await receiver.waitFor(3);
  for (const edits of [{}, { callback: shown }, { callback: { url: shown, headers: { 'X-Token': mask } } }]) {
    const again = await ringback.call<SubmittedJob>('jobs.rerun', { id: job.id, edits });
    expect([edits, again.body.error]).toEqual([edits, undefined]);
  }
  await receiver.waitFor(6);
  expect(receiver.received.slice(2).map(({ path }) => path)).toEqual(
    [0, 1, 2, 3].map(() => url.slice(receiver.url.length)),
  );
  expect(receiver.received.filter(({ headers }) => headers['x-token'] === 'callback-header-3')).toHaveLength(5);
  const other = shown.replace('127.0.0.1', 'localhost');
  for (const callback of [other, { url: other }, { url: other, headers: { 'x-token': mask } }]) {
    const { body } = await ringback.call('jobs.rerun', { id: job.id, edits: { callback } });
    expect(body.error.data).toMatchObject({ code: 'secrets_erased', field: 'edits.callback' });
  }
  expect(leaks([await dump(), ringback.logged()].join(), ...tokens)).toEqual([]);
});

it('a callback whose secret was erased asks for it', async () => {
  receiver.received.length = 0;
  receiver.answer(204);
  const job = await submit({ url: `${targetUrl}/plain`, callback: `${receiver.url}/hook?key=gone-key-1` });
  await receiver.waitFor(1);
  await expect.poll(async () => (await partsOf(job.id)).deliveries[0]?.state).toBe('delivered');
  const [delivery] = (await partsOf(job.id)).deliveries;
  const resent = await ringback.call('deliveries.resend', { id: delivery?.id });
  expect(resent.body.error.data.code).toBe('secrets_erased');
  for (const edits of [{}, { callback: job.callback?.url }]) {
    const { body } = await ringback.call('jobs.rerun', { id: job.id, edits });
    expect(body.error.data).toMatchObject({ code: 'secrets_erased', field: 'edits.callback' });
  }
});

it('a secret in the URL of an endpoint is sent, and neither stored nor shown', async () => {
  receiver.received.length = 0;
  const call = <T>(path: string, input: object) => ringback.call<T>(path, input);
  const url = `${receiver.url}/in?apiKey=endpoint-key-1&see=it`;
  const shown = `${receiver.url}/in?apiKey=${mask}&see=it`;
  const input = { name: 'with-key', url, headers: { 'x-tenant': 'tenant-2' } };
  const made = (await call<Endpoint>('endpoints.create', input)).body.result.data;
  expect(made.url).toBe(shown);
  const test = () => call('endpoints.test', { id: made.id });
  await test();
  await receiver.waitFor(1);
  const update = (edits: object) => call<Endpoint>('endpoints.update', { id: made.id, ...edits });
  expect((await update({ url: shown, description: 'kept' })).body.result.data.url).toBe(shown);
  expect((await update({ headers: { 'x-more': 'more-3' } })).body.result.data.url).toBe(shown);
  await test();
  await receiver.waitFor(2);
  expect(receiver.received.map(({ path }) => path)).toEqual([0, 1].map(() => url.slice(receiver.url.length)));
  expect(receiver.received[1]?.headers).toMatchObject({ 'x-tenant': 'tenant-2', 'x-more': 'more-3' });
  const other = (await update({ url: shown.replace('127.0.0.1', 'localhost') })).body.error.data;
  expect(other).toMatchObject({ code: 'secrets_erased', field: 'url' });
  const wrong = (await update({ url: `${receiver.url}/in?see=${mask}` })).body.error.data;
  expect(wrong).toMatchObject({ code: 'invalid_input', field: 'url' });
  const masked = (await call('endpoints.create', { name: 'masked', url: shown })).body.error.data;
  expect(masked).toMatchObject({ code: 'invalid_input', field: 'url' });
  expect(leaks([await dump(), ringback.logged()].join(), 'endpoint-key-1')).toEqual([]);

  const changed = await update({ url: url.replace('endpoint-key-1', 'endpoint-key-2') });
  expect(changed.body.result.data.url).toBe(shown);
  await test();
  await receiver.waitFor(3);
  expect(receiver.received[2]?.path).toContain('endpoint-key-2');
  await call('endpoints.disable', { id: made.id });
  expect(leaks([await dump(), ringback.logged()].join(), 'endpoint-key-2')).toEqual([]);
});

it('a header with a credential under a name that is written together or in camel case is masked', async () => {
  const headers = { accessToken: 'header-token-1', apikey: 'header-key-2', 'X-ClientSecret': 'header-secret-3' };
  const job = await submit({ url: `${targetUrl}/plain`, headers });
  expect(job.headers).toEqual({ accesstoken: mask, apikey: mask, 'x-clientsecret': mask });
  await ended(job.id);
  expect(leaks(await dump(), ...Object.values(headers))).toEqual([]);
});
