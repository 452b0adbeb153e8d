import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startRaw } from './raw-server.ts';
import { closing, sender } from './sending.ts';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const keepAliveMs = 2_000;
const latencyMs = 100;

/** Starts a server that closes connections after this silence, without saying so before, and counts what it got. */
async function startClosing({ headers = '', afterMs = keepAliveMs } = {}) {
  const got: string[] = [];
  const server = await startRaw((socket, _index, request) => {
    got.push(request.split(' ')[1] ?? '');
    socket.write(ok.replace('\r\n', `\r\n${headers}`));
    socket.setTimeout(afterMs, () => socket.destroy());
  });
  return { ...closing(server), got };
}

/** Starts a proxy that passes everything on after a while, in both directions, the ends of connections too. */
async function startSlowLine(port: number) {
  const sockets = new Set<Socket>();
  const pass = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on('error', () => {});
    from.on('data', (chunk) => setTimeout(() => to.writable && to.write(chunk), latencyMs));
    from.on('close', () => setTimeout(() => to.destroy(), latencyMs));
  };
  const proxy = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return closing({
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        proxy.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  });
}

describe('a server that closes idle connections after 2 s, 100 ms away,', () => {
  it('fails none of 100 POSTs, and gets none twice', async () => {
    const server = await startClosing();
    const line = await startSlowLine(server.port);
    const lanes = Array.from({ length: 25 }, async (_, lane) => {
      const send = sender();
      const kinds: string[] = [];
      for (let turn = 0; turn < 5; turn++) {
        const path = `/${lane}-${turn}`;
        kinds.push((await send(line.url + path, { method: 'POST', body: Buffer.from('{}') })).kind);
        await pause(1_780 + lane * 8);
      }
      return kinds;
    });
    const kinds = (await Promise.all(lanes)).flat();
    expect(kinds).toHaveLength(125);
    expect(kinds.filter((kind) => kind !== 'response')).toEqual([]);
    expect(new Set(server.got).size).toBe(server.got.length);
    expect(server.got).toHaveLength(125);
  }, 30_000);

  it('fails no request that may be repeated either', async () => {
    const server = await startClosing();
    const line = await startSlowLine(server.port);
    const lanes = Array.from({ length: 10 }, async (_, lane) => {
      const send = sender();
      const request = lane % 2 === 0 ? { method: 'POST', repeatable: true } : { method: 'PUT' };
      await send(line.url, request);
      await pause(1_800 + lane * 18);
      return (await send(line.url, request)).kind;
    });
    expect(new Set(await Promise.all(lanes))).toEqual(new Set(['response']));
  }, 30_000);
});

describe('a kept connection', () => {
  it('carries a POST that follows soon, and not one that follows late', async () => {
    const server = await startClosing({ afterMs: 20_000 });
    const send = sender();
    for (const waitMs of [0, 0, 900, 0]) {
      await pause(waitMs);
      expect((await send(server.url, { method: 'POST' })).kind).toBe('response');
    }
    expect(server.accepted()).toBe(2);
  });

  it('that is too old for a POST makes room for it, and is kept for others otherwise', async () => {
    const server = await startClosing({ afterMs: 20_000 });
    const narrow = sender({ connectionsPerOrigin: 1 });
    await narrow(server.url);
    await pause(700);
    expect((await narrow(server.url, { method: 'POST' })).kind).toBe('response');
    expect(server.accepted()).toBe(2);
    const wide = sender();
    await wide(server.url);
    await pause(700);
    await wide(server.url, { method: 'POST' });
    await pause(700);
    await wide(server.url);
    expect(server.accepted()).toBe(4);
  });

  it('is not used longer than its server says', async () => {
    const server = await startClosing({ headers: 'keep-alive: timeout=1\r\n' });
    const send = sender();
    await send(server.url);
    await pause(200);
    await send(server.url);
    expect(server.accepted()).toBe(2);
  });

  it.each([
    ['that may be repeated', true, 'response', 3],
    ['that may not', false, 'connection_error', 2],
  ] as const)('that breaks under a POST %s ends in a %s', async (_, repeatable, kind, requests) => {
    let asked = 0;
    const server = closing(
      await startRaw((socket, index, request) => {
        asked += 1;
        if (index === 0 && request.includes('/second')) socket.resetAndDestroy();
        else socket.write(ok);
      }),
    );
    const send = sender();
    await send(`${server.url}/first`);
    expect((await send(`${server.url}/second`, { method: 'POST', repeatable })).kind).toBe(kind);
    expect(asked).toBe(requests);
  });
});
