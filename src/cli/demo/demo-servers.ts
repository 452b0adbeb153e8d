import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export type DemoServer = Readonly<{ url: string; close(): Promise<void> }>;

/** Handles a callback exactly as it came. Returns the status to send. */
export type OnCallback = (callback: { headers: IncomingHttpHeaders; body: Buffer }) => Promise<number>;

/** The time that `/report` takes, in milliseconds. */
export const reportMs = 3_000;

/** Starts the API that the jobs call. `/chat` answers 429, then 503, then 200. `/report` takes three seconds. */
export function startDemoApi(): Promise<DemoServer> {
  const chat = [tooMany, unavailable, chatAnswer];
  return listen((request, response) => {
    request.resume();
    if (request.url === '/chat') (chat.shift() ?? chatAnswer)(response);
    else if (request.url === '/report') answerLate(response);
    else response.writeHead(404).end();
  });
}

function tooMany(response: ServerResponse): void {
  const reset = Math.ceil(Date.now() / 1_000) + 1;
  const headers = { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
  response.writeHead(429, { 'content-type': 'text/plain', ...headers }).end('Too many requests.\n');
}

function unavailable(response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'text/plain' }).end('Overloaded.\n');
}

function chatAnswer(response: ServerResponse): void {
  answerJson(response, { model: 'demo', text: 'Hang up. I will ring you back.' });
}

function answerLate(response: ServerResponse): void {
  const timer = setTimeout(() => answerJson(response, { rows: 42 }), reportMs);
  response.once('close', () => clearTimeout(timer));
}

function answerJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Starts the server with the app's own webhook route. */
export function startDemoReceiver(onCallback: OnCallback): Promise<DemoServer> {
  return listen(async (request, response) => {
    const body = await readAll(request);
    response.writeHead(await onCallback({ headers: request.headers, body })).end();
  });
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Starts a server that only this machine can reach, on any free port. */
async function listen(
  listener: RequestListener | ((...args: Parameters<RequestListener>) => Promise<void>),
): Promise<DemoServer> {
  const server = createServer((request, response) => {
    // A client that closed its connection early is no problem for the demo.
    Promise.resolve(listener(request, response)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
