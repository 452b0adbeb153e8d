import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express from 'express';
import Fastify, { type FastifyRequest } from 'fastify';
import { type Context, Hono } from 'hono';
import {
  expressHandler,
  fastifyPlugin,
  honoHandler,
  nextRoute,
  type ReceiveOptions,
  type RingbackEvent,
} from '#src/client/index.ts';

/** What a test wants of a receiver, in any framework: `read` answers the text of a request the handler was given. */
export type Receive = Omit<ReceiveOptions<unknown>, 'on'> & {
  on: { [type: string]: (event: RingbackEvent, read: () => Promise<string | null>) => unknown };
};

export type Listening = { url: string; close(): Promise<void> };

type Start = (receive: Receive) => Promise<Listening>;

const path = '/api/ringback';

/** The route's options, with the framework's request turned into a way to read it. */
function optionsFor<Passed>(receive: Receive, read: (passed: Passed) => Promise<string | null>) {
  const wrapped = Object.entries(receive.on).map(([type, handler]) => [
    type,
    (event: RingbackEvent, passed: Passed) => handler(event, () => read(passed)),
  ]);
  return { ...receive, on: Object.fromEntries(wrapped) } as ReceiveOptions<Passed>;
}

const nothing = async () => null;

export const frameworks: Record<string, Start> = {
  'a server of Requests': async (receive) => {
    const route = nextRoute(optionsFor(receive, (request: Request) => request.text()));
    return listenOn(serve({ fetch: route, port: 0, hostname: '127.0.0.1' }) as Server);
  },
  'node:http': async (receive) => {
    const handler = expressHandler(optionsFor(receive, nothing));
    return listenOn(createServer((request, response) => void handler(request, response)).listen(0, '127.0.0.1'));
  },
  Express: async (receive) => {
    const app = express();
    app.post(path, expressHandler(optionsFor(receive, nothing)));
    return listenOn(app.listen(0, '127.0.0.1'));
  },
  'Express after express.raw()': async (receive) => {
    const app = express();
    app.use(express.raw({ type: '*/*', limit: '64mb' }));
    app.post(path, expressHandler<express.Request>(optionsFor(receive, async ({ body }) => String(body))));
    return listenOn(app.listen(0, '127.0.0.1'));
  },
  'Express with the bytes kept beside the parsed body': async (receive) => {
    const app = express();
    const verify = (request: object, _: unknown, bytes: Buffer) => void Object.assign(request, { rawBody: bytes });
    app.use(express.json({ verify, limit: '64mb' }));
    app.post(path, expressHandler<express.Request>(optionsFor(receive, async ({ body }) => JSON.stringify(body))));
    return listenOn(app.listen(0, '127.0.0.1'));
  },
  Hono: async (receive) => {
    const app = new Hono();
    app.post(path, honoHandler<Context>(optionsFor(receive, (c: Context) => c.req.text())));
    return listenOn(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server);
  },
  'Hono after middleware that has read the body': async (receive) => {
    const app = new Hono();
    app.use(async (c, next) => {
      await c.req.json().catch(() => {});
      await next();
    });
    app.post(path, honoHandler<Context>(optionsFor(receive, (c: Context) => c.req.text())));
    return listenOn(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server);
  },
  Fastify: async (receive) => {
    const app = Fastify();
    // The rest of the app goes on parsing.
    app.post('/parsed', async ({ body }) => ({ type: typeof body }));
    app.register(fastifyPlugin<FastifyRequest>(path, optionsFor(receive, nothing)));
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return { url: `${url}${path}`, close: () => app.close() };
  },
};

/** Where a handler can still read what was sent. Node's own requests can be read once only. */
export const canReadLater: string[] = Object.keys(frameworks).filter(
  (name) => !['node:http', 'Express', 'Fastify'].includes(name),
);

/** The receiver's URL, once it listens. */
export async function listenOn(server: Server): Promise<Listening> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}${path}`, close };
}
