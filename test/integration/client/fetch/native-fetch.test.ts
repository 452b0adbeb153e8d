import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFetch, type RingbackFetch } from '#src/client/index.ts';
import { type ModelProvider, startModelProvider } from '#test/support/model-provider.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let server: TestRingback;
let target: Target;
let provider: ModelProvider;
let ringback: RingbackFetch;

beforeAll(async () => {
  [server, target, provider] = await Promise.all([startRingback(), startTarget(), startModelProvider()]);
  ringback = createFetch({ url: server.url, apiKey: server.credentials.apiKey, retry: 'none' });
});
afterAll(async () => {
  await server.close();
  await Promise.all([target.close(), provider.close()]);
});

/** What a program sees of a response. */
async function seen(response: Response) {
  const { status, ok, statusText, type, bodyUsed } = response;
  const [contentType, location] = ['content-type', 'location'].map((name) => response.headers.get(name));
  const hasBody = response.body !== null;
  const text = Buffer.from(await response.clone().arrayBuffer()).toString('base64');
  return { status, ok, statusText, type, bodyUsed, contentType, location, hasBody, text, read: await response.text() };
}

type Case = [path: string, init?: () => RequestInit];

const form = () => {
  const made = new FormData();
  made.set('text', 'ü');
  made.set('file', new Blob([new Uint8Array([0, 255])], { type: 'a/b' }), 'a.bin');
  return made;
};
const cases: Record<string, Case> = {
  JSON: ['/json'],
  'bytes that are no text': ['/bytes/1000'],
  'a 404': ['/status/404'],
  'a 503': ['/status/503'],
  'a 204': ['/status/204'],
  'a 304': ['/status/304'],
  HEAD: ['/json', () => ({ method: 'HEAD' })],
  'a redirect that is followed': ['/redirect/to?url=/json'],
  'a redirect that is not followed': ['/redirect/to?url=/json', () => ({ redirect: 'manual' })],
  'nine million bytes': ['/bytes/9000000'],
};

/** The headers of an echo that the program has set, or fetch for it. */
function sent(echo: { method: string; body: string; headers: Record<string, string> }) {
  const type = echo.headers['content-type']?.replace(/boundary=.*/, 'boundary');
  const boundary = /boundary=(.*)/.exec(echo.headers['content-type'] ?? '')?.[1] ?? 'none';
  const body = Buffer.from(echo.body, 'base64').toString('latin1').replaceAll(boundary, 'boundary');
  return { method: echo.method, type, body, own: echo.headers['x-own'] };
}

const bodies: Record<string, () => RequestInit> = {
  nothing: () => ({ method: 'post' }),
  text: () => ({ method: 'PUT', body: 'tëxt' }),
  'text with its type': () => ({ method: 'PATCH', body: '{}', headers: { 'Content-Type': 'application/json' } }),
  bytes: () => ({ method: 'POST', body: new Uint8Array([0, 1, 255]) }),
  parameters: () => ({ method: 'POST', body: new URLSearchParams({ a: 'b c' }) }),
  'a form': () => ({ method: 'POST', body: form() }),
  'a Blob': () => ({ method: 'DELETE', body: new Blob(['x'], { type: 'text/x' }) }),
  headers: () => ({
    headers: new Headers([
      ['X-Own', 'a'],
      ['x-own', 'b'],
    ]),
  }),
};

describe('a Ringback fetch beside the platform’s', () => {
  for (const [name, [path, init = () => ({})]] of Object.entries(cases)) {
    it(`answers ${name} alike`, async () => {
      const [native, ours] = await Promise.all(
        [fetch, ringback].map((send) => send(target.url + path, init()).then(seen)),
      );
      expect(ours).toEqual({ ...native, type: 'default' });
    });
  }

  for (const [name, init] of Object.entries(bodies)) {
    it(`sends ${name} alike, also in a Request`, async () => {
      const url = `${target.url}/echo`;
      const calls = [fetch(url, init()), ringback(url, init()), ringback(new Request(url, init()))];
      const [native, ...ours] = await Promise.all(calls.map(async (call) => sent(await (await call).json())));
      expect(ours).toEqual([native, native]);
    });
  }

  it('keeps the body of a POST through a redirect', async () => {
    const url = `${target.url}/redirect/to?url=/echo&status=307`;
    const calls = [fetch, ringback].map((send) => send(url, { method: 'POST', body: 'kept' }));
    const [native, ours] = await Promise.all(calls.map(async (call) => sent(await (await call).json())));
    expect(ours).toEqual(native);
  });

  it('decodes a compressed answer', async () => {
    const url = `${provider.url}/gzip`;
    const [native, ours] = await Promise.all([(await fetch(url)).json(), (await ringback(url)).json()]);
    expect(ours).toEqual(native);
  });
});
