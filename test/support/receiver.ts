import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One webhook as it came. `body` has exactly the bytes on the wire. */
export type Received = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer; at: number };

/** Answer to a webhook. A number is a status with no body; `hang` never answers; `reset` breaks the connection. */
export type Reply =
  | number
  | { status: number; headers?: Record<string, string>; body?: string; afterMs?: number }
  | 'hang'
  | 'reset';

export type Receiver = {
  url: string;
  received: Received[];
  /** Sets the answer to all later webhooks. `index` counts all webhooks ever received, from 0. */
  answer(reply: Reply | ((received: Received, index: number) => Reply)): void;
  /**
   * Resolves with all received webhooks once there are `n` of them, or once the condition returns true for the list.
   */
  waitFor(condition: number | ((received: Received[]) => boolean), timeoutMs?: number): Promise<Received[]>;
  close(): Promise<void>;
};

type Wait = {
  met: () => boolean;
  resolve: (received: Received[]) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
};

/**
 * Starts a webhook receiver that keeps everything it gets. It answers 204 unless `answer` is called. Port 0 means any
 * free port.
 */
export async function startReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const waits = new Set<Wait>();
  let reply: (received: Received, index: number) => Reply = () => 204;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const { method = '', url: path = '/', headers } = request;
      const one: Received = { method, path, headers, body: Buffer.concat(chunks), at: Date.now() };
      const answer = reply(one, received.push(one) - 1);
      for (const wait of waits) settle(wait);
      if (answer === 'hang') return;
      if (answer === 'reset') return void request.socket.resetAndDestroy();
      const {
        status,
        headers: fields = {},
        body = '',
        afterMs = 0,
      } = typeof answer === 'number' ? { status: answer } : answer;
      const send = () => response.writeHead(status, fields).end(body);
      if (afterMs === 0) return void send();
      const timer = setTimeout(send, afterMs);
      response.on('close', () => clearTimeout(timer));
    });
  });
  server.on('connection', (socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen({ port, host: '127.0.0.1', backlog: 2048 }, resolve));

  function settle(wait: Wait): void {
    if (!wait.met()) return;
    waits.delete(wait);
    clearTimeout(wait.timer);
    wait.resolve(received);
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (next) => {
      reply = typeof next === 'function' ? next : () => next;
    },
    waitFor: (condition, timeoutMs = 30_000) =>
      new Promise((resolve, reject) => {
        const met = () => (typeof condition === 'number' ? received.length >= condition : condition(received));
        const timer = setTimeout(() => {
          waits.delete(wait);
          reject(
            new Error(
              `after ${timeoutMs} ms the receiver had got ${received.length} webhooks, not what was waited for`,
            ),
          );
        }, timeoutMs);
        const wait: Wait = { met, resolve, reject, timer };
        waits.add(wait);
        settle(wait);
      }),
    close: () =>
      new Promise<void>((resolve) => {
        for (const wait of waits) {
          clearTimeout(wait.timer);
          wait.reject(new Error('the receiver was closed'));
        }
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
