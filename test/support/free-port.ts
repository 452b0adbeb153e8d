import { createServer } from 'node:net';

/** Ports below those that the system gives to connections and to whoever asks for any port. Each process has some. */
const lowest = 10_000;
const ofProcess = 50;
const processes = 440;
let given = 0;

/**
 * Returns a port that was free a moment ago, and that no other process of a run takes meanwhile: between this answer and
 * its use the system could give one of its own to somebody else.
 */
export async function freePort(): Promise<number> {
  const port = lowest + (process.pid % processes) * ofProcess + (given++ % ofProcess);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!isFree) return freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
