import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { initTRPC } from '@trpc/server';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import { afterEach, describe, expect, it } from 'vitest';
import { readServerSentEvents } from '#src/client/call/server-sent-events.ts';
import { createRingback } from '#src/client/index.ts';
import type { Job } from '#src/contract/job/job.ts';
import { aJob, apiKey, completed } from '#test/unit/client/fake-ringback.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

/** A real tRPC server whose `jobs.wait` does what is given, with the request's number from 0 on. */
async function start(wait: (request: number, drop: () => void) => AsyncGenerator<Job>, status?: number) {
  const seen: IncomingHttpHeaders[] = [];
  const t = initTRPC
    .context<{ request: number; drop: () => void }>()
    .create({ sse: { ping: { enabled: true, intervalMs: 50 } } });
  const router = t.router({
    jobs: t.router({
      wait: t.procedure.input((raw) => raw as { id: string }).subscription(({ ctx }) => wait(ctx.request, ctx.drop)),
    }),
  });
  const server = createServer((request, response) => {
    const number = seen.push(request.headers) - 1;
    if (status !== undefined) {
      const error = { message: 'there is no job job_1', code: -32600, data: { code: 'not_found', httpStatus: status } };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
      return;
    }
    const path = new URL(request.url ?? '', 'http://x').pathname.replace('/api/trpc/', '');
    const createContext = async () => ({ request: number, drop: () => request.socket.resetAndDestroy() });
    void nodeHTTPRequestHandler({ req: request, res: response, path, router, createContext });
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { trpc } = createRingback({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, apiKey });
  return { trpc, seen };
}

function follow({ trpc }: Awaited<ReturnType<typeof start>>): Promise<Job['state'][]> {
  const states: Job['state'][] = [];
  return new Promise((resolve, reject) => {
    trpc.jobs.wait.subscribe(
      { id: 'job_1' },
      { onData: (job) => void states.push(job.state), onComplete: () => resolve(states), onError: reject },
    );
  });
}

describe('a subscription of the tRPC client', () => {
  it('gives everything in order, sends the key, and completes', async () => {
    const server = await start(async function* () {
      yield aJob();
      yield aJob({ state: 'in_progress' });
      yield completed(JSON.stringify('x\r\ny'.repeat(50_000)));
    });
    await expect(follow(server)).resolves.toEqual(['queued', 'in_progress', 'completed']);
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({ authorization: `Bearer ${apiKey}`, accept: 'text/event-stream' });
  });

  it('goes on after the connection broke', async () => {
    const server = await start(async function* (request, drop) {
      yield aJob({ state: request === 0 ? 'in_progress' : 'completed' });
      if (request > 0) return;
      drop();
      await new Promise(() => undefined);
    });
    const states = await follow(server);
    expect(states.at(-1)).toBe('completed');
    expect(server.seen).toHaveLength(2);
  });

  it('ends with the reason when it is refused', async () => {
    const server = await start(async function* () {
      yield aJob();
    }, 404);
    await expect(follow(server)).rejects.toMatchObject({
      name: 'RingbackError',
      message: 'there is no job job_1',
      code: 'not_found',
      status: 404,
    });
    expect(server.seen).toHaveLength(1);
  });

  it('closes the connection when nobody listens any more', async () => {
    let closed: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const server = await start(async function* () {
      try {
        for (;;) {
          yield aJob();
          await new Promise((next) => setImmediate(next));
        }
      } finally {
        closed();
      }
    });
    await new Promise<void>((resolve) => {
      const subscription = server.trpc.jobs.wait.subscribe(
        { id: 'job_1' },
        {
          onData: () => {
            subscription.unsubscribe();
            resolve();
          },
        },
      );
    });
    await ended;
  });
});

describe('an event stream', () => {
  const read = async (...chunks: string[]) => {
    const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
    const events = [];
    for await (const event of readServerSentEvents(new Blob(bytes).stream())) events.push(event);
    return events;
  };

  it('is read whatever its line ends are, and however it is cut', async () => {
    const text = ': hi\nevent: a\ndata: 1\ndata:2\n\ndata: ü\nid: 7\nretry: 5\n\n';
    const events = [
      { type: 'a', data: '1\n2', id: undefined, retryMs: undefined },
      { type: 'message', data: 'ü', id: '7', retryMs: 5 },
    ];
    for (const form of [text, text.replaceAll('\n', '\r\n'), `${text.replaceAll('\n', '\r')}: end\n`]) {
      expect(await read(form)).toEqual(events);
      const bytes = new TextEncoder().encode(form);
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      });
      const cut = [];
      for await (const event of readServerSentEvents(stream)) cut.push(event);
      expect(cut).toEqual(events);
    }
  });

  it('drops what its end cuts off', async () => {
    expect(await read('data: 1\n\ndata: 2\n')).toEqual([
      { type: 'message', data: '1', id: undefined, retryMs: undefined },
    ]);
  });
});
