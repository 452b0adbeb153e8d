import { connect } from 'node:net';

const timeoutMs = 5_000;

/** Opens a TCP connection, closes it, and returns how long the opening took. */
export function connectMs(host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const started = performance.now();
  const socket = connect({ host, port, timeout: timeoutMs });
  socket.once('connect', () => {
    resolve(performance.now() - started);
    socket.destroy();
  });
  socket.once('timeout', () => socket.destroy(new Error(`no connection within ${timeoutMs / 1_000} s`)));
  socket.once('error', reject);
  return promise;
}
