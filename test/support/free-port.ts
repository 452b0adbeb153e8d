import { createServer, type Server } from 'node:net';

/** Ports below those that the system gives to connections and to whoever asks for any port, in blocks of one process each. */
const lowest = 10_000;
const ofProcess = 50;
const processes = 440;
let given = 0;
let block: Promise<number> | undefined;

/**
 * Returns a port that was free a moment ago, and that no other process of a run takes meanwhile: between this answer and
 * its use the system could give one of its own to somebody else. Nobody takes it either while a test has what listens there
 * killed and started again.
 */
export async function freePort(): Promise<number> {
  block ??= takeBlock();
  // The first port of the block is what holds it.
  const port = lowest + (await block) * ofProcess + 1 + (given++ % (ofProcess - 1));
  const server = await listen(port);
  if (server === null) return freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Returns the URL of a port where nobody listens, and where nobody will while this process lives. */
export async function closedUrl(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

/** Takes a block for as long as this process lives, by listening on its first port. */
async function takeBlock(): Promise<number> {
  for (let tries = 0; tries < processes; tries++) {
    const number = (process.pid + tries) % processes;
    const held = await listen(lowest + number * ofProcess);
    if (held === null) continue;
    held.unref();
    return number;
  }
  throw new Error('other processes hold all ports');
}

async function listen(port: number): Promise<Server | null> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  return isFree ? server : null;
}
