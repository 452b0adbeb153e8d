import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startGatedTarget } from '#test/support/gated-target.ts';
import { startTarget } from '#test/support/target-server.ts';
import { as, closing, sender } from './sending.ts';

describe('under load', () => {
  it('500 requests are in flight at once', async () => {
    const gate = closing(await startGatedTarget());
    const send = sender({ connectionsPerOrigin: 500 });
    const sent = Array.from({ length: 500 }, (_, n) => send(`${gate.url}/${n}`, { timeoutMs: 60_000 }));
    // None is answered before all have arrived.
    await expect.poll(() => gate.total(), { timeout: 50_000 }).toBe(500);
    gate.open();
    const outcomes = await Promise.all(sent);
    expect(outcomes.every((outcome) => as('response', outcome).status === 200)).toBe(true);
  });

  it('no more connections are opened to an origin than allowed, and none is opened without need', async () => {
    const target = closing(await startTarget());
    const send = sender({ connectionsPerOrigin: 8 });
    const outcomes = await Promise.all(Array.from({ length: 1000 }, () => send(`${target.url}/json`)));
    expect(outcomes.every((outcome) => outcome.kind === 'response')).toBe(true);
    expect(target.connections().accepted).toBe(8);
    expect(target.hits('/json')).toBe(1000);
  });

  it('requests that fail leave room for those that wait', async () => {
    const target = closing(await startTarget());
    const send = sender({ connectionsPerOrigin: 2 });
    const paths = Array.from({ length: 60 }, (_, n) => ['/reset', '/json', '/close', '/garbage'][n % 4] ?? '');
    const kinds = await Promise.all(
      paths.map(async (path) => (await send(target.url + path, { method: 'POST' })).kind),
    );
    expect(kinds).toEqual(paths.map((path) => (path === '/json' ? 'response' : 'connection_error')));
    expect(target.requests.length).toBe(60);
  });

  it('closing interrupts what is under way and leaves no socket', async () => {
    const target = closing(await startTarget());
    const sockets = socketsOpenedFromNow();
    const send = sender();
    await send(`${target.url}/json`);
    const underWay = Array.from({ length: 20 }, () => send(`${target.url}/hang`));
    const waiting = sender({ lookup: () => new Promise<string[]>(() => {}) });
    const lookingUp = waiting('http://hangs.example/');
    await Promise.all([send.close(), waiting.close()]);
    expect((await Promise.all([...underWay, lookingUp])).every((outcome) => outcome.kind === 'interrupted')).toBe(true);
    expect((await send(`${target.url}/json`)).kind).toBe('interrupted');
    await expect.poll(() => target.connections().open, { timeout: 4_000 }).toBe(0);
    expect(sockets.length).toBeGreaterThan(0);
    expect(sockets.filter((socket) => !socket.closed)).toEqual([]);
  });
});

/** Collects every socket that this process opens during the test. Sockets of other tests stay out of it. */
function socketsOpenedFromNow(): Socket[] {
  const sockets: Socket[] = [];
  const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', note);
  onTestFinished(() => void unsubscribe('net.client.socket', note));
  return sockets;
}
