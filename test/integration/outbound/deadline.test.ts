import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startTarget } from '#test/support/target-server.ts';
import { every, startRaw } from './raw-server.ts';
import { as, closing, sender } from './sending.ts';

const timeoutMs = 500;
/** One sweep of the deadlines, and what two busy cores may add. */
const lateMs = 3_000;

const stalls: { what: string; phase: 'headers' | 'body'; play: (socket: Socket) => void }[] = [
  { what: 'accepts and never answers', phase: 'headers', play: () => {} },
  {
    what: 'sends a header byte at a time',
    phase: 'headers',
    play: (socket) => {
      const bytes = [...`HTTP/1.1 200 OK\r\nx-long: ${'a'.repeat(1000)}`];
      every(30, socket, () => void socket.write(bytes.shift() ?? 'a'));
    },
  },
  {
    what: 'sends 103s without end',
    phase: 'headers',
    play: (socket) => every(30, socket, () => void socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n')),
  },
  {
    what: 'sends a body byte at a time',
    phase: 'body',
    play: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
      every(30, socket, () => void socket.write('.'));
    },
  },
  {
    what: 'stops in the middle of a chunk',
    phase: 'body',
    play: (socket) => void socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nabc'),
  },
];

describe('the deadline of an attempt', () => {
  it.each(stalls)('ends a request to a server that $what', async ({ phase, play }) => {
    const server = closing(await startRaw((socket) => play(socket)));
    const send = sender();
    const started = performance.now();
    const outcome = as('timeout', await send(server.url, { timeoutMs }));
    const took = performance.now() - started;
    expect(took).toBeGreaterThanOrEqual(timeoutMs - 1);
    expect(took).toBeLessThan(timeoutMs + lateMs);
    expect(outcome).toMatchObject({ phase, requestSent: true });
    expect(outcome.afterMs).toBeGreaterThanOrEqual(timeoutMs);
    await server.allClosed();
  });

  it('ends a request whose answer would have come a moment later', async () => {
    const target = closing(await startTarget());
    const outcome = await sender()(`${target.url}/slow/1500`, { timeoutMs });
    expect(as('timeout', outcome)).toMatchObject({ phase: 'headers', requestSent: true });
  });

  it('covers all redirects together', async () => {
    const server = closing(
      await startRaw((socket) => {
        setTimeout(() => socket.end('HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n'), 200);
      }),
    );
    const started = performance.now();
    const outcome = await sender()(server.url, { timeoutMs, maxRedirects: 100 });
    expect(as('timeout', outcome).requestSent).toBe(true);
    expect(performance.now() - started).toBeLessThan(timeoutMs + lateMs);
    expect(server.accepted()).toBeGreaterThanOrEqual(2);
  });

  it('covers the name lookup, and knows that nothing was sent', async () => {
    const send = sender({ lookup: () => new Promise<string[]>(() => {}) });
    const outcome = as('timeout', await send('http://hangs.example/', { timeoutMs }));
    expect(outcome).toMatchObject({ phase: 'connect', requestSent: false });
  });

  it('covers a TLS handshake that is never answered, and closes the socket', async () => {
    const server = closing(await startRaw(() => {}));
    const outcome = as('timeout', await sender()(server.url.replace('http:', 'https:'), { timeoutMs }));
    expect(outcome).toMatchObject({ phase: 'connect', requestSent: false });
    await server.allClosed();
    expect(server.accepted()).toBe(1);
  });

  it('covers the wait for a free connection, and leaves the connection to the next', async () => {
    const target = closing(await startTarget());
    const send = sender({ connectionsPerOrigin: 1 });
    const [first, second, third] = await Promise.all([
      send(`${target.url}/slow/1000`),
      send(`${target.url}/json?waits`, { timeoutMs: 300 }),
      send(`${target.url}/json`),
    ]);
    expect(as('timeout', second)).toMatchObject({ phase: 'connect', requestSent: false });
    expect(as('response', first).status).toBe(200);
    expect(as('response', third).status).toBe(200);
    expect(target.requests.map((request) => request.path)).toEqual(['/slow/1000', '/json']);
    expect(target.connections().accepted).toBe(1);
  });

  it('never blocks one target because another hangs', async () => {
    const [slow, healthy] = [closing(await startTarget()), closing(await startTarget())];
    const send = sender({ connectionsPerOrigin: 4 });
    const controller = new AbortController();
    const { signal } = controller;
    const hanging = Array.from({ length: 20 }, () => send(`${slow.url}/hang`, { timeoutMs: 50_000, signal }));
    let ended = 0;
    for (const one of hanging) void one.then(() => (ended += 1));
    for (let n = 0; n < 20; n += 1) as('response', await send(`${healthy.url}/json`));
    expect(ended).toBe(0);
    controller.abort();
    expect((await Promise.all(hanging)).every((outcome) => outcome.kind === 'interrupted')).toBe(true);
  });
});

describe("the caller's signal", () => {
  it('interrupts a request under way and closes its socket', async () => {
    const controller = new AbortController();
    const server = closing(await startRaw(() => controller.abort()));
    const outcome = await sender()(server.url, { signal: controller.signal });
    expect(outcome).toEqual({ kind: 'interrupted', by: 'shutdown' });
    await server.allClosed();
  });

  it('may be the same for hundreds of requests', async () => {
    const controller = new AbortController();
    const warnings: Error[] = [];
    const warned = (warning: Error) => void warnings.push(warning);
    process.on('warning', warned);
    const target = closing(await startTarget());
    const send = sender({ connectionsPerOrigin: 200 });
    const under = Array.from({ length: 200 }, () => send(`${target.url}/hang`, { signal: controller.signal }));
    await expect.poll(() => target.hits('/hang'), { timeout: 4_000 }).toBe(200);
    controller.abort();
    expect((await Promise.all(under)).every((outcome) => outcome.kind === 'interrupted')).toBe(true);
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  it('keeps a request from being sent when it was given before', async () => {
    const target = closing(await startTarget());
    const outcome = await sender()(target.url, { signal: AbortSignal.abort() });
    expect(outcome.kind).toBe('interrupted');
    expect(target.connections().accepted).toBe(0);
  });
});
