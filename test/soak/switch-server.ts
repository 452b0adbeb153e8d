import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that can be away for a while and come back on its port. */
export type SwitchServer = {
  url: string;
  /** Breaks all connections and refuses new ones. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
};

export async function startSwitchServer(listener: RequestListener, host = '127.0.0.1'): Promise<SwitchServer> {
  const server = createServer(listener);
  server.on('connection', (socket) => socket.on('error', () => {}));
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host, backlog: 2048 }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  const down = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host}:${port}`, down, up: () => listen(port), close: down };
}
