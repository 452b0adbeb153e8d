import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A target that keeps its callers waiting until it is told to answer. */
export type GatedTarget = {
  url: string;
  /** How many requests each path has had. */
  hits: Map<string, number>;
  total(): number;
  /** Answers all who wait, and at once whoever comes from now on. */
  open(): void;
  /** Whoever comes from now on waits; who waits already goes on waiting. */
  shut(): void;
  close(): Promise<void>;
};

/** Each answer says which request for its path it belongs to: `{"hit":2}`. */
export async function startGatedTarget(): Promise<GatedTarget> {
  const hits = new Map<string, number>();
  const waiting = new Set<() => void>();
  let open = false;
  let total = 0;

  const server = createServer((request, response: ServerResponse) => {
    const path = request.url ?? '';
    const hit = (hits.get(path) ?? 0) + 1;
    hits.set(path, hit);
    total += 1;
    request.resume();
    const answer = () => {
      waiting.delete(answer);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ hit }));
    };
    if (open) answer();
    else waiting.add(answer);
    response.on('close', () => waiting.delete(answer));
  });
  server.on('connection', (socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hits,
    total: () => total,
    open() {
      open = true;
      for (const answer of [...waiting]) answer();
    },
    shut() {
      open = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
