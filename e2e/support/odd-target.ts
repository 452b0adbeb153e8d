import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type OddTarget = { url: string; stop: () => Promise<void> };

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP4z8Dwn4GBgYGJgYHhPwMAEQcCAR5sB6sAAAAASUVORK5CYII=',
  'base64',
);

type Answer = { status?: number; headers?: Record<string, string | string[]>; body?: string | Buffer };

/** What a path is answered with: bodies and headers that a page must show without being harmed by them. */
const answers: Record<string, (request: IncomingMessage) => Answer> = {
  '/hostile': () => ({
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'x-markup': '<img src=x onerror="window.harmed=1">',
      'x-script': 'javascript:window.harmed=2',
      link: '<javascript:window.harmed=3>; rel=next',
      'x-long': 'long-'.repeat(400),
    },
    body: '<script>window.harmed = 4</script><img src=x onerror="window.harmed=5"> pay\u200bpal \u202egpj.exe שלום',
  }),
  '/svg': () => ({
    headers: { 'content-type': 'image/png' },
    body: '<svg xmlns="http://www.w3.org/2000/svg" onload="window.harmed=6"><script>window.harmed=7</script></svg>',
  }),
  '/png': () => ({ headers: { 'content-type': 'application/octet-stream' }, body: png }),
  '/bytes': () => ({
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(Array.from({ length: 600 }, (_, index) => index % 256)),
  }),
  '/empty': () => ({ headers: { 'content-type': 'application/json' }, body: '' }),
  '/none': () => ({ status: 204 }),
  '/json': () => ({ headers: { 'content-type': 'application/json' }, body: json() }),
  '/large': () => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ items: Array.from({ length: 9_000 }, (_, id) => ({ id, name: `item ${id}`, on: true })) }),
  }),
  '/line': () => ({ headers: { 'content-type': 'text/plain' }, body: 'x'.repeat(60_000) }),
  '/fail': () => ({ status: 500, headers: { 'content-type': 'text/plain' }, body: 'no\n' }),
  '/echo': ({ headers }) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(headers) }),
  '/away': () => ({ status: 302, headers: { location: '/json' } }),
};

function json(): string {
  const items = Array.from({ length: 150 }, (_, index) => `{"n":${index},"text":"entry ${index}"}`).join(',');
  return `{"id":9007199254740993,"price":1.10,"nested":{"list":[1,[2,3],{}],"none":null},"items":[${items}]}`;
}

/** A server on this machine whose answers are not those of a friendly API. */
export async function startOddTarget(): Promise<OddTarget> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://target');
    const { status = 200, headers = {}, body } = answers[url.pathname]?.(request) ?? { status: 404 };
    request.resume();
    response.writeHead(status, headers).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
