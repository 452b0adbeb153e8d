import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createRingback,
  expressHandler,
  memoryStore,
  nextRoute,
  type Ringback,
  type SeenStore,
  verifyCallback,
} from '#src/client/index.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { type Listening, listenOn } from './frameworks.ts';

let server: TestRingback;
let ringback: Ringback;
let receiver: Listening;
let target: string;
const runs: { id: string; body: string | null | undefined }[] = [];
const claims: string[] = [];
const ended = Promise.withResolvers<void>();

/** A store that notes what it answers. */
function watched(store: SeenStore): SeenStore {
  return {
    claim: async (id, leaseSeconds) => {
      const claim = await store.claim(id, leaseSeconds);
      claims.push(typeof claim === 'string' ? claim : 'claimed');
      return claim;
    },
  };
}

beforeAll(async () => {
  server = await startRingback({ env: { RINGBACK_EGRESS_ALLOW: '127.0.0.0/8' } });
  const { url, apiKey, webhookSecret } = server.credentials;
  ringback = createRingback({ url, apiKey });
  const app = express();
  app.get('/report', (_request, response) => void response.json({ total: 7 }));
  const handler = expressHandler({
    secrets: webhookSecret,
    seen: watched(memoryStore()),
    onError: () => {},
    on: {
      'job.completed': ({ data }) => {
        runs.push({ id: data.id, body: data.result?.body });
        if (runs.length === 1) throw new Error('the first run fails');
        ended.resolve();
      },
    },
  });
  app.post('/api/ringback', handler);
  receiver = await listenOn(app.listen(0, '127.0.0.1'));
  target = new URL('/report', receiver.url).href;
});

afterAll(async () => {
  await receiver.close();
  await server.close();
});

it('a job’s callback is sent again after the handler has failed, and handled once then', async () => {
  const callback = { url: receiver.url, retry: { scheduleSeconds: [1, 1] } };
  const { id } = await ringback.submit({ url: target, callback });
  await ended.promise;
  expect(runs).toEqual([
    { id, body: '{"total":7}' },
    { id, body: '{"total":7}' },
  ]);
  expect(claims).toEqual(['claimed', 'claimed']);
  await expect
    .poll(async () =>
      (await ringback.attempts(id)).deliveries.map(({ state, tries }) => [state, tries.map((t) => t.status)]),
    )
    .toEqual([['delivered', [500, 204]]]);
  const [first] = (await ringback.attempts(id)).deliveries[0]?.tries ?? [];
  expect(first?.response?.body).toContain('handler_failed');
});

it('an endpoint’s callbacks are verified by its public key, and through its exchange for a secret', async () => {
  const bells: string[] = [];
  const keys: string[] = [];
  const given: { headers: Record<string, string>; body: string }[] = [];
  const route = nextRoute({ secrets: () => keys, on: { 'job.completed': ({ data }) => void bells.push(data.id) } });
  const app = express();
  app.post('/hook', express.raw({ type: '*/*' }), async (request, response) => {
    const headers = request.headers as Record<string, string>;
    given.push({ headers, body: request.body.toString() });
    const answer = await route(new Request('http://app.test/hook', { method: 'POST', headers, body: request.body }));
    response.status(answer.status).end(await answer.text());
  });
  const listening = await listenOn(app.listen(0, '127.0.0.1'));
  const endpoints = ringback.trpc.endpoints;
  const made = await endpoints.create.mutate({
    name: 'asymmetric',
    url: new URL('/hook', listening.url).href,
    signing: 'v1a',
    scheduleSeconds: [1],
  });
  if (made.signing !== 'v1a') throw new Error('it was to be signed with ed25519');
  keys.push(made.publicKey);
  const rung = async (count: number) => {
    const { id } = await ringback.submit({ url: target, callback: { endpoint: 'asymmetric' } });
    await expect
      .poll(async () => (await ringback.attempts(id)).deliveries.map((one) => one.state))
      .toEqual(['delivered']);
    expect([bells.at(-1), bells.length]).toEqual([id, count]);
    return given
      .at(-1)
      ?.headers['webhook-signature']?.split(' ')
      .map((entry) => entry.split(',')[0]);
  };
  expect(await rung(1)).toEqual(['v1a']);

  // One list holds the new secret and the old public key; either alone is enough while both sign.
  const rotated = await endpoints.rotateSecret.mutate({ id: made.id, signing: 'v1', overlapSeconds: '1h' });
  if (rotated.signing !== 'v1') throw new Error('it was to be signed with a secret');
  keys.push(rotated.secret);
  const signedTwice = async () => {
    const { id } = await ringback.submit({ url: target, callback: { endpoint: 'asymmetric' } });
    await expect
      .poll(async () => (await ringback.attempts(id)).deliveries.map((one) => one.state))
      .toEqual(['delivered']);
    return given.at(-1)?.headers['webhook-signature']?.split(' ').length;
  };
  await expect.poll(signedTwice, { timeout: 10_000 }).toBe(2);
  const last = given.at(-1);
  if (!last) throw new Error('nothing came');
  expect(last.headers['webhook-signature']?.split(' ').map((entry) => entry.split(',')[0])).toEqual(['v1', 'v1a']);
  for (const only of [made.publicKey, rotated.secret]) {
    await expect(verifyCallback(last, only)).resolves.toMatchObject({ type: 'job.completed' });
    await expect(verifyCallback({ ...last, body: `${last.body} ` }, only)).rejects.toMatchObject({
      code: 'no_matching_signature',
    });
  }
  await listening.close();
});
