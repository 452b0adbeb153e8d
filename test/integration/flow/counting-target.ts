import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A target that counts what is under way, and answers after a while or when it is told to. */
export type CountingTarget = {
  url: string;
  /** Times of the requests, in epoch milliseconds, by path. */
  arrivals: { path: string; at: number }[];
  /** The most requests that were open at once, by path. */
  most(path: string): number;
  openNow(): number;
  /** Answers everything that is open. */
  answerAll(): void;
  close(): Promise<void>;
};

/** Starts such a target. `holdMs` null: each request waits for `answerAll`. */
export async function startCountingTarget(holdMs: number | null): Promise<CountingTarget> {
  const arrivals: { path: string; at: number }[] = [];
  const open = new Map<ServerResponse, string>();
  const most = new Map<string, number>();
  const answer = (response: ServerResponse) => {
    open.delete(response);
    if (!response.destroyed) response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    arrivals.push({ path, at: Date.now() });
    open.set(response, path);
    const now = [...open.values()].filter((one) => one === path).length;
    most.set(path, Math.max(most.get(path) ?? 0, now));
    request.resume();
    response.on('close', () => open.delete(response));
    if (holdMs !== null) setTimeout(() => answer(response), holdMs);
  });
  server.on('connection', (socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    most: (path) => most.get(path) ?? 0,
    openNow: () => open.size,
    answerAll: () => [...open.keys()].forEach(answer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
