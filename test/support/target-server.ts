import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export type Arrival = {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  at: number;
};

export type Target = {
  url: string;
  requests: Arrival[];
  /** Returns the number of requests for a path, without regard to the query. */
  hits(path: string): number;
  /** Returns the number of connections accepted so far, and of those still open. */
  connections(): { accepted: number; open: number };
  close(): Promise<void>;
};

type Scene = {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  rest: string;
  memory: Map<string, number>;
};

const allBytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** The behaviours, by the first segment of the path. */
const plays: Record<string, (scene: Scene) => void | Promise<void>> = {
  status: ({ response, rest }) => {
    response.writeHead(Number(rest), { 'content-type': 'text/plain' }).end(`status ${rest}\n`);
  },
  slow: ({ response, rest }) => {
    const timer = setTimeout(() => response.end('slow\n'), Number(rest));
    response.on('close', () => clearTimeout(timer));
  },
  json: ({ response }) => answerJson(response, { ok: true, text: 'häßlich', list: [1, 2, 3] }),
  echo: async ({ request, response, url }) => {
    const body = await readAll(request);
    answerJson(response, {
      method: request.method,
      path: url.pathname + url.search,
      headers: request.headers,
      body: body.toString('base64'),
    });
  },
  bytes: ({ response, rest }) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.end(Buffer.alloc(Number(rest), allBytes));
  },
  drip: ({ response, rest, url }) => {
    let left = Number(rest);
    response.writeHead(200, { 'content-length': String(left) }).flushHeaders();
    const timer = setInterval(
      () => {
        response.write('.');
        left -= 1;
        if (left <= 0) response.end();
      },
      Number(url.searchParams.get('everyMs') ?? 1000),
    );
    response.on('close', () => clearInterval(timer));
  },
  reset: ({ request }) => {
    request.socket.resetAndDestroy();
  },
  close: ({ request }) => {
    request.socket.end();
  },
  garbage: ({ request }) => {
    request.socket.end('\u0001\u0002 this is no HTTP at all\r\n\r\n');
  },
  redirect: ({ response, url }) => {
    const location = url.searchParams.get('url') ?? '/json';
    response.writeHead(Number(url.searchParams.get('status') ?? 302), { location }).end('over there\n');
  },
  plan: ({ response, url, memory }) => {
    const key = `plan:${url.searchParams.get('key') ?? ''}`;
    const statuses = (url.searchParams.get('statuses') ?? '200').split(',').map(Number);
    const step = memory.get(key) ?? 0;
    memory.set(key, step + 1);
    const status = statuses[Math.min(step, statuses.length - 1)] ?? 200;
    const retryAfter = url.searchParams.get('retry-after');
    const headers = retryAfter !== null && status >= 400 ? { 'retry-after': retryAfter } : {};
    response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(`step ${step + 1}\n`);
  },
  'reset-after': ({ response, rest, url, memory }) => {
    const key = `reset:${url.pathname}${url.search}`;
    const reset = memory.get(key) ?? Math.ceil(Date.now() / 1000) + Number(rest);
    memory.set(key, reset);
    const over = Date.now() >= reset * 1000;
    const headers = { 'x-ratelimit-remaining': over ? '100' : '0', 'x-ratelimit-reset': String(reset) };
    response.writeHead(over ? 200 : 429, headers).end(over ? 'welcome back\n' : 'too many\n');
  },
  endless: ({ response }) => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', pour);
    pour();
  },
  hang: () => {},
};

/**
 * Starts a server whose behaviour depends on the path: `/status/503`, `/slow/2000`, `/json`, `/echo`, `/bytes/N`,
 * `/drip/N?everyMs=`, `/reset` (RST), `/close` (FIN), `/garbage`, `/redirect/to?url=…&status=302`,
 * `/plan?key=k&statuses=429,503,200&retry-after=2`, `/reset-after/3`, `/endless`, `/hang`.
 */
export async function startTarget(): Promise<Target> {
  const requests: Arrival[] = [];
  const memory = new Map<string, number>();
  const counts = new Map<string, number>();
  let accepted = 0;
  let open = 0;

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://target');
    const { method = '', headers } = request;
    requests.push({ method, path: url.pathname + url.search, headers, at: Date.now() });
    counts.set(url.pathname, (counts.get(url.pathname) ?? 0) + 1);
    const [, name = '', ...rest] = url.pathname.split('/');
    const play = plays[name];
    if (play === undefined) return void response.writeHead(404).end();
    Promise.resolve(play({ request, response, url, rest: rest.join('/'), memory })).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    accepted += 1;
    open += 1;
    socket.on('error', () => {});
    socket.on('close', () => {
      open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    hits: (path) => counts.get(path) ?? 0,
    connections: () => ({ accepted, open }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
