import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An API that answers `limit` requests in each window, for each `authorization`, and refuses all others with 429. */
export type LimitedApi = {
  url: string;
  /** Requests that came, those of them that were refused, and those of these that came after the window in which the first was. */
  counts: { all: number; refused: number; refusedLater: number };
  /** Paths of the requests that were answered, in order. */
  answered: string[];
  close(): Promise<void>;
};

/** What the API says of its limit in a response, given what is left and the milliseconds until the reset. */
export type Told = (state: {
  limit: number;
  left: number;
  resetMs: number;
  refused: boolean;
}) => Record<string, string>;

/** Starts such an API. Its windows are fixed: the first one begins with the first request. */
export async function startLimitedApi(options: {
  limit: number;
  windowMs: number;
  told: Told;
  answerMs?: number;
}): Promise<LimitedApi> {
  const { limit } = options;
  const counts = { all: 0, refused: 0, refusedLater: 0 };
  const answered: string[] = [];
  let firstUntil = Number.POSITIVE_INFINITY;
  const windows = new Map<string, { from: number; used: number }>();
  const answer = (response: ServerResponse, status: number, headers: Record<string, string>) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{}');
  const server = createServer((request, response) => {
    request.resume();
    const who = request.headers.authorization ?? '';
    const now = performance.now();
    const before = windows.get(who);
    const ago = before === undefined ? Number.POSITIVE_INFINITY : now - before.from;
    const window =
      before === undefined || ago >= options.windowMs
        ? {
            from: before === undefined ? now : before.from + Math.floor(ago / options.windowMs) * options.windowMs,
            used: 0,
          }
        : before;
    windows.set(who, window);
    counts.all += 1;
    const refused = window.used >= limit;
    if (refused) {
      counts.refused += 1;
      if (counts.refused === 1) firstUntil = window.from + options.windowMs;
      if (now >= firstUntil) counts.refusedLater += 1;
    } else {
      window.used += 1;
      answered.push(request.url ?? '');
    }
    const resetMs = window.from + options.windowMs - now;
    const headers = options.told({ limit, left: limit - window.used, resetMs, refused });
    if (refused || !options.answerMs) answer(response, refused ? 429 : 200, headers);
    else setTimeout(() => answer(response, 200, headers), options.answerMs);
  });
  server.on('connection', (socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    answered,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
