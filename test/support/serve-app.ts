import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';

/** The routes of an app by their paths, as the `POST` of a Next route. */
export type AppRoutes = Record<string, (request: Request) => Promise<Response>>;

/** An app with routes, as a platform runs it. */
export type ServeApp = {
  url: string;
  /** Number of entries of each path. */
  entries: Map<string, number>;
  close(): Promise<void>;
};

/**
 * Starts an app. With `limitMs` it cuts off every request after that time, as a platform with a limit does; the
 * function itself runs on.
 */
export async function startServeApp(
  routes: AppRoutes,
  { port = 0, limitMs }: { port?: number; limitMs?: number } = {},
): Promise<ServeApp> {
  const entries = new Map<string, number>();
  const listen = getRequestListener((request) => {
    const { pathname } = new URL(request.url);
    entries.set(pathname, (entries.get(pathname) ?? 0) + 1);
    return routes[pathname]?.(request) ?? new Response(null, { status: 404 });
  });
  const server = createServer((request, response) => {
    const timer = limitMs === undefined ? undefined : setTimeout(() => request.socket.destroy(), limitMs);
    response.on('close', () => clearTimeout(timer));
    void listen(request, response);
  });
  server.on('connection', (socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    entries,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
