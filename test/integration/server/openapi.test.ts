import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type OpenApiDocument, openApiDocument } from '#src/server/openapi/openapi-document.ts';
import { sampleSecretId } from '#src/server/rest/answer-samples.ts';
import { type DocumentedOperation, operationsOf, schemasOf } from '#test/support/openapi.ts';
import { type Receiver, startReceiver } from '#test/support/receiver.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

const operations = operationsOf(openApiDocument('http://localhost'));

let ringback: TestRingback;
let target: Target;
let receiver: Receiver;
let document: OpenApiDocument;
let checker: ReturnType<typeof schemasOf>;
let ended: string;
let delivery: string;

beforeAll(async () => {
  [ringback, target, receiver] = await Promise.all([startRingback(), startTarget(), startReceiver()]);
  document = (await (await ringback.rest('GET', '/v1/openapi.json', { key: null })).json()) as OpenApiDocument;
  checker = schemasOf(document);
  ended = await made('jobs.submit', { url: `${target.url}/json`, json: { a: 1 }, callback: receiver.url });
  await receiver.waitFor(1);
  delivery = await vi.waitFor(
    async () => {
      const id = await firstDelivery();
      expect(id).toMatch(/^dlv_/);
      return id;
    },
    { timeout: 30_000 },
  );
});
afterAll(async () => {
  await ringback.close();
  await Promise.all([target.close(), receiver.close()]);
});

async function made(procedure: string, input: object): Promise<string> {
  const { body } = await ringback.call<{ id: string }>(procedure, input);
  expect(body).toHaveProperty('result.data.id');
  return body.result.data.id;
}

async function firstDelivery(): Promise<string> {
  const query = { jobId: ended, state: 'delivered' };
  const { body } = await ringback.call<{ deliveries: { id: string }[] }>('deliveries.list', query, { query: true });
  return body.result.data.deliveries[0]?.id ?? '';
}

let count = 0;
const endpoint = (fields: object = {}) =>
  made('endpoints.create', { name: `one-${++count}`, url: receiver.url, ...fields });
const queued = () => made('jobs.submit', { url: target.url, delaySeconds: 3_600 });
const operation = () => made('jobs.cancelMany', { jobs: { ids: [ended] } });

async function waitingDelivery(): Promise<string> {
  const callback = { url: `${target.url}/status/500`, retry: { scheduleSeconds: [3_600] } };
  const jobId = await made('jobs.submit', { url: `${target.url}/json`, callback });
  const query = { jobId, state: 'retrying' };
  return vi.waitFor(
    async () => {
      const { body } = await ringback.call<{ deliveries: { id: string }[] }>('deliveries.list', query, { query: true });
      expect(body.result.data.deliveries).toHaveLength(1);
      return body.result.data.deliveries[0]?.id ?? '';
    },
    { timeout: 30_000, interval: 100 },
  );
}

/** Returns an id that the operation can work with. */
function idFor({ operationId }: DocumentedOperation): Promise<string> | string {
  if (operationId === 'jobs.cancel' || operationId === 'jobs.tryNow') return queued();
  if (operationId === 'deliveries.tryNow') return waitingDelivery();
  if (operationId === 'endpoints.test') return endpoint({ format: 'openai' });
  if (operationId === 'jobs.events') return made('jobs.submit', { url: target.url, stream: true, retry: 'none' });
  if (operationId.startsWith('jobs.')) return ended;
  if (operationId.startsWith('deliveries.')) return delivery;
  if (operationId.startsWith('flows.')) return made('flows.set', { id: 'a flow', concurrency: 2 });
  if (operationId.startsWith('schedules.'))
    return made('schedules.create', { name: `s${randomUUID()}`, cron: '@yearly', job: { url: target.url } });
  if (operationId.startsWith('upstreams.'))
    return made('upstreams.create', { name: `u${randomUUID()}`, baseUrl: target.url });
  if (operationId.startsWith('runs.')) return made('runs.start', { url: 'http://127.0.0.1:59999/' });
  return operationId.startsWith('operations.') ? operation() : endpoint();
}

/** Ids in examples are made up: those of secrets are exchanged for one that is there and can be ended. */
async function withLiveSecret(example: string, { operationId }: DocumentedOperation, id: string): Promise<string> {
  if (!example.includes(sampleSecretId)) return example;
  const [what, input] = operationId.startsWith('project.') ? ['project', {}] : ['endpoints', { id }];
  const own = operationId === 'project.endSigningKey' ? 'project.rotateSigningKey' : 'project.rotateWebhookSecret';
  const rotate = what === 'project' ? own : 'endpoints.rotateSecret';
  const { body } = await ringback.call<{ secrets: { id: string }[] }>(rotate, { ...input, overlapSeconds: 3_600 });
  return example.replace(sampleSecretId, body.result.data.secrets.at(-1)?.id ?? '');
}

/** Checks an answer against what the document says about it. */
async function expectAsDocumented({ responses }: DocumentedOperation, response: Response): Promise<void> {
  const text = await response.text();
  const documented = responses[response.status];
  if (!documented) throw new Error(`${response.status} is not documented: ${text}`);
  for (const name of Object.keys(documented.headers)) {
    expect(document.components.headers, name).toHaveProperty([name]);
  }
  expect(response.headers.get('x-request-id')).toBeTruthy();
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  const content = documented.content[type] ?? documented.content['*/*'];
  expect(content, `${type} is not documented`).toBeDefined();
  if (!content?.schema) return;
  const check = checker(content.schema);
  check(JSON.parse(text));
  expect(check.errors, text.slice(0, 2_000)).toBeNull();
}

describe.each(operations.map((one) => [`${one.method} ${one.path}`, one] as const))(
  '%s',
  (_, { method, path, operation }) => {
    const withQuery = operation.operationId === 'jobs.export' ? '?format=csv' : '';

    test('answers its documented example as documented', async () => {
      const id = path.includes('{id}') ? await idFor(operation) : '';
      const example = operation.requestBody?.content['application/json']?.example;
      const body = example === undefined ? undefined : await withLiveSecret(JSON.stringify(example), operation, id);
      const response = await ringback.rest(method, path.replace('{id}', id) + withQuery, {
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body }),
      });
      const wasGood = response.ok;
      await expectAsDocumented(operation, response);
      expect(wasGood).toBe(true);
    });

    test('answers who shows no key as documented', async () => {
      const response = await ringback.rest(method, path.replace('{id}', ended) + withQuery, { key: null });
      expect(response.status).toBe(401);
      await expectAsDocumented(operation, response);
    });

    if (operation.requestBody)
      test('answers an unknown field as documented', async () => {
        const id = path.includes('{id}') ? await idFor(operation) : '';
        const response = await ringback.rest(method, path.replace('{id}', id), { json: { noSuchField: 1 } });
        expect(response.status).toBe(400);
        await expectAsDocumented(operation, response);
      });
  },
);

test('headers of an answer are documented', async () => {
  const headers = { 'idempotency-key': 'one', prefer: 'wait=0' };
  const json = { url: target.url, delaySeconds: 3_600 };
  await ringback.rest('POST', '/v1/jobs', { json, headers });
  const again = await ringback.rest('POST', '/v1/jobs', { json, headers });
  const submit = operations.find(({ operation }) => operation.operationId === 'jobs.submit')?.operation;
  const documented = Object.keys(submit?.responses[again.status]?.headers ?? {});
  const transport = ['date', 'connection', 'keep-alive', 'content-type', 'content-length', 'transfer-encoding'];
  const guarding = ['content-security-policy', 'referrer-policy', 'x-content-type-options'];
  const own = [...again.headers.keys()].filter((name) => ![...transport, ...guarding].includes(name));
  expect(own.filter((name) => !documented.includes(name))).toEqual([]);
});

describe('405', () => {
  test.each(Object.keys(openApiDocument('http://localhost').paths))('%s names the methods it takes', async (path) => {
    const response = await ringback.rest('PUT', path.replace('{id}', ended), { json: {} });
    expect(response.status).toBe(405);
    const methods = Object.keys(document.paths[path] ?? {}).map((method) => method.toUpperCase());
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(methods.sort());
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed' });
  });

  test.each([
    ['/healthz', 'GET, HEAD'],
    ['/readyz', 'GET, HEAD'],
    ['/docs', 'GET, HEAD'],
    ['/v1/openapi.json', 'GET, HEAD'],
    ['/v1/listeners/stream', 'GET'],
    ['/v1/listeners/trigger', 'POST'],
    ['/api/auth/sign-out', 'POST'],
    ['/api/live', 'GET'],
    ['/api/join', 'GET, POST'],
  ])('%s names %s', async (path, allow) => {
    const response = await ringback.rest('PATCH', path, { json: {} });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  });
});

test('the reference page loads nothing from elsewhere', async () => {
  const response = await ringback.rest('GET', '/docs', { key: null });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  const text = await response.text();
  expect([...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link)).toEqual([
    'data:,',
    '/docs/swagger-ui.css',
    '/v1/openapi.json',
    '/docs/swagger-ui-bundle.js',
  ]);
});
