import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());

const later = { url: 'https://target.test/', delaySeconds: 3_600 };
const unknownId = 'job_00000000000000000000000000';

type Case = [what: string, path: string, body: string, headers?: Record<string, string>];
const cases: Case[] = [
  ['a submit', 'jobs.submit', JSON.stringify({ ...later, idempotencyKey: 'single' })],
  ['a batch of submits', 'jobs.submitMany', JSON.stringify({ jobs: [later, { url: 'no' }] })],
  ['a field of the wrong kind', 'jobs.submit', JSON.stringify({ ...later, priority: 'high' })],
  ['an unknown field', 'jobs.submit', JSON.stringify({ ...later, hello: 1 })],
  ['a URL that is refused', 'jobs.submit', JSON.stringify({ url: 'ftp://target.test/' })],
  ['no such job', 'jobs.cancel', JSON.stringify({ id: unknownId })],
  ['an input of the wrong shape', 'jobs.cancel', '[1]'],
  ['no input', 'jobs.cancel', ''],
  ['null', 'jobs.cancel', 'null'],
  ['what is no JSON', 'jobs.cancel', '{'],
  ['a number that would be changed', 'jobs.submit', `{"url":"https://target.test/","priority":1.00000000000000000001}`],
  ['a wrong key', 'jobs.submit', JSON.stringify(later), { authorization: 'Bearer rb_wrong' }],
  ['no key', 'jobs.submit', JSON.stringify(later), { authorization: '' }],
  ['another content type', 'jobs.submit', JSON.stringify(later), { 'content-type': 'text/plain' }],
  ['what is for people only', 'people.signOut', JSON.stringify({}), {}],
  ['a query that is posted', 'jobs.get', JSON.stringify({ id: unknownId })],
  ['no such procedure', 'jobs.hurry', JSON.stringify({})],
  ['a procedure named as a member of every object', 'constructor', JSON.stringify({})],
];

async function ask(url: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${ringback.url}/api/trpc/${url}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ringback.credentials.apiKey}`, 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  const given = ['content-type', 'vary', 'cache-control', 'x-content-type-options'];
  return {
    status: response.status,
    headers: given.map((name) => response.headers.get(name)),
    json: JSON.parse(text) as unknown,
    requestId: response.headers.get('x-request-id'),
  };
}

/** Replaces what differs between two calls: their request ids, and the ids and times of what they made. */
function alike(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'request')
    .replace(/job_[0-9a-z]{26}/g, 'job')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replace(/"replayed":(true|false)/g, '');
  return text;
}

it.each(cases)('%s is answered as by tRPC in a batch of one', async (_what, path, body, headers) => {
  const single = await ask(path, body, headers);
  const batch = await ask(`${path}?batch=1`, body === '' ? '{}' : body === '{' ? body : `{"0":${body}}`, headers);
  const [first] = Array.isArray(batch.json) ? (batch.json as unknown[]) : [batch.json];
  expect(alike(single.json)).toEqual(alike(first));
  expect([single.status, single.headers]).toEqual([batch.status, batch.headers]);
  const { error } = single.json as { error?: { data: { requestId?: string } } };
  if (error?.data.requestId !== undefined) expect(error.data.requestId).toBe(single.requestId);
});
