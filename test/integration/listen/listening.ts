import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { readServerSentEvents } from '#src/client/call/server-sent-events.ts';
import { type ListenOptions, listen } from '#src/command/listen/listen.ts';
import type { ListenerMessage, ListenerReady } from '#src/contract/endpoint/listener.ts';

/** What `ringback listen` does, in this process. */
export type Listening = {
  /** What it has printed. */
  lines: string[];
  /** Settles once the stream is there, or has failed. */
  ready: Promise<void>;
  ended: Promise<void>;
  stop(): Promise<void>;
};

export function listenAs(options: ListenOptions): Listening {
  const controller = new AbortController();
  const open = Promise.withResolvers<void>();
  const lines: string[] = [];
  const print = (line: string) => {
    lines.push(line);
    if (/ Listening to .* (again|stops)\.$/.test(line)) open.resolve();
  };
  const ended = listen(options, { print, signal: controller.signal });
  ended.catch(() => undefined);
  return {
    lines,
    ready: Promise.race([open.promise, ended]),
    ended,
    async stop() {
      controller.abort();
      await ended.catch(() => undefined);
    },
  };
}

/** A stream whose reader keeps what comes and says nothing. */
export type HeldStream = {
  ready: ListenerReady;
  messages: ListenerMessage[];
  /** Breaks it, as a bad network does. */
  cut(): Promise<void>;
  /** Leaves, as Ctrl-C does. */
  stop(): Promise<void>;
};

export async function holdStream(url: string, apiKey: string, query = ''): Promise<HeldStream> {
  const gone = new AbortController();
  const headers = { authorization: `Bearer ${apiKey}` };
  const response = await fetch(`${url}/v1/listeners/stream${query}`, { headers, signal: gone.signal });
  const messages: ListenerMessage[] = [];
  const open = Promise.withResolvers<ListenerReady>();
  const reading = (async () => {
    for await (const { type, data } of readServerSentEvents(response.body as ReadableStream<Uint8Array>)) {
      if (data === undefined) continue;
      if (type === 'ready') open.resolve(JSON.parse(data) as ListenerReady);
      else if (type === 'message') messages.push(JSON.parse(data) as ListenerMessage);
    }
  })().catch(open.reject);
  const cut = async () => {
    gone.abort();
    await reading;
  };
  const ready = await open.promise;
  return {
    ready,
    messages,
    cut,
    async stop() {
      await cut();
      await fetch(`${url}/v1/listeners/${ready.id}`, { method: 'DELETE', headers }).catch(() => undefined);
    },
  };
}

/** A way to a server on loopback that can be cut off. */
export async function startCable(to: string): Promise<{ url: string; cut(): void; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const { port } = new URL(to);
  const server = createServer((near) => {
    const far = connect(Number(port), '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
