import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { SubmitManyResult } from '#src/contract/submit/batch.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());

const url = 'http://127.0.0.1:59999/never';
const made = async (response: Response) => (await response.json()) as SubmittedJob;
const fine = { url };
const redactedNul = { $redacted: { strings: ['', ''], values: ['a\u0000b'] } };

/** What is wrong, the code it must be refused with, and the field the refusal must name. */
const wrong: [what: string, input: unknown, code: string, field?: string][] = [
  ['no object', 7, 'invalid_input'],
  ['no url', {}, 'invalid_input', 'url'],
  ['an unknown field', { url, retries: 3 }, 'unknown_field', 'retries'],
  ['an unknown field below', { url, timeout: { durationMs: 5 } }, 'unknown_field', 'timeout.durationMs'],
  ['ftp', { url: 'ftp://example.com/' }, 'invalid_url', 'url'],
  ['a user in the URL', { url: 'http://user:pass@example.com/' }, 'invalid_url', 'url'],
  ['a metadata address', { url: 'http://169.254.169.254/latest' }, 'blocked_target', 'url'],
  ['a private callback', { url, callback: 'http://192.168.1.1/' }, 'blocked_target', 'callback.url'],
  ['a header with CR', { url, headers: { 'x-a': 'a\rb' } }, 'invalid_header', 'headers.x-a'],
  ['a hop-by-hop header', { url, headers: { connection: 'close' } }, 'invalid_header', 'headers.connection'],
  ['U+0000 in a label', { url, labels: ['a\u0000'] }, 'invalid_text', 'labels.0'],
  ['U+0000 in a secret', { url, headers: { 'x-a': redactedNul } }, 'invalid_header'],
  ['a lone surrogate', { url, metadata: { a: '\ud800' } }, 'invalid_text', 'metadata.a'],
  ['a bad retry pattern', { url, retry: { '6xy': { strategy: 'backoff' } } }, 'invalid_retry'],
  ['an unknown strategy', { url, retry: { '500': { strategy: 'hope' } } }, 'invalid_input'],
  [
    'a shadowed rule',
    {
      url,
      retry: [
        { when: '5xx', strategy: 'backoff' },
        { when: '503', strategy: 'backoff' },
      ],
    },
    'shadowed_rule',
  ],
  ['runAt with delaySeconds', { url, runAt: '2030-01-01T00:00:00Z', delaySeconds: 3 }, 'conflicting_fields'],
  ['runAt beyond 90 days', { url, runAt: '2999-01-01T00:00:00Z' }, 'invalid_input', 'runAt'],
  ['body with json', { url, body: 'a', json: {} }, 'conflicting_fields'],
  ['a timeout that is too short', { url, timeout: { durationInMs: 5 } }, 'invalid_input', 'timeout.durationInMs'],
  ['a body over the limit', { url, body: 'x'.repeat(8 * 1024 * 1024 + 1) }, 'body_too_large', 'body'],
  ['flow', { url, flow: { key: '' } }, 'invalid_input', 'flow.key'],
  ['upstream', { url, upstream: 'a' }, 'conflicting_fields', 'upstream'],
  ['path', { url, path: '/a' }, 'conflicting_fields', 'path'],
  ['priority', { url, priority: 101 }, 'invalid_input', 'priority'],
  ['an unknown endpoint', { url, callback: { endpoint: 'a' } }, 'invalid_input', 'callback.endpoint'],
  ['too many labels', { url, labels: Array.from({ length: 17 }, (_, i) => `l${i}`) }, 'invalid_input', 'labels'],
];

describe('bad input is refused by name', () => {
  it.each(wrong)('over tRPC: %s', async (_what, input, code, field) => {
    const { status, body } = await ringback.call('jobs.submit', input);
    expect(body.error.data.code, body.error.message).toBe(code);
    if (field !== undefined) expect(body.error.data.field).toBe(field);
    expect([status, body.error.data.httpStatus]).toEqual([body.error.data.httpStatus, status]);
    expect(status).toBeLessThan(500);
  });

  it.each(wrong)('over REST: %s', async (_what, input, code, field) => {
    const response = await ringback.rest('POST', '/v1/jobs', { json: input });
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ code, status: response.status, ...(field === undefined ? {} : { field }) });
    expect(problem.type).toBe(`${ringback.url}/errors#${code}`);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(response.status).toBeLessThan(500);
  });

  it('says so when the body is no JSON', async () => {
    const rest = await ringback.rest('POST', '/v1/jobs', {
      body: '{"url":',
      headers: { 'content-type': 'application/json' },
    });
    expect([rest.status, ((await rest.json()) as { code: string }).code]).toEqual([400, 'invalid_json']);
    const trpc = await ringback.rest('POST', '/api/trpc/jobs.submit', {
      body: '{"url":',
      headers: { 'content-type': 'application/json' },
    });
    expect(((await trpc.json()) as { error: { data: { code: string } } }).error.data.code).toBe('invalid_json');
  });

  it('refuses a request over 32 MiB', async () => {
    const big = JSON.stringify({ jobs: [{ url, body: 'x'.repeat(33 * 1024 * 1024) }] });
    for (const path of ['/v1/jobs/batch', '/api/trpc/jobs.submitMany']) {
      const response = await ringback.rest('POST', path, {
        body: big,
        headers: { 'content-type': 'application/json' },
      });
      expect([path, response.status]).toEqual([path, 413]);
      expect(await response.text()).toContain('body_too_large');
    }
  });

  it('knows its routes and methods', async () => {
    expect((await ringback.rest('GET', '/v1/nothing')).status).toBe(404);
    expect((await ringback.rest('DELETE', '/v1/jobs')).status).toBe(405);
    expect((await ringback.rest('GET', '/v1/jobs/job_nonsense')).status).toBe(404);
    const { body } = await ringback.call('jobs.nothing');
    expect(body.error.data.code).toBe('no_route');
  });
});

describe('a request with many tRPC calls', () => {
  const ask = async (calls: number) => {
    const paths = Array.from({ length: calls }, () => 'session.me').join(',');
    const response = await ringback.rest('GET', `/api/trpc/${paths}?batch=1&input=%7B%7D`);
    return { status: response.status, body: await response.json() };
  };

  it('is answered up to twenty of them', async () => {
    const { status, body } = await ask(20);
    expect([status, body]).toEqual([200, Array(20).fill({ result: { data: expect.anything() } })]);
  });

  it('is refused with one more', async () => {
    const { status, body } = await ask(21);
    expect(status).toBe(400);
    const error = { message: 'a batch may hold at most 20 calls', data: { code: 'invalid_input', httpStatus: 400 } };
    expect(body).toMatchObject({ error });
  });
});

describe('a batch', () => {
  it('of 500 with a bad row in the middle loses only that row', async () => {
    const jobs: unknown[] = Array.from({ length: 500 }, (_, i) => ({ url: `${url}/${i}` }));
    jobs[250] = { url: 'ftp://nowhere/' };
    const { body } = await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs });
    const { results } = body.result.data;
    expect(results.filter((result) => result.ok)).toHaveLength(499);
    expect(results[250]).toEqual({
      ok: false,
      error: { code: 'invalid_url', field: 'jobs.250.url', message: expect.any(String) },
    });
    expect(results[251]).toMatchObject({ ok: true, job: { url: `${url}/251`, state: 'queued' } });
  });

  it('of more than 1,000 is refused', async () => {
    const jobs = Array.from({ length: 1001 }, () => fine);
    expect((await ringback.call('jobs.submitMany', { jobs })).body.error.data.code).toBe('too_many_jobs');
    const rest = await ringback.rest('POST', '/v1/jobs/batch', { json: { jobs } });
    expect(((await rest.json()) as { code: string }).code).toBe('too_many_jobs');
  });

  it('may be empty', async () => {
    expect((await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs: [] })).body.result.data).toEqual({
      results: [],
    });
  });
});

describe('an idempotency key', () => {
  it('makes 50 concurrent submits one job', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => ringback.call<SubmittedJob>('jobs.submit', { url, idempotencyKey: 'fifty' })),
    );
    const jobs = answers.map(({ body }) => body.result.data);
    expect(new Set(jobs.map((job) => job.id)).size).toBe(1);
    expect(jobs.filter((job) => !job.replayed)).toHaveLength(1);
    const { rows } = await ringback.db.pool.query(`select count(*)::int as n from job where idempotency_key = 'fifty'`);
    expect(rows[0].n).toBe(1);
  });

  it('answers a replay over REST by header, and refuses other content', async () => {
    const send = (json: object) =>
      ringback.rest('POST', '/v1/jobs', { json, headers: { 'idempotency-key': 'by-header' } });
    const first = await send({ url, method: 'POST', json: { a: 1 } });
    const again = await send({ url, method: 'POST', json: { a: 1 } });
    expect([first.status, again.status]).toEqual([202, 202]);
    expect([first.headers.get('idempotent-replayed'), again.headers.get('idempotent-replayed')]).toEqual([
      null,
      'true',
    ]);
    expect(((await again.json()) as SubmittedJob).id).toBe(((await first.json()) as SubmittedJob).id);
    const other = await send({ url, method: 'POST', json: { a: 2 } });
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([409, 'idempotency_conflict']);
  });

  it('answers a replay of what has ended with 200, since there is nothing to wait for', async () => {
    const headers = { 'idempotency-key': 'ended' };
    const first = await ringback.rest('POST', '/v1/jobs', { json: { url, delaySeconds: 60 }, headers });
    const { id } = (await first.json()) as SubmittedJob;
    await ringback.call('jobs.cancel', { id });
    const again = await ringback.rest('POST', '/v1/jobs', { json: { url, delaySeconds: 60 }, headers });
    expect([again.status, again.headers.get('retry-after'), again.headers.get('idempotent-replayed')]).toEqual([
      200,
      null,
      'true',
    ]);
    expect(again.headers.get('location')).toMatch(new RegExp(`/v1/jobs/${id}$`));
    expect(await again.json()).toMatchObject({ id, state: 'cancelled', replayed: true });
  });

  it('holds for a rerun too, as a header or among the edits', async () => {
    const ended = await made(await ringback.rest('POST', '/v1/jobs', { json: { url, delaySeconds: 60 } }));
    await ringback.call('jobs.cancel', { id: ended.id });
    const rerun = (json: object | undefined, key: string) =>
      ringback.rest('POST', `/v1/jobs/${ended.id}/rerun`, { json, headers: { 'idempotency-key': key } });
    const first = await rerun(undefined, 'rerun');
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([202, null]);
    const { id, ...rest } = await made(first);
    expect(rest).toMatchObject({ rerunOf: ended.id, idempotencyKey: 'rerun', replayed: false });
    for (const edits of [undefined, {}, { idempotencyKey: 'rerun' }]) {
      const again = await rerun(edits, 'rerun');
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([202, 'true']);
      expect(await made(again)).toMatchObject({ id, replayed: true });
    }
    const refusals = [
      ...[await rerun({ idempotencyKey: 'other' }, 'rerun'), await rerun({ method: 'PUT' }, 'rerun')],
      await rerun({}, 'x'.repeat(256)),
    ];
    const codes = await Promise.all(refusals.map(async (one) => ((await one.json()) as { code: string }).code));
    expect(codes).toEqual(['conflicting_fields', 'idempotency_conflict', 'invalid_input']);
    await ringback.call('jobs.cancel', { id });
    expect((await rerun({}, 'rerun')).status).toBe(200);
  });

  it('joins twins within a batch and tells conflicts apart', async () => {
    const jobs = [
      { url, idempotencyKey: 'twin' },
      { url, idempotencyKey: 'twin' },
      { url: `${url}/other`, idempotencyKey: 'twin' },
    ];
    const { results } = (await ringback.call<SubmitManyResult>('jobs.submitMany', { jobs })).body.result.data;
    const [one, two, three] = results;
    expect(one?.ok && two?.ok && one.job.id === two.job.id && !one.job.replayed && two.job.replayed).toBe(true);
    expect(three).toMatchObject({ ok: false, error: { code: 'idempotency_conflict' } });
  });
});

describe('REST answers', () => {
  it('202 with Location and Retry-After', async () => {
    const response = await ringback.rest('POST', '/v1/jobs', { json: fine });
    const job = (await response.json()) as SubmittedJob;
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`${ringback.url}/v1/jobs/${job.id}`);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await ringback.rest('GET', new URL(response.headers.get('location') ?? '').pathname)).status).toBe(200);
  });

  it('holds the answer as long as preferred, then 202', async () => {
    const response = await ringback.rest('POST', '/v1/jobs', {
      json: fine,
      headers: { prefer: 'respond-async, wait=1' },
    });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([202, 'wait=1']);
  });

  it('409 for the result of a job that has not ended', async () => {
    const job = (await (await ringback.rest('POST', '/v1/jobs', { json: fine })).json()) as SubmittedJob;
    const response = await ringback.rest('GET', `/v1/jobs/${job.id}/result`);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([409, 'no_result']);
  });
});
