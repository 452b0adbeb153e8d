import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRingback, expressHandler, memoryStore, type Ringback, type SeenStore } from '#src/client/index.ts';
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
