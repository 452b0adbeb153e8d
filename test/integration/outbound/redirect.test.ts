import { describe, expect, it } from 'vitest';
import { closedUrl } from '#test/support/free-port.ts';
import { startTarget } from '#test/support/target-server.ts';
import { startRaw } from './raw-server.ts';
import { allowing, as, closing, sender, text } from './sending.ts';

type Echo = { method: string; headers: Record<string, string>; body: string };

function to(url: string, status = 302): string {
  return `/redirect/to?status=${status}&url=${encodeURIComponent(url)}`;
}

function echoed(outcome: Parameters<typeof text>[0]): Echo {
  return JSON.parse(text(outcome)) as Echo;
}

describe('a redirect', () => {
  it('is the response itself when none may be followed', async () => {
    const target = closing(await startTarget());
    const outcome = as('response', await sender()(target.url + to('/json'), { maxRedirects: 0 }));
    expect(outcome).toMatchObject({ status: 302, redirects: [] });
    expect(outcome.headers).toContainEqual(['location', '/json']);
    expect(text(outcome)).toBe('over there\n');
    expect(target.hits('/json')).toBe(0);
  });

  it('is followed and recorded, hop by hop, over one connection', async () => {
    const target = closing(await startTarget());
    const path = to(to('/json', 301), 307);
    const outcome = as('response', await sender()(target.url + path, { maxRedirects: 10 }));
    expect(outcome.status).toBe(200);
    expect(outcome.redirects).toEqual([
      { status: 307, from: target.url + path, to: target.url + to('/json', 301) },
      { status: 301, from: target.url + to('/json', 301), to: `${target.url}/json` },
    ]);
    expect(target.connections().accepted).toBe(1);
  });

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
  ])('%i turns %s into %s', async (status, method, then) => {
    const target = closing(await startTarget());
    const body = method === 'POST' || method === 'PUT' ? Buffer.from('{"a":1}') : null;
    const headers: [string, string][] = body === null ? [] : [['Content-Type', 'application/json']];
    const outcome = await sender()(target.url + to('/echo', status), { method, headers, body, maxRedirects: 1 });
    expect(target.requests.map((request) => request.method)).toEqual([method, then]);
    if (then === 'HEAD') return;
    const seen = echoed(outcome);
    const kept = then === method && body !== null;
    expect(Buffer.from(seen.body, 'base64').toString()).toBe(kept ? '{"a":1}' : '');
    expect(seen.headers['content-type']).toBe(kept ? 'application/json' : undefined);
  });

  it('to another origin leaves everything secret behind', async () => {
    const [first, second] = [closing(await startTarget()), closing(await startTarget())];
    const headers: [string, string][] = [
      ['Authorization', 'Bearer s3cret'],
      ['cookie', 's3cret'],
      ['proxy-authorization', 's3cret'],
      ['x-api-key', 's3cret'],
      ['X-Acme-Token', 's3cret'],
      ['x-marked', 's3cret'],
      ['x-harmless', 'kept'],
      ['idempotency-key', 'kept'],
    ];
    const request = { headers, sensitiveHeaders: ['x-marked'], maxRedirects: 3 };
    const outcome = await sender()(first.url + to(`${second.url}/echo`, 307), request);
    expect(JSON.stringify(echoed(outcome).headers)).not.toContain('s3cret');
    expect(echoed(outcome).headers).toMatchObject({ 'x-harmless': 'kept', 'idempotency-key': 'kept' });
    expect(JSON.stringify(first.requests[0]?.headers)).toContain('s3cret');

    const back = await sender()(first.url + to(second.url + to(`${first.url}/echo`)), request);
    expect(JSON.stringify(echoed(back).headers)).not.toContain('s3cret');
  });

  it('to another origin does not take a body with secrets along, and says so', async () => {
    const [first, second] = [closing(await startTarget()), closing(await startTarget())];
    const request = { method: 'POST', body: Buffer.from('s3cret'), secretBody: true, maxRedirects: 3 };
    for (const status of [307, 308]) {
      const outcome = as('invalid_request', await sender()(first.url + to(`${second.url}/echo`, status), request));
      expect(outcome.message).toContain('another origin');
    }
    expect(second.requests).toEqual([]);
    expect(echoed(await sender()(first.url + to(`${second.url}/echo`, 303), request)).body).toBe('');
    const within = await sender()(first.url + to('/echo', 307), request);
    expect(Buffer.from(echoed(within).body, 'base64').toString()).toBe('s3cret');
  });

  it('within the origin keeps credentials', async () => {
    const target = closing(await startTarget());
    const headers: [string, string][] = [['authorization', 'Bearer mine']];
    const outcome = await sender()(target.url + to('/echo'), { headers, maxRedirects: 1 });
    expect(echoed(outcome).headers.authorization).toBe('Bearer mine');
  });

  it.each(['http://169.254.169.254/latest/meta-data/', 'http://[::1]/', 'http://10.0.0.1:8080/', 'http://localhost/'])(
    'to %s is blocked, and the cure named',
    async (url) => {
      const target = closing(await startTarget());
      const outcome = as('blocked', await sender()(target.url + to(url, 307), { maxRedirects: 5 }));
      expect(outcome.message).toContain('RINGBACK_EGRESS_ALLOW=');
    },
  );

  it('to a name that resolves to a private address is blocked without a connection', async () => {
    const [first, second] = [closing(await startTarget()), closing(await startTarget())];
    const firstPort = new URL(first.url).port;
    const elsewhere = second.url.replace('127.0.0.1', 'rebound.example');
    const send = sender({ egress: allowing(`127.0.0.1:${firstPort}`), lookup: async () => ['127.0.0.1'] });
    expect((await send(first.url + to(`${elsewhere}/json`), { maxRedirects: 5 })).kind).toBe('blocked');
    expect(second.connections().accepted).toBe(0);
  });

  it('too many times over ends the request', async () => {
    const server = closing(
      await startRaw((socket) => socket.write('HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n')),
    );
    const outcome = as('connection_error', await sender()(server.url, { maxRedirects: 3 }));
    expect(outcome).toMatchObject({ code: 'too_many_redirects', requestSent: true });
  });

  it.each(['file:///etc/passwd', 'http://', 'ftp://example.com/', 'http://user:pass@127.0.0.1/'])(
    'to %s is not followed',
    async (url) => {
      const target = closing(await startTarget());
      const outcome = as('connection_error', await sender()(target.url + to(url), { maxRedirects: 3 }));
      expect(outcome).toMatchObject({ code: 'http_invalid', requestSent: true });
    },
  );

  it('with a fragment or a long body is followed like any other', async () => {
    const body = 'x'.repeat(200_000);
    const server = closing(
      await startRaw((socket, _, request) => {
        if (request.startsWith('GET /there HTTP')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhere');
        else socket.write(`HTTP/1.1 302 Found\r\nlocation: /there#part\r\ncontent-length: 200000\r\n\r\n${body}`);
      }),
    );
    expect(text(await sender()(server.url, { maxRedirects: 1 }))).toBe('here');
  });

  it('that fails on the next hop says that something was sent', async () => {
    const target = closing(await startTarget());
    const outcome = as('connection_error', await sender()(target.url + to(await closedUrl()), { maxRedirects: 1 }));
    expect(outcome).toMatchObject({ code: 'connection_refused', requestSent: true });
  });

  it('without a Location is the response', async () => {
    const target = closing(await startTarget());
    const outcome = as('response', await sender()(`${target.url}/status/302`, { maxRedirects: 5 }));
    expect(outcome.status).toBe(302);
  });
});
