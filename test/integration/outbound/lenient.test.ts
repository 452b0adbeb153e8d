import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startRaw } from './raw-server.ts';
import { as, closing, sender, text } from './sending.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

async function answering(play: string | ((socket: Socket, index: number) => void)): Promise<string> {
  const say = typeof play === 'string' ? (socket: Socket) => void socket.write(Buffer.from(play, 'latin1')) : play;
  return closing(await startRaw(say)).url;
}

/** Writes a text a few bytes at a time. */
function drip(socket: Socket, whole: string, bytes = 1): void {
  let at = 0;
  const next = () => {
    if (at >= whole.length) return;
    const part = whole.slice(at, at + bytes);
    at += bytes;
    socket.write(Buffer.from(part, 'latin1'), () => setImmediate(next));
  };
  socket.setNoDelay(true);
  next();
}

const wholeWith = (name: string, value: string) =>
  `HTTP/1.1 200 OK\r\n${name}: ${value}\r\ncontent-length: 2\r\n\r\nok`;

describe('an answer that curl accepts is accepted:', () => {
  it.each([
    ['a 100 that nobody asked for', `HTTP/1.1 100 Continue\r\n\r\n${ok}`],
    ['a 100 with headers', `HTTP/1.1 100 Continue\r\nx: y\r\n\r\n${ok}`],
    [
      'several 1xx',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.0 100\r\n\r\n${ok}`,
    ],
    ['lines that end with LF only', ok.replaceAll('\r', '')],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok'],
    ['the same length twice', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nContent-Length: 2\r\n\r\nok'],
    ['no reason', 'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok'],
  ])('%s', async (_, answer) => {
    const whole = await sender()(await answering(answer));
    expect(text(whole)).toBe('ok');
    expect(as('response', whole).status).toBe(200);
    const dripped = await sender()(await answering((socket) => drip(socket, answer)));
    expect(text(dripped)).toBe('ok');
  });

  it('a 100 some time before the answer, on a connection that is kept', async () => {
    const server = closing(
      await startRaw((socket) => {
        socket.write('HTTP/1.1 100 Continue\r\n\r\n');
        setTimeout(() => socket.write(ok), 30);
      }),
    );
    const send = sender();
    for (const method of ['POST', 'GET']) expect(text(await send(server.url, { method }))).toBe('ok');
    expect(server.accepted()).toBe(1);
  });

  it.each([
    ['with a space', 'one\r\n two', 'one two'],
    ['with tabs and spaces', 'one\r\n\t \ttwo \r\n  three', 'one two three'],
    ['with an empty line of spaces', 'one\r\n  \r\n two', 'one two'],
  ])('a header folded %s', async (_, written, read) => {
    const outcome = as('response', await sender()(await answering(wholeWith('x-folded', written))));
    expect(outcome.headers).toEqual([
      ['x-folded', read],
      ['content-length', '2'],
    ]);
  });

  it('headers of 60 KB, and a field of 20 KB', async () => {
    const many = Array.from({ length: 60 }, (_, index) => `x-${index}: ${'a'.repeat(1000)}\r\n`).join('');
    const answer = `HTTP/1.1 200 OK\r\n${many}content-length: 2\r\n\r\nok`;
    expect(as('response', await sender()(await answering(answer))).headers).toHaveLength(61);
    expect(text(await sender()(await answering(wholeWith('x', 'a'.repeat(20_000)))))).toBe('ok');
    const dripping = await answering((socket) => drip(socket, wholeWith('x', 'a'.repeat(20_000))));
    expect(text(await sender()(dripping, { timeoutMs: 60_000 }))).toBe('ok');
  });
});

describe('an answer that is not valid is told what is wrong with it:', () => {
  it.each([
    ['garbage', 'nothing like HTTP\r\n\r\n', 'Expected HTTP/'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n',
      'content-length',
    ],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok', 'content-length'],
    ['no length at all', 'HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\nok', 'Content-Length'],
    ['the status 099', 'HTTP/1.1 099 What\r\ncontent-length: 0\r\n\r\n', 'status'],
    ['a status of letters', 'HTTP/1.1 abc What\r\ncontent-length: 0\r\n\r\n', 'status'],
    ['HTTP/9', 'HTTP/9.9 200 OK\r\ncontent-length: 0\r\n\r\n', 'version'],
    ['a NUL in a header', wholeWith('x', 'a\0b'), 'header'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: y\r\ncontent-length: 2\r\n\r\nok', 'header'],
    ['a 101', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', '101'],
    ['headers of 70 KB', wholeWith('x', 'a'.repeat(70_000)), '65,536'],
    ['6,000 headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(6_000)}\r\n`, '5,000'],
    ['a chunk of nonsense', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nwhat\r\n', 'chunk'],
  ])('%s', async (_, answer, said) => {
    const outcome = as('connection_error', await sender()(await answering(answer)));
    expect(outcome).toMatchObject({ code: 'http_invalid', requestSent: true });
    expect(outcome.message).toContain(said);
  });

  it('headers that never end cost no more than the limit', async () => {
    const url = await answering((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const pour = () => {
        if (!socket.destroyed) socket.write(`x: ${'a'.repeat(1_000)}\r\n`, pour);
      };
      pour();
    });
    expect(as('connection_error', await sender()(url)).message).toContain('65,536');
  });

  it('by its own limit for headers', async () => {
    const answer = wholeWith('x', 'a'.repeat(2_000));
    const outcome = await sender({ maxHeaderBytes: 1_024 })(await answering(answer));
    expect(as('connection_error', outcome).message).toContain('1,024');
  });
});

describe('a redirect', () => {
  const redirecting = (location: string) =>
    answering((socket) => {
      socket.once('data', () => {});
      socket.write(Buffer.from(`HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`, 'latin1'));
    });

  async function followed(location: string) {
    const asked: string[] = [];
    const server = closing(
      await startRaw((socket, _index, request) => {
        asked.push(request.split(' ')[1] ?? '');
        const first = asked.length === 1;
        const head = `HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`;
        socket.write(Buffer.from(first ? head : ok, 'latin1'));
      }),
    );
    const outcome = await sender()(server.url, { maxRedirects: 5 });
    return { outcome, asked: asked[1] };
  }

  it.each([
    ['beyond 2,048 characters', `/${'a'.repeat(15_000)}`, `/${'a'.repeat(15_000)}`],
    ['with many parameters', `/?${'a=b&'.repeat(200)}`, `/?${'a=b&'.repeat(200)}`],
    ['in Latin-1', '/caf\xe9?x=\xe9', '/caf%E9?x=%E9'],
    ['in UTF-8', Buffer.from('/café').toString('latin1'), '/caf%C3%A9'],
    ['that is folded', '\r\n /there', '/there'],
  ])('to a URL %s is followed', async (_, location, asked) => {
    const seen = await followed(location);
    expect(text(seen.outcome)).toBe('ok');
    expect(seen.asked).toBe(asked);
  });

  it.each([
    [`/${'a'.repeat(17_000)}`, '16,384'],
    ['ftp://example.com/', 'http or https'],
    ['http://user:secret@127.0.0.1/', 'password'],
    ['http://', 'no URL'],
  ])('to %.20s is told why it is not followed', async (location, said) => {
    const outcome = as('connection_error', await sender()(await redirecting(location), { maxRedirects: 5 }));
    expect(outcome.code).toBe('http_invalid');
    expect(outcome.message).toContain(said);
    expect(outcome.message).toContain('redirect');
    expect(outcome.message).not.toContain('secret');
    expect(outcome.message).not.toContain('not valid HTTP');
  });
});
