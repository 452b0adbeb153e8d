import { createServer, type IncomingHttpHeaders, request as rawRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRingback, type Ringback, verifyCallback } from '#src/client/index.ts';
import { freePort } from '#test/support/free-port.ts';
import { type GatedTarget, startGatedTarget } from '#test/support/gated-target.ts';
import { startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

type Seen = { method: string; url: string; headers: IncomingHttpHeaders; body: Buffer };

let server: TestRingback;
let ringback: Ringback;
let api: Server;
let gated: GatedTarget;
const seen: Seen[] = [];
const bytes = Buffer.from(Array.from({ length: 4_096 }, (_, at) => (at * 7) % 256));

beforeAll(async () => {
  [server, gated] = await Promise.all([startRingback(), startGatedTarget()]);
  api = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(chunks) });
    if (url.includes('/hang')) return;
    if (url.includes('/gzip')) {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' }).end(gzipSync('plain text'));
    } else if (url.includes('/bytes')) {
      response.setHeader('link', ['<a>; rel=a', '<b>; rel=b']);
      response.writeHead(201, { 'content-type': 'application/x-own', 'x-own': 'yes', 'set-cookie': 'a=b' }).end(bytes);
    } else if (url.includes('/teapot')) {
      response.writeHead(418, { 'content-type': 'application/json', 'x-request-id': 'req_7' }).end('{"error":"tea"}');
    } else if (url.includes('/empty')) response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'text/html' }).end(`<p>${method} ${url}`);
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  ringback = createRingback({ url: server.url, apiKey: server.credentials.apiKey });
  const { upstreams } = ringback.trpc;
  const headers = { authorization: 'Bearer sk-api', 'x-api-key': 'k-api' };
  const baseUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}/base`;
  await upstreams.create.mutate({ name: 'api', baseUrl, headers, retry: 'none' });
  await upstreams.create.mutate({ name: 'quick', baseUrl, retry: 'none', timeoutMs: 1_000 });
  await upstreams.create.mutate({ name: 'slow', baseUrl: gated.url, retry: 'none' });
  await upstreams.create.mutate({ name: 'away', baseUrl: `http://127.0.0.1:${await freePort()}`, retry: 'none' });
});
afterEach(() => gated.open());
afterAll(async () => {
  api.closeAllConnections();
  await Promise.all([server.close(), gated.close(), new Promise((resolve) => api.close(resolve))]);
});

const call = (path: string, { headers, ...init }: RequestInit & { headers?: Record<string, string> } = {}) =>
  fetch(`${server.url}/v1/proxy/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${server.credentials.apiKey}`, ...headers },
  });
const last = () => seen.at(-1);

describe('a call in the foreground', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])(
    'goes to the upstream as %s',
    async (method) => {
      const response = await call('api/any/path?a=b%20c&flag&x=%2F', { method });
      expect(response.status).toBe(200);
      expect([last()?.method, last()?.url]).toEqual([method, '/base/any/path?a=b%20c&flag&x=%2F']);
      expect(await response.text()).toBe(method === 'HEAD' ? '' : `<p>${method} /base/any/path?a=b%20c&flag&x=%2F`);
    },
  );

  it('is answered with the status, headers and bytes of the upstream, and never as a page of ours', async () => {
    const response = await call('api/bytes');
    expect(response.status).toBe(201);
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/x-own',
      'x-own': 'yes',
      link: '<a>; rel=a, <b>; rel=b',
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
      'ringback-job': expect.stringMatching(/^job_/),
    });
    expect(response.headers.get('set-cookie')).toBe(null);
    const teapot = await call('api/teapot');
    expect([teapot.status, teapot.headers.get('x-request-id'), await teapot.text()]).toEqual([
      418,
      'req_7',
      '{"error":"tea"}',
    ]);
    expect((await call('api/empty')).status).toBe(204);
    expect((await call('api')).status).toBe(200);
    expect(last()?.url).toBe('/base/');
  });

  it('has the decoded bytes of an answer that was compressed unasked', async () => {
    const response = await call('api/gzip', { headers: { 'accept-encoding': 'gzip' } });
    expect([response.headers.get('content-encoding'), await response.text()]).toEqual([null, 'plain text']);
  });

  it('carries the body byte for byte, however large, up to 8 MiB', async () => {
    for (const size of [1, 1_000_000, 8 * 1024 ** 2]) {
      const body = Buffer.alloc(size, bytes);
      const response = await call('api/in', { method: 'POST', body, headers: { 'content-type': 'application/x-own' } });
      expect(response.status).toBe(200);
      expect([last()?.headers['content-type'], last()?.body.equals(body)]).toEqual(['application/x-own', true]);
    }
    const tooLarge = await call('api/in', { method: 'POST', body: Buffer.alloc(8 * 1024 ** 2 + 1) });
    expect([tooLarge.status, await tooLarge.json()]).toMatchObject([413, { error: { code: 'body_too_large' } }]);
  });

  it("has the upstream's credentials, and none of the caller's", async () => {
    const secret = 'caller-s3cret';
    const headers = {
      'x-goog-api-key': secret,
      'api-key': secret,
      cookie: secret,
      'x-forwarded-for': secret,
      'x-bf-vk': secret,
    };
    await call('api/who', {
      headers: { ...headers, 'x-api-key': secret, 'x-custom': 'kept', 'ringback-thing': secret },
    });
    expect(last()?.headers).toMatchObject({ authorization: 'Bearer sk-api', 'x-api-key': 'k-api', 'x-custom': 'kept' });
    expect(JSON.stringify(last()?.headers)).not.toContain(secret);
    expect(JSON.stringify(last()?.headers)).not.toContain(server.credentials.apiKey);
  });

  it('is answered 502 when the upstream refuses, and 504 when it hangs', async () => {
    const refused = await call('away/x');
    expect([refused.status, await refused.json()]).toMatchObject([502, { error: { type: 'server_error' } }]);
    const hung = await call('quick/hang');
    expect([hung.status, await hung.json()]).toMatchObject([504, { error: { code: 'timeout' } }]);
    expect(hung.headers.get('x-should-retry')).toBe('false');
  });
});

describe('Prefer', () => {
  it('respond-async is answered 202 with the job, whose result is the answer', async () => {
    const response = await call('api/later', { headers: { prefer: 'respond-async' } });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([202, 'respond-async']);
    const job = (await response.json()) as { id: string; state: string };
    expect(response.headers.get('location')).toBe(`${server.url}/v1/jobs/${job.id}`);
    expect((await ringback.wait(job.id)).state).toBe('completed');
    const { pathname } = new URL(response.headers.get('location') ?? '');
    expect((await server.rest('GET', pathname)).status).toBe(200);
  });

  it('wait=N is answered 202 when the job has not ended by then', async () => {
    gated.shut();
    const response = await call('slow/x', { headers: { prefer: 'wait=1' } });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([202, 'wait=1']);
    expect(((await response.json()) as { state: string }).state).toBe('in_progress');
  });

  it.each(['wait=30', 'respond-async, wait=30', 'wait=30; respond-async'])(
    '%s is answered when the job ends',
    async (prefer) => {
      const response = await call('api/teapot', { headers: { prefer } });
      expect(response.status).toBe(418);
      const applied = response.headers.get('preference-applied') ?? '';
      expect(applied).toBe(prefer.includes('respond') ? 'respond-async, wait=30' : 'wait=30');
    },
  );

  it('of other kinds is not applied', async () => {
    const response = await call('api/teapot', { headers: { prefer: 'return=minimal, wait=soon' } });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([418, null]);
  });
});

it('never leaves the path of the base URL', async () => {
  const before = seen.length;
  const paths = [
    '/../secret',
    '/a/../../secret',
    '/%2e%2e/secret',
    '/..%2fsecret',
    '/%2E%2E%5csecret',
    '//evil.test/x',
    '/\\..\\x',
    '/..;a=b/secret',
  ];
  for (const path of paths) {
    // Other clients than `fetch` send such paths as they are.
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      const headers = { authorization: `Bearer ${server.credentials.apiKey}` };
      rawRequest({ hostname, port, path: `/v1/proxy/api${path}`, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect([path, status]).toEqual([path, 400]);
  }
  expect(seen.length).toBe(before);
  const inside = await call('api/a%2Fb/c%252e');
  expect([inside.status, last()?.url]).toEqual([200, '/base/a%2Fb/c%252e']);
});

it('rings back where the header says, and makes one call for one idempotency key', async () => {
  const receiver = await startReceiver();
  const headers = { prefer: 'respond-async', 'ringback-callback': `${receiver.url}/told`, 'idempotency-key': 'one' };
  const before = seen.length;
  const jobs = await Promise.all(
    [1, 2].map(async () => (await (await call('api/once', { headers })).json()) as { id: string }),
  );
  expect(jobs[0]?.id).toBe(jobs[1]?.id);
  const [told] = await receiver.waitFor(1);
  if (told === undefined) throw new Error('nothing came');
  const event = await verifyCallback({ headers: told.headers, body: told.body }, server.credentials.webhookSecret);
  expect(event).toMatchObject({ type: 'job.completed', data: { id: jobs[0]?.id } });
  expect(seen.length).toBe(before + 1);
  expect(last()?.headers).not.toHaveProperty('idempotency-key');
  await receiver.close();
});

it('knows no upstream that there is not', async () => {
  const response = await call('nobody/x');
  expect([response.status, await response.json()]).toMatchObject([
    404,
    { error: { code: 'not_found', param: 'upstream', message: 'there is no upstream "nobody"' } },
  ]);
});
