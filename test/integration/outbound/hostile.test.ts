import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startTarget } from '#test/support/target-server.ts';
import { startRaw } from './raw-server.ts';
import { allowing, as, closing, sender, text } from './sending.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

const failures: { what: string; code: string; play: (socket: Socket) => void }[] = [
  { what: 'garbage', code: 'http_invalid', play: (socket) => socket.end('\u0001\u0002 nothing like HTTP\r\n\r\n') },
  { what: 'another protocol', code: 'http_invalid', play: (socket) => socket.end('ICY 200 OK\r\n\r\n') },
  {
    what: 'a length and chunks at once',
    code: 'http_invalid',
    play: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'),
  },
  {
    what: 'two different lengths',
    code: 'http_invalid',
    play: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok'),
  },
  {
    what: 'the status 099',
    code: 'http_invalid',
    play: (socket) => socket.write('HTTP/1.1 099 What\r\ncontent-length: 0\r\n\r\n'),
  },
  {
    what: 'a 100 nobody asked for, and nothing else',
    code: 'connection_reset',
    play: (socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n'),
  },
  {
    what: 'a 101 nobody asked for',
    code: 'http_invalid',
    play: (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  },
  { what: 'a reset', code: 'connection_reset', play: (socket) => socket.resetAndDestroy() },
  { what: 'a close without an answer', code: 'connection_reset', play: (socket) => socket.end() },
  { what: 'half a header', code: 'connection_reset', play: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le') },
  {
    what: 'half a body, kept alive',
    code: 'connection_reset',
    play: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
  },
  {
    what: 'half a body, to be closed',
    code: 'connection_reset',
    play: (socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 10\r\n\r\nhalf'),
  },
  {
    what: 'half a chunked body',
    code: 'connection_reset',
    play: (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nabc'),
  },
];

describe('a server that answers with', () => {
  it.each(failures)('$what is recorded as $code, once', async ({ code, play }) => {
    const server = closing(await startRaw((socket) => play(socket)));
    const outcome = as('connection_error', await sender()(server.url));
    expect(outcome).toMatchObject({ code, requestSent: true });
    expect(outcome.message).not.toBe('');
    await server.allClosed();
    expect(server.accepted()).toBe(1);
  });

  it.each([
    ['a greeting before it is asked', (socket: Socket) => void socket.write('SSH-2.0-OpenSSH_9.9\r\n')],
    ['a whole response before it is asked', (socket: Socket) => void socket.write(ok + ok)],
    ['a close before it is asked', (socket: Socket) => void socket.end()],
    ['a reset before it is asked', (socket: Socket) => void socket.resetAndDestroy()],
  ])('%s is not dialled again and again', async (_, greet) => {
    const server = closing(await startRaw(() => {}, greet));
    const started = performance.now();
    const outcome = await sender()(server.url, { timeoutMs: 20_000 });
    expect(['connection_error', 'response']).toContain(outcome.kind);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(server.accepted()).toBe(1);
  });

  it('a status beyond 599 is taken as it is', async () => {
    const server = closing(await startRaw((socket) => socket.write('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n')));
    expect(as('response', await sender()(server.url)).status).toBe(999);
  });

  it('a 103 first is heard out', async () => {
    const server = closing(
      await startRaw((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${ok}`)),
    );
    expect(text(await sender()(server.url))).toBe('ok');
  });
});

describe('a server that cannot be reached', () => {
  it('because nothing listens there is recorded as refused, with nothing sent', async () => {
    const server = await startRaw(() => {});
    await server.close();
    const outcome = as('connection_error', await sender()(server.url));
    expect(outcome).toMatchObject({ code: 'connection_refused', requestSent: false });
  });

  it('because its name does not exist is recorded as a DNS error, with nothing sent', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    const outcome = as('connection_error', await sender({ lookup })('http://nowhere.example/'));
    expect(outcome).toMatchObject({ code: 'dns_error', requestSent: false });
    expect(outcome.message).toContain('ENOTFOUND');
  });

  it('because its name has no address is recorded as a DNS error', async () => {
    const outcome = as('connection_error', await sender({ lookup: async () => [] })('http://nowhere.example/'));
    expect(outcome).toMatchObject({ code: 'dns_error', requestSent: false });
  });

  it('at its first address is tried at the next', async () => {
    const target = closing(await startTarget());
    const send = sender({ lookup: async () => ['::1', '127.0.0.1'], egress: allowing('127.0.0.1', '::1') });
    const outcome = as('response', await send(`${target.url.replace('127.0.0.1', 'two.example')}/json`));
    expect(outcome).toMatchObject({ status: 200, remoteAddress: '127.0.0.1' });
    expect(target.requests[0]?.headers.host).toBe(`two.example:${new URL(target.url).port}`);
  });
});

describe('a connection that was kept', () => {
  it('is used again, without being opened anew', async () => {
    const target = closing(await startTarget());
    const send = sender();
    const first = as('response', await send(`${target.url}/json`));
    const second = as('response', await send(`${target.url}/json`));
    expect(target.connections().accepted).toBe(1);
    expect(first.timings.connectMs).not.toBeNull();
    expect(second.timings).toMatchObject({ dnsMs: null, connectMs: null, tlsMs: null });
    expect(second.remoteAddress).toBe('127.0.0.1');
  });

  it.each([
    ['GET', 'response', 2],
    ['PUT', 'response', 2],
    ['POST', 'connection_error', 1],
  ] as const)('and breaks under a %s ends in a %s', async (method, kind, connections) => {
    const server = closing(
      await startRaw((socket, index, request) => {
        if (index === 0 && request.includes('/second')) socket.resetAndDestroy();
        else socket.write(ok);
      }),
    );
    const send = sender();
    expect(text(await send(`${server.url}/first`))).toBe('ok');
    const outcome = await send(`${server.url}/second`, { method });
    expect(outcome.kind).toBe(kind);
    if (outcome.kind === 'connection_error') {
      expect(outcome).toMatchObject({ code: 'connection_reset', requestSent: true });
    }
    expect(server.accepted()).toBe(connections);
  });

  it('and breaks twice is reported, not tried for ever', async () => {
    const server = closing(
      await startRaw((socket, _, request) => {
        if (request.includes('/second')) socket.resetAndDestroy();
        else socket.write(ok);
      }),
    );
    const send = sender();
    await send(`${server.url}/first`);
    expect(as('connection_error', await send(`${server.url}/second`)).code).toBe('connection_reset');
    expect(server.accepted()).toBe(2);
  });

  it('and was closed by the server meanwhile is replaced, for a POST too', async () => {
    const server = closing(await startRaw((socket) => socket.end(ok)));
    const send = sender();
    expect(text(await send(server.url, { method: 'POST' }))).toBe('ok');
    await server.allClosed();
    expect(text(await send(server.url, { method: 'POST' }))).toBe('ok');
    expect(server.accepted()).toBe(2);
  });

  it('does not pass a second, uncalled-for response to the next request', async () => {
    const poison = 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison';
    const server = closing(await startRaw((socket, index) => socket.write(index === 0 ? ok + poison : ok)));
    const send = sender();
    expect(text(await send(server.url))).toBe('ok');
    expect(text(await send(server.url))).toBe('ok');
  });
});

describe('a request that cannot be sent', () => {
  it.each([
    ['a header value with a line break', { headers: [['x', 'a\r\nb: c']] }],
    ['a header name with a space', { headers: [['x y', 'a']] }],
    ['a Host of its own', { headers: [['Host', 'elsewhere.example']] }],
    ['a Connection header', { headers: [['connection', 'x-secret']] }],
    ['a wrong Content-Length', { headers: [['content-length', '7']], method: 'POST', body: Buffer.from('12') }],
    ['an Expect header', { headers: [['expect', '100-continue']] }],
    ['a method with a space', { method: 'GET /' }],
  ] as const)('because of %s is invalid, and nothing is sent', async (_, request) => {
    const target = closing(await startTarget());
    const { headers = [], ...rest } = request as { headers?: readonly (readonly [string, string])[] };
    const outcome = await sender()(target.url, { headers: headers.map(([name, value]) => [name, value]), ...rest });
    expect(as('invalid_request', outcome).message).not.toBe('');
    expect(target.requests).toEqual([]);
  });

  it('because its URL is none is invalid', async () => {
    expect((await sender()('not a url')).kind).toBe('invalid_request');
  });
});
