import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { submitSchema } from '#src/contract/submit/submit-schema.ts';
import { limits } from '#src/domain/limits.ts';

const redacted = { $redacted: { strings: ['', ''], values: ['sk-live'] } };
const url = 'https://api.example.com/v1';

function parse(input: Omit<SubmitInput, 'url'> & { url?: string }) {
  return parseSubmit({ url, ...input });
}

function refusalOf(input: unknown) {
  try {
    parseSubmit(input);
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, field: error.field, message: error.message };
    throw error;
  }
  throw new Error('was not refused');
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = [value];
  return value;
}

const text = (bytes: Uint8Array | null) => (bytes === null ? null : new TextDecoder().decode(bytes));

describe('a submission', () => {
  it('needs only a URL', () => {
    expect(parseSubmit({ url: 'https://Example.com' })).toMatchObject({
      url: 'https://example.com/',
      method: 'GET',
      headers: [],
      body: null,
      policy: { preset: 'default', maxAttempts: 25, repeatable: true },
      timeoutMs: 600_000,
      redirect: 'follow',
      idempotencyKey: null,
      sendIdempotencyKey: false,
      callback: null,
      resultTtlSeconds: null,
      keepSecretsSeconds: null,
      runAt: null,
      delaySeconds: null,
      deadlineSeconds: null,
      labels: [],
      metadata: null,
      redact: { query: [], body: [], response: [] },
    });
  });

  it('may be written as in the first example anyone sees', () => {
    const spec = parse({ json: { a: [1, 'ä'] }, callback: 'https://app.example.com/done' });
    expect([spec.method, text(spec.body)]).toEqual(['POST', '{"a":[1,"ä"]}']);
    expect(spec.headers).toEqual([{ name: 'content-type', value: 'application/json', masked: null }]);
    expect(spec.callback).toEqual({
      url: 'https://app.example.com/done',
      endpoint: null,
      events: ['job.completed', 'job.failed', 'job.cancelled'],
      headers: [],
      payload: 'full',
      scheduleSeconds: null,
      giveUpOn: null,
    });
    expect(spec.policy.repeatable).toBe(false);
  });

  it('takes undefined for what is absent', () => {
    const absent = Object.fromEntries(Object.keys(submitSchema.shape).map((name) => [name, undefined]));
    expect(parseSubmit({ ...absent, url })).toEqual(parseSubmit({ url }));
  });

  it('has a body of text, bytes, or any JSON value, null and false included', () => {
    expect(text(parse({ body: 'ä' }).body)).toBe('ä');
    expect(parse({ body: { base64: 'AP8=' } }).body).toEqual(new Uint8Array([0, 255]));
    expect(text(parse({ body: '' }).body)).toBe('');
    expect(text(parse({ json: null }).body)).toBe('null');
    expect(text(parse({ json: false }).body)).toBe('false');
    expect(parse({ json: 1, method: 'put', headers: { 'Content-Type': 'text/json' } })).toMatchObject({
      method: 'PUT',
      headers: [{ name: 'content-type', value: 'text/json' }],
    });
  });

  it('has headers with their secrets masked', () => {
    const redacted = { $redacted: { strings: ['Bearer ', ''], values: ['sk-1'] } };
    const headers = {
      Authorization: redacted,
      'X-Api-Key': 'k',
      Accept: ' */* ',
      'x-tenant': { $redacted: { strings: ['t-', ''], values: ['9'] } },
    };
    expect(parse({ headers }).headers).toEqual([
      { name: 'authorization', value: 'Bearer sk-1', masked: 'Bearer ********' },
      { name: 'x-api-key', value: 'k', masked: '********' },
      { name: 'accept', value: '*/*', masked: null },
      { name: 'x-tenant', value: 't-9', masked: 't-********' },
    ]);
  });

  it('takes durations as text', () => {
    const spec = parse({
      timeout: { durationInMs: '90s', retry: { minTimeoutInMs: '500ms', maxTimeoutInMs: '5m' } },
      retry: {
        '429': { strategy: 'headers', resetHeader: 'X-Reset', maxWaitSeconds: '2h' },
        '5xx': { minTimeoutInMs: '2s' },
      },
      resultTtlSeconds: '1d',
      keepSecretsSeconds: '0s',
      delaySeconds: '1.5h',
      deadlineSeconds: '90d',
      callback: { url, retry: { scheduleSeconds: ['5s', 30, '2m'] } },
    });
    expect(spec).toMatchObject({
      timeoutMs: 90_000,
      resultTtlSeconds: 86_400,
      keepSecretsSeconds: 0,
      delaySeconds: 5_400,
      deadlineSeconds: 7_776_000,
      callback: { scheduleSeconds: [5, 30, 120] },
    });
    expect(spec.policy.timeout.maybeSent).toMatchObject({ minTimeoutInMs: 500, maxTimeoutInMs: 300_000 });
    expect(spec.policy.rules.map((rule) => rule.strategy)).toMatchObject([
      { resetHeader: ['x-reset'], maxWaitSeconds: 7_200 },
      { minTimeoutInMs: 2_000 },
    ]);
  });

  it('is repeatable with an Idempotency-Key, its own or ours', () => {
    expect(parse({ json: 1, headers: { 'Idempotency-Key': 'a' } }).policy.repeatable).toBe(true);
    expect(parse({ json: 1, sendIdempotencyKey: true }).policy.repeatable).toBe(true);
    expect(parse({ json: 1, idempotencyKey: 'a' }).policy.repeatable).toBe(false);
  });

  it('takes rules as an object, a list, a preset, and a preset with rules', () => {
    const keys = (retry: SubmitInput['retry']) => parse({ retry }).policy.rules.map((rule) => rule.key);
    expect(keys({ any: {}, 429: { type: 'backoff' } })).toEqual(['429', 'any']);
    expect(keys([{ when: '5xx', bodyMatches: { pointer: '/x', value: null } }, { when: 503 }])).toEqual(['5xx', '503']);
    expect(keys('none')).toEqual([]);
    expect(keys({ preset: 'none', rules: { 503: {} } })).toEqual(['503']);
    expect(keys({ preset: 'none' })).toEqual([]);
  });

  it('reports the ends of the job when nothing is said, and its progress when that is asked for', () => {
    expect(parse({ callback: { url } }).callback?.events).toEqual(['job.completed', 'job.failed', 'job.cancelled']);
    const events = ['job.started', 'job.attempt_failed', 'job.failed', 'job.started'] as const;
    expect(parse({ callback: { url, events: [...events] } }).callback?.events).toEqual(events.slice(0, 3));
    expect(parse({ callback: { endpoint: 'a', events: ['job.started'] } }).callback?.events).toEqual(['job.started']);
  });

  it('reads runAt with its offset', () => {
    expect(parse({ runAt: '2026-12-01T10:00:00+01:00' }).runAt).toEqual(new Date('2026-12-01T09:00:00Z'));
  });

  it('is taken at each limit', () => {
    expect(parse({ body: 'x'.repeat(limits.bodyBytes) }).body).toHaveLength(limits.bodyBytes);
    expect(parse({ json: nested(64) }).body).toHaveLength(129);
    expect(parse({ metadata: 'x'.repeat(limits.metadataBytes - 2) }).metadata).toHaveLength(4_094);
    expect(parse({ labels: Array.from({ length: 16 }, (_, n) => String(n).padEnd(64, 'x')) }).labels).toHaveLength(16);
    expect(parse({ headers: { a: 'x'.repeat(limits.headerBytes - 1) } }).headers).toHaveLength(1);
    expect(parse({ idempotencyKey: 'k'.repeat(255) }).idempotencyKey).toHaveLength(255);
    expect(parse({ url: `https://a.b/${'x'.repeat(2_036)}` }).url).toHaveLength(2_048);
  });
});

const header = (name: string, value: unknown) => ({ url, headers: { [name]: value } });
const callback = (fields: object) => ({ url, callback: { url, ...fields } });

describe('a refused submission', () => {
  it.each<[string, string, unknown]>([
    ['invalid_input', '', null],
    ['invalid_input', '', []],
    ['invalid_input', 'url', {}],
    ['invalid_input', 'url', { url: 5 }],
    ['unknown_field', 'foo', { url, foo: 1 }],
    ['unknown_field', 'timeout.foo', { url, timeout: { foo: 1 } }],
    ['unknown_field', 'callback.foo', callback({ foo: 1 })],
    ['unknown_field', 'retry.5xx.foo', { url, retry: { '5xx': { foo: 1 } } }],
    ['unknown_field', 'retry.rules.0.foo', { url, retry: { rules: [{ when: '5xx', foo: 1 }] } }],
    ['unknown_field', 'retry.429', { url, retry: { preset: 'default', '429': {} } }],
    ['invalid_input', 'json', { url, json: redacted }],
    ['invalid_input', 'json.user.0.key', { url, json: { user: [{ key: redacted }] } }],
    ['invalid_input', 'metadata.k', { url, metadata: { k: redacted } }],
    ['unknown_field', 'body.text', { url, body: { base64: '', text: '' } }],
    ['invalid_input', 'priority', { url, priority: 101 }],
    ['invalid_input', 'priority', { url, priority: 0.5 }],
    ['invalid_input', 'flow', { url, flow: 'openai' }],
    ['invalid_input', 'flow.key', { url, flow: {} }],
    ['invalid_input', 'flow.key', { url, flow: { key: '' } }],
    ['invalid_input', 'flow.key', { url, flow: { key: 'k'.repeat(129) } }],
    ['invalid_input', 'flow.concurrency', { url, flow: { key: 'a', concurrency: 0 } }],
    ['invalid_input', 'flow.rate.limit', { url, flow: { key: 'a', rate: { limit: 0, periodSeconds: 1 } } }],
    ['invalid_input', 'flow.rate.periodSeconds', { url, flow: { key: 'a', rate: { limit: 1, periodSeconds: '2d' } } }],
    ['unknown_field', 'flow.burst', { url, flow: { key: 'a', burst: 1 } }],
    ['conflicting_fields', 'upstream', { url, upstream: 'openai', path: '/x' }],
    ['conflicting_fields', 'path', { url, path: '/x' }],
    ['invalid_input', 'path', { upstream: 'openai' }],
    ['invalid_input', 'path', { upstream: 'openai', path: '/../x' }],
    ['invalid_input', 'upstream', { path: '/x' }],
    ['conflicting_fields', 'callback.endpoint', { url, callback: { url, endpoint: 'a' } }],
    ['conflicting_fields', 'callback.headers', { url, callback: { endpoint: 'a', headers: { 'x-a': 'b' } } }],
    ['invalid_input', 'callback.events.0', callback({ events: ['job.done'] })],
    ['invalid_input', 'callback.events', callback({ events: [] })],
    ['invalid_input', 'callback.payload', callback({ payload: 'tiny' })],
    ['invalid_input', 'callback', { url, callback: {} }],
    ['invalid_input', 'callback', { url, callback: 5 }],
    ['invalid_input', 'callback.retry.scheduleSeconds.1', callback({ retry: { scheduleSeconds: [1, -1] } })],
    ['invalid_input', 'callback.retry.giveUpOn.0', callback({ retry: { giveUpOn: ['2xx'] } })],
    ['invalid_header', 'callback.headers.Content-Type', callback({ headers: { 'Content-Type': 'a/b' } })],
    ['invalid_url', 'callback', { url, callback: 'ftp://example.com/' }],
    ['invalid_url', 'callback.url', { url, callback: { url: 'nonsense' } }],
    ['invalid_url', 'url', { url: 'ftp://example.com/' }],
    ['invalid_url', 'url', { url: 'https://a:b@example.com/' }],
    ['invalid_url', 'url', { url: `https://a.b/${'x'.repeat(2_037)}` }],
    ['invalid_input', 'method', { url, method: 'CONNECT' }],
    ['invalid_input', 'method', { url, method: 'G T' }],
    ['invalid_header', 'headers.x-a', header('x-a', 'a\r\nb: c')],
    ['invalid_header', 'headers.x-a', header('x-a', 'a\u0000b')],
    ['invalid_header', 'headers.x-a', header('x-a', 'a\u2028b')],
    ['invalid_header', 'headers.x-a', header('x-a', '\ud800')],
    ['invalid_header', 'headers.x-a', header('x-a', { $redacted: { strings: ['', ''], values: ['a\nb'] } })],
    ['invalid_header', 'headers.x-a', header('x-a', { $redacted: { strings: [''], values: ['a'] } })],
    ['invalid_header', 'headers.x-a', header('x-a', 5)],
    ['invalid_header', 'headers.x a', header('x a', '1')],
    ['invalid_header', 'headers.', header('', '1')],
    ['invalid_header', 'headers.x-a', { url, headers: { 'X-A': '1', 'x-a': '2' } }],
    ['invalid_header', 'headers', { url, headers: 'a: b' }],
    ['invalid_header', 'headers', header('a', 'x'.repeat(limits.headerBytes))],
    [
      'invalid_header',
      'headers',
      { url, headers: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`x-${n}`, ''])) },
    ],
    ['body_too_large', 'body', { url, body: 'x'.repeat(limits.bodyBytes + 1) }],
    ['body_too_large', 'body', { url, body: 'ä'.repeat(limits.bodyBytes / 2 + 1) }],
    ['body_too_large', 'body', { url, body: { base64: 'A'.repeat(Math.ceil((limits.bodyBytes + 3) / 3) * 4) } }],
    ['body_too_large', 'json', { url, json: 'x'.repeat(limits.bodyBytes - 1) }],
    ['invalid_input', 'body.base64', { url, body: { base64: 'a b' } }],
    ['invalid_input', 'body', { url, body: { a: 1 } }],
    ['invalid_text', 'body', { url, body: 'a\u0000' }],
    ['invalid_text', 'json.a.0', { url, json: { a: ['\ud800'] } }],
    ['invalid_text', 'metadata.k', { url, metadata: { k: '\u0000' } }],
    ['invalid_text', 'labels.0', { url, labels: ['\udfff'] }],
    ['invalid_json', `json${'.0'.repeat(64)}`, { url, json: nested(65) }],
    ['invalid_json', 'json.n', { url, json: { n: JSON.parse('-1e999') } }],
    ['invalid_retry', 'retry.5x5', { url, retry: { '5x5': {} } }],
    ['invalid_retry', 'retry', { url, retry: 'openapi' }],
    ['invalid_retry', 'retry', { url, retry: 5 }],
    ['invalid_retry', 'retry.5xx.minTimeoutInMs', { url, retry: { '5xx': { minTimeoutInMs: 'soon' } } }],
    ['invalid_retry', 'retry.5xx.maxTimeoutInMs', { url, retry: { '5xx': { maxTimeoutInMs: '2d' } } }],
    ['invalid_retry', 'connectionError.retry.limit', { url, connectionError: { retry: { limit: -1 } } }],
    ['invalid_retry', 'accept', { url, accept: '2xy' }],
    ['invalid_input', 'retry.5xx.limit', { url, retry: { '5xx': { limit: '5' } } }],
    ['invalid_input', 'retry.5xx.strategy', { url, retry: { '5xx': { strategy: 'linear' } } }],
    ['invalid_input', 'retry.0.when', { url, retry: [{ limit: 1 }] }],
    ['shadowed_rule', 'retry.1', { url, retry: [{ when: '5xx' }, { when: '503' }] }],
    ['conflicting_fields', 'runAt', { url, runAt: '2026-12-01T09:00:00Z', delaySeconds: 1 }],
    ['conflicting_fields', 'json', { url, body: '', json: 1 }],
    [
      'conflicting_fields',
      'sendIdempotencyKey',
      { url, sendIdempotencyKey: true, headers: { 'Idempotency-Key': 'a' } },
    ],
    ['invalid_input', 'runAt', { url, runAt: 'tomorrow' }],
    ['invalid_input', 'runAt', { url, runAt: '2026-12-01T09:00:00' }],
    ['invalid_input', 'runAt', { url, runAt: '2026-02-30T09:00:00Z' }],
    ['invalid_input', 'delaySeconds', { url, delaySeconds: '91d' }],
    ['invalid_input', 'deadlineSeconds', { url, deadlineSeconds: 0 }],
    ['invalid_input', 'timeout.durationInMs', { url, timeout: { durationInMs: 999 } }],
    ['invalid_input', 'timeout.durationInMs', { url, timeout: { durationInMs: '31m' } }],
    ['invalid_input', 'timeout.durationInMs', { url, timeout: { durationInMs: '30' } }],
    ['invalid_input', 'resultTtlSeconds', { url, resultTtlSeconds: '31d' }],
    ['invalid_input', 'resultTtlSeconds', { url, resultTtlSeconds: 0.5 }],
    ['invalid_input', 'keepSecretsSeconds', { url, keepSecretsSeconds: -1 }],
    ['invalid_input', 'maxAttempts', { url, maxAttempts: 0 }],
    ['invalid_input', 'maxAttempts', { url, maxAttempts: 1.5 }],
    ['invalid_input', 'redirect', { url, redirect: 'error' }],
    ['invalid_input', 'idempotencyKey', { url, idempotencyKey: '' }],
    ['invalid_input', 'idempotencyKey', { url, idempotencyKey: 'k'.repeat(256) }],
    ['invalid_input', 'labels', { url, labels: Array.from({ length: 17 }, (_, n) => String(n)) }],
    ['invalid_input', 'labels.1', { url, labels: ['a', 'x'.repeat(65)] }],
    ['invalid_input', 'labels.0', { url, labels: [''] }],
    ['invalid_input', 'metadata', { url, metadata: 'ä'.repeat(2_048) }],
    ['invalid_input', 'redact.body.0', { url, redact: { body: ['user'] } }],
    ['invalid_input', 'redact.query.0', { url, redact: { query: [''] } }],
    ['invalid_input', 'redact.response.1', { url, redact: { response: ['header:x-a', 'header:x a'] } }],
    ['invalid_input', 'redact.response.0', { url, redact: { response: ['header:'] } }],
    ['invalid_input', 'redact.response.0', { url, redact: { response: ['x-session'] } }],
    ['invalid_input', 'redact.body.0', { url, redact: { body: ['header:x-a'] } }],
    ['unknown_field', 'redact.headers', { url, redact: { headers: [] } }],
  ])('says %s at "%s"', (code, field, input) => {
    const refusal = refusalOf(input);
    expect(refusal).toMatchObject({ code, field });
    expect(refusal.message).toContain(field === '' ? 'The input' : code === 'shadowed_rule' ? '"503"' : field);
  });

  it.each([
    'Host',
    'connection',
    'Content-Length',
    'transfer-encoding',
    'expect',
    'upgrade',
    'keep-alive',
    'te',
    'trailer',
    'proxy-connection',
    'Proxy-Authenticate',
    'webhook-id',
    'Webhook-Signature',
    'traceparent',
  ])('may not set the header %s', (name) =>
    expect(refusalOf(header(name, 'x'))).toMatchObject({ code: 'invalid_header', field: `headers.${name}` }),
  );

  it('may set proxy-authorization, which is masked', () => {
    expect(parse({ headers: { 'proxy-authorization': 'x' } }).headers[0]?.masked).toBe('********');
  });

  it('never shows a header’s value', () => {
    expect(refusalOf(header('authorization', 'Bearer sk-12345\n')).message).not.toContain('sk-12345');
  });
});

it('the schema is open to OpenAPI and takes what the parser takes', () => {
  expect(z.toJSONSchema(submitSchema, { io: 'input' })).toMatchObject({ type: 'object' });
  const retry = [
    { when: 429, strategy: 'headers', resetHeader: 'x' },
    { when: '5xx', limit: 2 },
  ];
  for (const input of [
    { url, retry: 'openai' },
    { url, retry },
    { url, retry: { 429: { limit: 1 } }, callback: url },
  ]) {
    expect(submitSchema.safeParse(input).success).toBe(true);
    expect(() => parseSubmit(input)).not.toThrow();
  }
});
