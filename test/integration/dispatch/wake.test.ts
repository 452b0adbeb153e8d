import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { makeNotify, openWakeConnection } from '#src/store/db/wake.ts';
import { makeTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { startPostgresProxy } from '#test/support/postgres-proxy.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await makeTestDatabase();
  db = makeDb(database.url, { max: 2, name: 'test' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** In front of the database: takes the first connections and says nothing on them, passes the later ones on. */
async function startSilentThenPassing(
  silent: number,
): Promise<{ url: string; taken(): number; server: Server; close(): void }> {
  const real = new URL(database.url);
  const sockets = new Set<Socket>();
  let taken = 0;
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => undefined);
    taken += 1;
    if (taken <= silent) return void client.resume();
    const behind = connect(Number(real.port), real.hostname);
    sockets.add(behind);
    behind.on('error', () => undefined);
    client.pipe(behind).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(database.url);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    taken: () => taken,
    server,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

it('a database that takes the connection and says nothing is dialled again, until signals come', async () => {
  const front = await startSilentThenPassing(2);
  const heard: string[] = [];
  const wakes = openWakeConnection(front.url, { listener: (payload) => heard.push(payload) }, { dialTimeoutMs: 150 });
  try {
    await expect.poll(front.taken, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    // Once for what may have been said before, then what is said.
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['']);
    const dialled = front.taken();
    makeNotify(db)('listener', 'somebody');
    await expect.poll(() => heard).toEqual(['', 'somebody']);
    expect(front.taken()).toBe(dialled);
  } finally {
    await wakes.close();
    front.close();
  }
});

it('one that is closed while it dials dials no more', async () => {
  const front = await startSilentThenPassing(1);
  const heard: string[] = [];
  const wakes = openWakeConnection(front.url, { due: (payload) => heard.push(payload) }, { dialTimeoutMs: 1_000 });
  await expect.poll(front.taken).toBe(1);
  const ended = new Promise<void>((resolve) => front.server.once('close', resolve));
  await wakes.close();
  front.server.close();
  await ended;
  expect([front.taken(), heard]).toEqual([1, []]);
  front.close();
});

it('a connection that the network has dropped without a word is replaced, and signals come again', async () => {
  const proxy = await startPostgresProxy(database.url);
  const heard: string[] = [];
  const options = { dialTimeoutMs: 1_500, checkMs: 200 };
  const wakes = openWakeConnection(proxy.url, { due: (payload) => heard.push(payload) }, options);
  try {
    await expect.poll(() => heard).toContain('');
    proxy.forgetOpen();
    heard.length = 0;
    await expect.poll(() => heard, { timeout: 10_000 }).toContain('');
    makeNotify(db)('due', 'again');
    await expect.poll(() => heard).toContain('again');
  } finally {
    await wakes.close();
    await proxy.close();
  }
});

it('a process that stops does not wait for the goodbye of a connection that the network has dropped', async () => {
  const proxy = await startPostgresProxy(database.url);
  const heard: string[] = [];
  const wakes = openWakeConnection(proxy.url, { due: (payload) => heard.push(payload) }, { dialTimeoutMs: 300 });
  await expect.poll(() => heard).toEqual(['']);
  proxy.forgetOpen();
  await wakes.close();
  await proxy.close();
});
