import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startRaw } from './raw-server.ts';
import { as, closing, sender } from './sending.ts';

const head = 'HTTP/1.1 200 OK\r\nx-request-id: r1\r\n';

async function partOf(play: (socket: Socket) => void, timeoutMs = 5_000) {
  const server = closing(await startRaw((socket) => play(socket)));
  const outcome = await sender()(server.url, { timeoutMs });
  if (outcome.kind !== 'timeout' && outcome.kind !== 'connection_error') throw new Error(`ended as ${outcome.kind}`);
  return outcome;
}

describe('a response that does not come whole', () => {
  it.each<[string, 'timeout' | 'connection_error', (socket: Socket) => void]>([
    ['stalls', 'timeout', (socket) => socket.write(`${head}content-length: 10\r\n\r\nhalf`)],
    ['stalls in chunks', 'timeout', (socket) => socket.write(`${head}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n`)],
    ['is cut', 'connection_error', (socket) => socket.end(`${head}content-length: 10\r\n\r\nhalf`)],
    [
      'is cut in chunks',
      'connection_error',
      (socket) => socket.end(`${head}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\nff`),
    ],
    [
      'ends in garbage',
      'connection_error',
      (socket) => socket.write(`${head}transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\nwhat?`),
    ],
    [
      'is reset',
      'connection_error',
      (socket) => {
        socket.write(`${head}content-length: 10\r\n\r\nhalf`);
        setTimeout(() => socket.resetAndDestroy(), 50);
      },
    ],
  ])('because it %s ends as %s, with what came', async (_, kind, play) => {
    const outcome = await partOf(play, 2_000);
    expect(outcome.kind).toBe(kind);
    expect(outcome.partial).toMatchObject({ status: 200, truncated: true, redirects: [], remoteAddress: '127.0.0.1' });
    expect(outcome.partial?.headers[0]).toEqual(['x-request-id', 'r1']);
    expect(Buffer.from(outcome.partial?.body ?? []).toString()).toBe('half');
  });

  it('is decoded as far as it came', async () => {
    const bytes = gzipSync('x'.repeat(1_000) + JSON.stringify(Array.from({ length: 1_000 }, Math.random)));
    const outcome = await partOf((socket) => {
      socket.write(`${head}content-encoding: gzip\r\ncontent-length: ${bytes.length}\r\n\r\n`);
      socket.end(bytes.subarray(0, -100));
    });
    expect(outcome.partial?.decoded).toBe(true);
    expect(Buffer.from(outcome.partial?.body ?? []).toString()).toMatch(/^x{1000}\[0\./);
  });

  it('keeps no more than an attempt keeps', async () => {
    const outcome = await partOf((socket) => {
      socket.write(`${head}content-length: 1000000\r\n\r\n`);
      socket.end('x'.repeat(500_000));
    });
    expect(outcome.partial?.body.byteLength).toBe(16_384);
  });

  it('and was redirected keeps the way', async () => {
    const server = closing(
      await startRaw((socket, _index, request) => {
        if (request.startsWith('GET /there')) socket.end(`${head}content-length: 10\r\n\r\nhalf`);
        else socket.write('HTTP/1.1 302 Found\r\nlocation: /there\r\ncontent-length: 0\r\n\r\n');
      }),
    );
    const outcome = as('connection_error', await sender()(server.url, { maxRedirects: 3 }));
    expect(outcome.partial?.redirects).toMatchObject([{ status: 302, to: `${server.url}/there` }]);
  });

  it('before its headers did has nothing to keep', async () => {
    const outcome = await partOf((socket) => socket.end('HTTP/1.1 200 OK\r\nx-half: '));
    expect(outcome.partial).toBeUndefined();
  });
});
