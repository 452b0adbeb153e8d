import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());

type Call = { path: string; field: string; rest?: object; query?: true };

const since = '2026-01-01T00:00:00Z';
const secretId = '00000000-0000-7000-8000-000000000001';
const read = (path: string, ...fields: string[]): Call[] => fields.map((field) => ({ path, field, query: true }));

const calls: Call[] = [
  { path: 'deliveries.resendFailed', field: 'endpoint', rest: { since } },
  { path: 'deliveries.replaySkipped', field: 'endpoint', rest: { since } },
  { path: 'deliveries.resend', field: 'id' },
  { path: 'deliveries.tryNow', field: 'id' },
  { path: 'jobs.tryNow', field: 'id' },
  { path: 'endpoints.probe', field: 'id' },
  { path: 'endpoints.sendWaiting', field: 'id' },
  { path: 'operations.stop', field: 'id' },
  { path: 'jobs.cancel', field: 'id' },
  { path: 'jobs.rerun', field: 'id' },
  { path: 'projects.rename', field: 'name' },
  { path: 'apiKeys.create', field: 'name', rest: { scopes: ['jobs:read'] } },
  { path: 'apiKeys.revoke', field: 'id' },
  { path: 'members.setRole', field: 'userId', rest: { role: 'viewer' } },
  { path: 'members.remove', field: 'userId' },
  { path: 'members.revokeInvitation', field: 'id' },
  { path: 'endpoints.create', field: 'name', rest: { url: 'https://example.com' } },
  { path: 'endpoints.update', field: 'id', rest: { description: 'a' } },
  { path: 'endpoints.delete', field: 'id' },
  { path: 'endpoints.rotateSecret', field: 'id' },
  { path: 'endpoints.endSecret', field: 'id', rest: { secretId } },
  ...read('endpoints.get', 'id'),
  ...read('audit.list', 'action', 'actorId', 'target', 'cursor'),
  ...read('deliveries.list', 'endpointId', 'jobId', 'type', 'cursor', 'before'),
  ...read('deliveries.get', 'id'),
  ...read('operations.list', 'cursor'),
  ...read('operations.get', 'id'),
  ...read('jobs.list', 'apiKeyId', 'flow', 'rerunOf', 'id', 'status', 'label', 'cursor', 'before'),
  ...read('jobs.get', 'id'),
  ...read('inbox.list', 'name'),
];

it.each(calls)(
  'a text that PostgreSQL cannot take is refused: $field of $path',
  async ({ path, field, rest, query = false }) => {
    for (const text of ['a\u0000', 'a\ud800']) {
      const { status } = await ringback.call(path, { ...rest, [field]: text }, { query });
      expect([400, 404]).toContain(status);
    }
  },
);

it.each(['resend-failed', 'replay-skipped'])('and over REST: endpoint of %s', async (path) => {
  const answer = await ringback.rest('POST', `/v1/deliveries/${path}`, { json: { endpoint: '\u0000', since } });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: 'invalid_input', field: 'endpoint' });
});
