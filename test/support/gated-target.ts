import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A target whose callers wait until it is told to answer. */
export type GatedTarget = {
  url: string;
  /** Number of requests for each path. */
  hits: Map<string, number>;
  total(): number;
  /** Answers all waiting requests, and answers new ones at once. */
  open(): void;
  /** Makes new requests wait. Requests that already wait go on waiting. */
  shut(): void;
  close(): Promise<void>;
};

/** Starts a gated target. Each answer has the number of the request for its path: `{"hit":2}`. */
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
