import { once } from 'node:events';
import { createServer, type IncomingMessage, request as sendRequest } from 'node:http';
import { serve } from '@hono/node-server';
import express from 'express';
import Fastify from 'fastify';
import { type Context, Hono } from 'hono';
import { afterEach, expect, it, vi } from 'vitest';
import { expressHandler, fastifyPlugin, handleCallback, honoHandler, nextRoute } from '#src/client/index.ts';
import { type Listening, listenOn } from './frameworks.ts';
import { eventText, post, secret, sign } from './signed-callback.ts';

const running: Listening[] = [];
const handled = vi.fn();
const onError = vi.fn();
const options = { secrets: secret, on: { 'job.completed': handled }, onError };

afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
  vi.clearAllMocks();
  vi.restoreAllMocks();
});

async function listen(...args: Parameters<typeof listenOn>): Promise<string> {
  const listening = await listenOn(...args);
  running.push(listening);
  return listening.url;
}

it('express.json() before the route is told of, with the cure', async () => {
  const app = express();
  app.use(express.json());
  app.post('/api/ringback', expressHandler(options));
  const url = await listen(app.listen(0, '127.0.0.1'));
  expect(await post(url, sign(eventText()))).toEqual({ status: 500, code: 'body_not_raw' });
  const [[error, event]] = onError.mock.calls as [[Error, null]];
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(/before express\.json\(\)/);
  expect(event).toBeNull();
  expect(handled).not.toHaveBeenCalled();
});

it('express.json() after the route does no harm, nor does one that skips this content type', async () => {
  const app = express();
  app.use(express.json({ type: 'application/vnd.api+json' }));
  app.use((request, _response, next) => {
    // As body-parser 1 does with what it leaves alone.
    request.body ??= {};
    next();
  });
  app.post('/api/ringback', expressHandler(options));
  app.use(express.json());
  const url = await listen(app.listen(0, '127.0.0.1'));
  expect(await post(url, sign(eventText()))).toEqual({ status: 204 });
  expect(handled).toHaveBeenCalledOnce();
});

it('a Node request that was read to nowhere is told of, rather than waited for', async () => {
  const handler = expressHandler(options);
  const server = createServer((request, response) => {
    request.resume().once('end', () => void handler(request, response));
  });
  const url = await listen(server.listen(0, '127.0.0.1'));
  expect(await post(url, sign(eventText()))).toEqual({ status: 500, code: 'body_not_raw' });
});

it('a Request that was read before is told of', async () => {
  const app = new Hono();
  app.use(async (c, next) => {
    await c.req.raw.text();
    await next();
  });
  app.post('/api/ringback', honoHandler<Context>(options));
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as ReturnType<typeof createServer>;
  expect(await post(await listen(server), sign(eventText()))).toEqual({ status: 500, code: 'body_not_raw' });

  const signed = sign(eventText());
  const request = new Request('https://app.test/', { method: 'POST', ...signed });
  request.body?.getReader();
  expect((await nextRoute(options)(request)).status).toBe(500);
  expect(onError).toHaveBeenCalledTimes(2);
});

it('Fastify goes on parsing outside the plugin, and what it parsed is told of', async () => {
  const app = Fastify();
  app.register(fastifyPlugin('/api/ringback', options));
  app.post('/parsed', async ({ body }) => ({ body }));
  app.post('/wrong', async ({ headers, body }, reply) => {
    const answer = await handleCallback({ headers, body: body as never }, options, undefined);
    return reply.code(answer.status).send(answer.body);
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  running.push({ url, close: () => app.close() });
  const signed = sign(eventText());
  expect(await post(`${url}/api/ringback`, signed)).toEqual({ status: 204 });
  const parsed = await fetch(`${url}/parsed`, { method: 'POST', ...signed });
  expect(await parsed.json()).toEqual({ body: JSON.parse(signed.body) });
  expect(await post(`${url}/wrong`, signed)).toEqual({ status: 500, code: 'body_not_raw' });
});

it('a mistake that nobody listens for is written to the console', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const failure = new Error('no disk');
  const route = nextRoute({
    secrets: secret,
    on: {
      'job.completed': () => {
        throw failure;
      },
    },
  });
  const send = () => route(new Request('https://app.test/', { method: 'POST', ...sign(eventText()) }));
  const response = await send();
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('no disk');
  expect(said.mock.calls).toEqual([['The callback evt_1 (job.completed) could not be handled.', failure]]);
});

const servers = {
  'node:http': (seen: (request: IncomingMessage) => void) => {
    const handler = expressHandler({ ...options, maxBytes: 1_000 });
    return createServer((request, response) => {
      seen(request);
      void handler(request, response);
    }).listen(0, '127.0.0.1');
  },
  Fastify: (seen: (request: IncomingMessage) => void) => {
    const app = Fastify();
    app.addHook('onRequest', async ({ raw }) => seen(raw));
    app.register(fastifyPlugin('/api/ringback', { ...options, maxBytes: 1_000 }));
    app.ready(() => void app.server.listen(0, '127.0.0.1'));
    return app.server;
  },
};

it.each(Object.entries(servers))('%s stops reading a body without end at the cap', async (_name, start) => {
  const closed = Promise.withResolvers<number>();
  const url = await listen(start(({ socket }) => void socket.once('close', () => closed.resolve(socket.bytesRead))));
  const sending = sendRequest(url, { method: 'POST', headers: sign('{}').headers });
  sending.on('error', () => {});
  const chunk = Buffer.alloc(16_384, 'x');
  // As much as the other side takes, until it hangs up.
  const write = () => {
    while (!sending.destroyed && sending.write(chunk));
  };
  sending.on('drain', write);
  write();
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  expect([response.statusCode, response.headers.connection]).toEqual([413, 'close']);
  response.resume();
  expect(await closed.promise).toBeLessThan(1_000_000);
  sending.destroy();
});

it.each(Object.entries(servers))('%s survives a sender that hangs up half-way', async (_name, start) => {
  const arrived = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const url = await listen(
    start((request) => {
      request.once('close', () => closed.resolve());
      arrived.resolve();
    }),
  );
  const signed = sign(eventText());
  const sending = sendRequest(url, { method: 'POST', headers: { ...signed.headers, 'content-length': 900 } });
  sending.on('error', () => {});
  sending.write(signed.body);
  await arrived.promise;
  sending.destroy();
  await closed.promise;
  expect(await post(url, signed)).toEqual({ status: 204 });
  expect(handled).toHaveBeenCalledOnce();
  expect(onError).not.toHaveBeenCalled();
});
