import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '#src/contract/job/job.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';
import { startTarget, type Target } from '#test/support/target-server.ts';

let ringback: TestRingback;
let target: Target;

beforeAll(async () => {
  [ringback, target] = await Promise.all([startRingback(), startTarget()]);
});
afterAll(async () => {
  await ringback.close();
  await target.close();
});

type Answer = { status: number; body: Job & { code: string; field?: string; detail: string } };

async function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(ringback.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ringback.credentials.apiKey}`,
      'content-type': 'application/json',
      ...headers,
    },
    body,
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

/** Returns what the target got as its body. */
async function arrived({ id }: Job): Promise<string> {
  const job = (await (await ringback.rest('GET', `/v1/jobs/${id}?wait=20`)).json()) as Job;
  return Buffer.from(JSON.parse(job.result?.body ?? '{}').body, 'base64').toString();
}

const long =
  '{"id":12345678901234567890,"list":[9007199254740993,-0.1234567890123456789012],"tiny":1e-400,"text":"1234567890123456789"}';

describe('numbers that a double cannot hold', () => {
  it('arrive in json as they were written', async () => {
    const { status, body } = await post('/v1/jobs', `{"url":"${target.url}/echo","json":${long}}`);
    expect(status).toBe(202);
    expect(await arrived(body)).toBe(long);
    const alone = await post('/v1/jobs', `{"url":"${target.url}/echo","json":12345678901234567890}`);
    expect(await arrived(alone.body)).toBe('12345678901234567890');
  });

  it.each([
    ['', (json: string) => json, (answer: unknown) => answer],
    ['?batch=1', (json: string) => `{"0":${json}}`, (answer: unknown) => (answer as unknown[])[0]],
  ])('arrive so over tRPC%s', async (query, call, first) => {
    const input = call(`{"url":"${target.url}/echo","json":${long}}`);
    const { status, body } = await post(`/api/trpc/jobs.submit${query}`, input);
    expect(status).toBe(200);
    expect(await arrived((first(body) as { result: { data: Job } }).result.data)).toBe(long);
  });

  it('arrive so from a batch, and from a rerun with edits', async () => {
    const { body } = await post('/v1/jobs/batch', `{"jobs":[{"url":"${target.url}/echo","json":${long}}]}`);
    const [first] = (body as unknown as { results: { job: Job }[] }).results;
    expect(await arrived(first?.job as Job)).toBe(long);
    const again = await post(`/v1/jobs/${first?.job.id}/rerun`, '{"json":{"id":98765432109876543210}}');
    expect(await arrived(again.body)).toBe('{"id":98765432109876543210}');
  });

  it('arrive so from a rerun whose body has masks', async () => {
    const input = `{"url":"${target.url}/echo","keepSecretsSeconds":600,"redact":{"body":["/key"]},"json":{"key":"s","id":1}}`;
    const { body } = await post('/v1/jobs', input);
    await arrived(body);
    const again = await post(`/v1/jobs/${body.id}/rerun`, '{"json":{"key":"********","id":98765432109876543210}}');
    expect(await arrived(again.body)).toBe('{"key":"s","id":98765432109876543210}');
  });

  it('that a double does hold are no different', async () => {
    const exact =
      '{"a":0.30000000000000004,"b":9007199254740992,"c":1.7976931348623157e+308,"d":1000000000000000000000}';
    const { status, body } = await post('/v1/jobs', `{"url":"${target.url}/echo","metadata":${exact},"json":${exact}}`);
    expect(status).toBe(202);
    expect(JSON.parse(await arrived(body))).toEqual(JSON.parse(exact));
  });

  it.each([
    ['metadata.order.1', '"metadata":{"order":[1,12345678901234567890]}'],
    ['metadata', '"metadata":0.1234567890123456789'],
    [
      'retry.0.bodyMatches.value',
      '"retry":[{"when":"200","bodyMatches":{"pointer":"/id","value":12345678901234567890}}]',
    ],
  ])('are refused by name in %s', async (field, input) => {
    const { status, body } = await post('/v1/jobs', `{"url":"${target.url}/echo",${input}}`);
    expect([status, body.code, body.field]).toEqual([400, 'invalid_json', field]);
    expect(body.detail).toContain(field);
  });

  it.each([
    ['metadata.id', '', '{"url":"https://example.com","metadata":{"id":12345678901234567890}}'],
    ['metadata.id', '?batch=1', '{"0":{"url":"https://example.com","metadata":{"id":9007199254740993}}}'],
  ])('are refused by name over tRPC: %s', async (field, query, input) => {
    const { status, body } = await post(`/api/trpc/jobs.submit${query}`, input);
    const [answer] = [body].flat() as unknown as { error: { data: { code: string; field: string } } }[];
    expect(status).toBe(400);
    expect(answer?.error.data).toMatchObject({ code: 'invalid_json', field });
  });

  it('beyond the range of a double are refused as before', async () => {
    const { status, body } = await post('/v1/jobs', `{"url":"${target.url}/echo","json":{"a":[1e999]}}`);
    expect([status, body.code, body.field]).toEqual([400, 'invalid_json', 'json.a.0']);
  });
});

describe('bytes that are not UTF-8', () => {
  const input = Uint8Array.from(Buffer.from('{"url":"https://example.com","json":"caf\xe9"}', 'latin1'));

  it.each(['/v1/jobs', '/v1/jobs/batch', '/api/trpc/jobs.submit'])('are refused by name at %s', async (path) => {
    const { status, body } = await post(path, input);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('invalid_text');
    expect(JSON.stringify(body)).toContain('UTF-8');
  });

  it('are refused in a body of which parts are to be masked', async () => {
    const base64 = Buffer.from('{"key":"caf\xe9"}', 'latin1').toString('base64');
    const job = { url: target.url, body: { base64 }, redact: { body: ['/key'] } };
    const { status, body } = await post('/v1/jobs', JSON.stringify(job));
    expect([status, body.code, body.field]).toEqual([400, 'invalid_text', 'body']);
    expect((await post('/v1/jobs', JSON.stringify({ ...job, redact: {} }))).status).toBe(202);
  });
});

describe('an idempotency key beyond ASCII', () => {
  it.each([
    ['UTF-8', 'bestellung-für-日本'],
    ['Latin-1', 'bestellung-für'],
  ] as const)('is the same in a header (%s) and in the body', async (encoding, key) => {
    const job = `{"url":"${target.url}/json"`;
    const header = encoding === 'UTF-8' ? Buffer.from(key).toString('latin1') : `${key}-${encoding}`;
    const field = encoding === 'UTF-8' ? key : `${key}-${encoding}`;
    const first = await post('/v1/jobs', `${job}}`, { 'idempotency-key': header });
    expect(first.body.idempotencyKey).toBe(field);
    const again = await post('/v1/jobs', `${job},"idempotencyKey":"${field}"}`);
    expect(again.body.id).toBe(first.body.id);
    const both = await post('/v1/jobs', `${job},"idempotencyKey":"${field}"}`, { 'idempotency-key': header });
    expect(both.body.id).toBe(first.body.id);
    const procedure = await ringback.call<Job>(
      'jobs.submit',
      { url: `${target.url}/json` },
      { headers: { 'idempotency-key': header } },
    );
    expect(procedure.body.result.data.id).toBe(first.body.id);
  });
});
