import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startRaw } from './raw-server.ts';
import { as, closing, sender, text } from './sending.ts';

const plain = JSON.stringify({ hello: 'wörld', list: Array.from({ length: 5_000 }, (_, index) => index) });
const limit = 100_000;

/** Answers every request with these bytes under this content-encoding. */
async function answering(bytes: Uint8Array, encoding: string, status = 200): Promise<string> {
  const head = `HTTP/1.1 ${status} OK\r\n${encoding}\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  const server = await startRaw((socket) => {
    socket.write(head);
    socket.write(bytes);
  });
  return closing(server).url;
}

describe('a body with a content encoding that nobody asked for', () => {
  it.each([
    ['gzip', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['GZIP', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['zstd', zstdCompressSync(plain)],
    ['deflate, gzip', gzipSync(deflateSync(plain))],
    ['br\r\ncontent-encoding: identity, gzip', gzipSync(brotliCompressSync(plain))],
    ['gzip', Buffer.concat([gzipSync(plain.slice(0, 99)), gzipSync(plain.slice(99))])],
    ['zstd', Buffer.concat([zstdCompressSync(plain.slice(0, 99)), zstdCompressSync(plain.slice(99))])],
  ])('(%s) is decoded, and its header stays', async (encoding, bytes) => {
    const url = await answering(bytes, `content-encoding: ${encoding}`);
    const outcome = as('response', await sender()(url, { maxResponseBytes: limit }));
    expect(text(outcome)).toBe(plain);
    expect(outcome).toMatchObject({ decoded: true, truncated: false });
    expect(outcome.note).toBeUndefined();
    expect(outcome.headers).toContainEqual(['content-encoding', encoding.split('\r')[0]]);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(50_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(50_000_000))],
    ['zstd', zstdCompressSync(Buffer.alloc(50_000_000))],
    ['gzip, gzip', gzipSync(gzipSync(Buffer.alloc(50_000_000)))],
  ])('(%s) that is a bomb ends at the limit as too large, at bounded memory', async (encoding, bomb) => {
    const url = await answering(bomb, `content-encoding: ${encoding}`);
    const send = sender();
    await send(url, { maxResponseBytes: limit });
    const before = process.memoryUsage.rss();
    const outcome = as('response', await send(url, { maxResponseBytes: limit }));
    expect(outcome).toMatchObject({ truncated: true, decoded: true });
    expect(outcome.body.length).toBe(limit);
    expect(process.memoryUsage.rss() - before).toBeLessThan(30_000_000);
  });

  it('needs no more memory for its window than RFC 9659 allows', async () => {
    const params = { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 };
    const greedy = zstdCompressSync(Buffer.alloc(200_000_000), { params });
    const outcome = as('response', await sender()(await answering(greedy, 'content-encoding: zstd')));
    expect(outcome.note).toContain('zstd');
  });

  it('as long as the limit is whole, and longer is cut', async () => {
    const body = Buffer.alloc(limit, 'x');
    const whole = await answering(gzipSync(body), 'content-encoding: gzip');
    const longer = await answering(gzipSync(Buffer.concat([body, Buffer.from('y')])), 'content-encoding: gzip');
    const send = sender();
    expect(await send(whole, { maxResponseBytes: limit })).toMatchObject({ truncated: false });
    const cut = as('response', await send(longer, { maxResponseBytes: limit }));
    expect([cut.truncated, cut.body.length]).toEqual([true, limit]);
  });

  it('that is longer encoded than decoded is still whole', async () => {
    const noise = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919 * (index % 251)) % 256));
    const bytes = gzipSync(noise, { level: 0 });
    expect(bytes.length).toBeGreaterThan(noise.length);
    const url = await answering(bytes, 'content-encoding: gzip');
    const outcome = as('response', await sender()(url, { maxResponseBytes: noise.length }));
    expect([outcome.truncated, Buffer.from(outcome.body).equals(noise)]).toEqual([false, true]);
  });

  it.each([
    ['gzip', Buffer.from('{"not":"compressed"}'), 'is not gzip'],
    ['br', Buffer.from('{"not":"compressed"}'), 'is not br'],
    ['zstd', Buffer.from('{"not":"compressed"}'), 'is not zstd'],
    ['deflate', Buffer.from('{"not":"compressed"}'), 'is not deflate'],
    ['gzip', gzipSync(plain).subarray(0, -9), 'is not gzip'],
    ['br', Buffer.concat([brotliCompressSync(plain), Buffer.from('and more')]), 'is not br'],
    ['zstd', Buffer.concat([zstdCompressSync(plain), Buffer.from('and more')]), 'is not zstd'],
    ['compress', Buffer.from('whatever'), 'compress'],
    ['gzip, gzip, gzip, gzip, gzip, gzip', Buffer.from('whatever'), 'gzip'],
  ])('(%s) that is not what it says stays as it came, and says so', async (encoding, bytes, said) => {
    const outcome = as('response', await sender()(await answering(bytes, `content-encoding: ${encoding}`)));
    expect(Buffer.from(outcome.body).equals(bytes)).toBe(true);
    expect(outcome.decoded).toBeUndefined();
    expect(outcome.note).toContain(said);
  });

  it.each([
    ['identity', Buffer.from('plain')],
    ['gzip', Buffer.alloc(0)],
    ['', Buffer.from('plain')],
  ])('(%j) without anything to decode needs no remark', async (encoding, bytes) => {
    const outcome = as('response', await sender()(await answering(bytes, `content-encoding: ${encoding}`)));
    expect(Buffer.from(outcome.body).equals(bytes)).toBe(true);
    expect(outcome.note).toBeUndefined();
  });

  it('leaves the connection usable', async () => {
    const server = closing(
      await startRaw((socket) => {
        const bytes = gzipSync('ok');
        socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bytes.length}\r\n\r\n`);
        socket.write(bytes);
      }),
    );
    const send = sender();
    for (const _ of [1, 2]) expect(text(await send(server.url))).toBe('ok');
    expect(server.accepted()).toBe(1);
  });
});

describe('a body with a content encoding that the caller asked for', () => {
  it('is kept as it came, so a small bomb stays small', async () => {
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    const url = await answering(bomb, 'content-encoding: gzip');
    const outcome = as('response', await sender()(url, { headers: [['Accept-Encoding', 'gzip']] }));
    expect(Buffer.from(outcome.body).equals(bomb)).toBe(true);
    expect(outcome.truncated).toBe(false);
    expect(outcome.decoded).toBeUndefined();
  });
});
