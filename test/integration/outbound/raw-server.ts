import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';

export type RawServer = {
  url: string;
  port: number;
  /** Connections accepted so far. */
  accepted(): number;
  /** Resolves when no connection is open. */
  allClosed(): Promise<void>;
  close(): Promise<void>;
};

/** A TCP server that says exactly what a test wants, for answers no HTTP library would give. */
export async function startRaw(
  onRequest: (socket: Socket, index: number, request: string) => void,
  onConnection: (socket: Socket) => void = () => {},
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  let whenEmpty: (() => void)[] = [];
  const server = createServer({ allowHalfOpen: false }, (socket) => {
    const index = accepted;
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size > 0) return;
      for (const resolve of whenEmpty) resolve();
      whenEmpty = [];
    });
    onConnection(socket);
    socket.on('data', (chunk) => onRequest(socket, index, chunk.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    accepted: () => accepted,
    allClosed: () => (sockets.size === 0 ? Promise.resolve() : new Promise((resolve) => whenEmpty.push(resolve))),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Calls `step` until the socket closes. */
export function every(ms: number, socket: Socket, step: () => void): void {
  const timer = setInterval(step, ms);
  socket.on('close', () => clearInterval(timer));
}
