import { afterAll, beforeAll, expect, it } from 'vitest';
import { appRouter } from '#src/server/router.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());

const bodies = ['null', '[]', '1', '"x"', 'true', '{', ''];

const job = `job_${'0'.repeat(26)}`;
const endpoint = `end_${'0'.repeat(26)}`;
const delivery = `dlv_${'0'.repeat(26)}`;
const routes = [
  'POST /v1/jobs',
  'POST /v1/jobs/batch',
  `POST /v1/jobs/${job}/cancel`,
  `POST /v1/jobs/${job}/rerun`,
  'POST /v1/jobs/cancel',
  'POST /v1/jobs/rerun',
  'POST /v1/endpoints',
  `PATCH /v1/endpoints/${endpoint}`,
  `POST /v1/endpoints/${endpoint}/test`,
  `POST /v1/endpoints/${endpoint}/rotate-secret`,
  `POST /v1/endpoints/${endpoint}/resend`,
  `POST /v1/deliveries/${delivery}/resend`,
  'POST /v1/project/rotate-webhook-secret',
  'POST /v1/listeners/trigger',
  `POST /v1/listeners/${endpoint}/answers`,
  `POST /v1/listeners/${endpoint}/deliver`,
  'POST /api/live/x',
  'POST /api/join',
  'POST /api/auth/sign-in/email',
  'POST /api/auth/sign-out',
  'POST /playground/target',
];

it.each(routes)('%s refuses JSON that is no object by name', async (route) => {
  const [method = '', path = ''] = route.split(' ');
  for (const body of bodies) {
    const headers = { 'content-type': 'application/json', origin: ringback.url };
    const response = await ringback.rest(method, path, { body, headers });
    expect([body, response.status < 500, await response.text()]).toEqual([
      body,
      true,
      expect.not.stringContaining('"internal"'),
    ]);
  }
});

it('a stream refuses topics that are none', async () => {
  for (const body of ['null', '[]', '1', '"x"', '{}', '{"topics":1}']) {
    const response = await ringback.rest('POST', '/api/live/x', {
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect([body, response.status, await response.json()]).toEqual([
      body,
      400,
      expect.objectContaining({ code: 'invalid_input' }),
    ]);
  }
});

it('every procedure refuses input that is no object by name', async () => {
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>);
  expect(procedures.length).toBeGreaterThan(40);
  for (const [path, { _def }] of procedures) {
    if (_def.type === 'subscription') continue;
    for (const input of [null, [], 1, 'x']) {
      const { status, body } = await ringback.call(path, input, { query: _def.type === 'query' });
      expect([path, input, status < 500 || body.error.data.code]).toEqual([path, input, true]);
    }
  }
});
