import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A response that a test writes by hand. It has begun as an event stream unless the test began it otherwise. */
export type OpenResponse = {
  /** Writes events with these data. */
  say(...data: string[]): void;
  write(text: string | Uint8Array): boolean;
  end(): void;
  /** Resets the connection. */
  cut(): void;
  /** The bytes that wait in this process, because the other side does not read. */
  readonly waiting: number;
  readonly closed: boolean;
};

/** A target whose responses are event streams that the test writes. */
export type StreamTarget = {
  url: string;
  /** The responses to all requests, in order. */
  responses: OpenResponse[];
  /** Resolves with the response to the request with this number, from 0 on. */
  response(index: number): Promise<OpenResponse>;
  /** Answers the next requests so, instead of with an open stream. */
  instead: ((response: ServerResponse) => void)[];
  close(): Promise<void>;
};

/** Starts a target. Each request gets the head of an event stream at once. */
export async function startStreamTarget(): Promise<StreamTarget> {
  const responses: OpenResponse[] = [];
  const instead: ((response: ServerResponse) => void)[] = [];
  const waiters = new Set<() => void>();
  const server = createServer((request, response) => {
    request.resume();
    const answer = instead.shift();
    if (answer) return answer(response);
    response.on('error', () => undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).flushHeaders();
    responses.push(opened(response));
    for (const wake of [...waiters]) wake();
  });
  server.on('connection', (socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stream`,
    responses,
    instead,
    async response(index) {
      for (;;) {
        const found = responses[index];
        if (found) return found;
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiters.delete(wake);
            resolve();
          };
          waiters.add(wake);
        });
      }
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function opened(response: ServerResponse): OpenResponse {
  return {
    say(...data) {
      response.write(data.map((text) => `event: said\ndata: ${text}\n\n`).join(''));
    },
    write: (text) => response.write(text),
    end: () => void response.end(),
    cut: () => void response.socket?.resetAndDestroy(),
    get waiting() {
      return response.writableLength;
    },
    get closed() {
      return response.closed;
    },
  };
}
