import { createServer } from 'node:http';

/**
 * Starts the health server. `/healthz` answers 200 while the process runs. `/readyz` answers 200 while the worker is in
 * touch with the database, else 503. Port 0 starts no server.
 */
export async function startHealth(port: number, isReady: () => boolean): Promise<{ close(): Promise<void> }> {
  if (port === 0) return { close: () => Promise.resolve() };
  const server = createServer((request, response) => {
    const ok = request.url === '/healthz' || (request.url === '/readyz' && isReady());
    response.writeHead(ok ? 200 : request.url === '/readyz' ? 503 : 404, { 'content-type': 'text/plain' });
    response.end(ok ? 'ok\n' : 'not ready\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
