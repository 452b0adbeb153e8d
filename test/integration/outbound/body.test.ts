import { describe, expect, it } from 'vitest';
import { startTarget } from '#test/support/target-server.ts';
import { every, startRaw } from './raw-server.ts';
import { as, closing, sender, text } from './sending.ts';

const limit = 100_000;

describe('a response body', () => {
  it('is kept byte for byte', async () => {
    const target = closing(await startTarget());
    const outcome = as('response', await sender()(`${target.url}/bytes/1000`));
    expect([...outcome.body]).toEqual(Array.from({ length: 1000 }, (_, index) => index % 256));
    expect(outcome).toMatchObject({ status: 200, truncated: false, remoteAddress: '127.0.0.1' });
  });

  it('is sent byte for byte too', async () => {
    const target = closing(await startTarget());
    const body = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const echoed = await sender()(`${target.url}/echo?a=%0D%0A`, { method: 'POST', body });
    const seen = JSON.parse(text(echoed)) as { method: string; path: string; body: string; headers: object };
    expect(Buffer.from(seen.body, 'base64').equals(body)).toBe(true);
    expect(seen).toMatchObject({ method: 'POST', path: '/echo?a=%0D%0A' });
    expect(seen.headers).toMatchObject({ 'accept-encoding': 'identity', 'content-length': '256' });
  });

  it.each([
    ['chunked', 'transfer-encoding: chunked'],
    ['declared as 10 GB', 'content-length: 10000000000'],
    ['ended only by the connection', 'connection: close'],
  ])('without end, %s, is cut at the limit, and the connection closed', async (_, header) => {
    const server = closing(
      await startRaw((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`);
        const data = 'x'.repeat(0x1000);
        const chunk = header.includes('chunked') ? `1000\r\n${data}\r\n` : data;
        every(1, socket, () => void socket.write(chunk));
      }),
    );
    const outcome = as('response', await sender()(server.url, { maxResponseBytes: limit }));
    expect(outcome).toMatchObject({ status: 200, truncated: true });
    expect(outcome.body.length).toBe(limit);
    await server.allClosed();
  });

  it('that is too long by declaration is not waited for beyond the limit', async () => {
    const server = closing(
      await startRaw((socket) => void socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n0123456789`)),
    );
    const outcome = as('response', await sender()(server.url, { maxResponseBytes: 10 }));
    expect(outcome).toMatchObject({ truncated: true });
    expect(text(outcome)).toBe('0123456789');
  });

  it('as long as the limit is whole', async () => {
    const target = closing(await startTarget());
    const outcome = as('response', await sender()(`${target.url}/bytes/1000`, { maxResponseBytes: 1000 }));
    expect(outcome.truncated).toBe(false);
    expect(outcome.body.length).toBe(1000);
  });

  it('from an endless server costs memory only up to the limit', async () => {
    const target = closing(await startTarget());
    const outcome = as('response', await sender()(`${target.url}/endless`, { maxResponseBytes: limit }));
    expect(outcome.body.length).toBe(limit);
    expect(outcome.truncated).toBe(true);
  });

  it('with a megabyte of chunk extensions ends in an error, not in memory', async () => {
    const server = closing(
      await startRaw((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        socket.end(`3;${'e'.repeat(1_000_000)}\r\nabc\r\n0\r\n\r\n`);
      }),
    );
    const outcome = await sender()(server.url, { maxResponseBytes: limit });
    expect(['response', 'connection_error']).toContain(outcome.kind);
    if (outcome.kind === 'response') expect(text(outcome)).toBe('abc');
  });

  it.each([
    ['one field of 70 kB', `x: ${'a'.repeat(70_000)}\r\n`],
    ['10,000 fields', 'x: y\r\n'.repeat(10_000)],
  ])('behind oversized headers (%s) is refused as invalid', async (_, headers) => {
    const server = closing(await startRaw((socket) => void socket.write(`HTTP/1.1 200 OK\r\n${headers}\r\n`)));
    const outcome = as('connection_error', await sender()(server.url));
    expect(outcome).toMatchObject({ code: 'http_invalid', requestSent: true });
    await server.allClosed();
  });

  it.each([204, 304])('is empty for a %i, and the connection stays usable', async (status) => {
    const target = closing(await startTarget());
    const send = sender({ connectionsPerOrigin: 1 });
    expect(as('response', await send(`${target.url}/status/${status}`)).body.length).toBe(0);
    expect(as('response', await send(`${target.url}/status/200`)).status).toBe(200);
    expect(target.connections().accepted).toBe(1);
  });

  it('is empty for HEAD, whatever length is announced', async () => {
    const target = closing(await startTarget());
    const outcome = as('response', await sender()(`${target.url}/json`, { method: 'HEAD', maxResponseBytes: 5 }));
    expect(outcome).toMatchObject({ status: 200, truncated: false });
    expect(outcome.body.length).toBe(0);
  });
});

describe('response headers', () => {
  it('keep their order and repeats, with names in lower case', async () => {
    const head = 'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX-Bytes: \xe9\r\nSet-Cookie: b=2\r\ncontent-length: 0\r\n\r\n';
    const server = closing(await startRaw((socket) => void socket.write(Buffer.from(head, 'latin1'))));
    const { headers } = as('response', await sender()(server.url));
    expect(headers).toEqual([
      ['set-cookie', 'a=1'],
      ['x-bytes', '\xe9'],
      ['set-cookie', 'b=2'],
      ['content-length', '0'],
    ]);
  });
});
