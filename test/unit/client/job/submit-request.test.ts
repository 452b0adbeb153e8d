import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { redactString } from '#src/client/index.ts';
import { toHeadersInput, toSubmitInput } from '#src/client/job/submit-request.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import { maskRedacted, revealRedacted } from '#src/domain/redact/redacted-string.ts';

const url = 'https://api.test/x';

/** What Ringback makes of a request after its way over the wire. */
function understood(request: Parameters<typeof toSubmitInput>[0]) {
  return parseSubmit(JSON.parse(JSON.stringify(toSubmitInput(request))));
}

describe('a request on its way to Ringback', () => {
  it('arrives with the same bytes, whichever form the body had', () => {
    const bytes = Uint8Array.from({ length: 40_000 }, (_, index) => (index * 31) % 256);
    const view = new Uint8Array(bytes.buffer, 3, 17_001);
    expect(understood({ url, body: bytes }).body).toEqual(bytes);
    expect(understood({ url, body: bytes.buffer }).body).toEqual(bytes);
    expect(understood({ url, body: Buffer.from(bytes) }).body).toEqual(bytes);
    expect(understood({ url, body: view }).body).toEqual(bytes.slice(3, 17_004));
    expect(understood({ url, body: { base64: 'AP8=' } }).body).toEqual(Uint8Array.of(0, 255));
    expect(understood({ url, body: 'Grüße' }).body).toEqual(new TextEncoder().encode('Grüße'));
    expect(understood({ url, body: new Uint8Array() }).body).toHaveLength(0);
  });

  it('arrives with durations as text, dates and URLs', () => {
    const runAt = new Date(Date.now() + 60_000);
    const spec = understood({
      url: new URL(url),
      runAt,
      callback: new URL('https://app.test/hook'),
      timeout: { durationInMs: '30s' },
      resultTtlSeconds: '2h',
    });
    expect(spec).toMatchObject({
      url,
      runAt,
      timeoutMs: 30_000,
      resultTtlSeconds: 7_200,
      callback: { url: 'https://app.test/hook' },
    });
  });

  it('arrives with an endpoint by name instead of a URL', () => {
    expect(understood({ url, callback: { endpoint: 'billing', payload: 'thin' } }).callback).toMatchObject({
      endpoint: 'billing',
      url: null,
      payload: 'thin',
    });
  });

  it('arrives with callback headers, secret ones too', () => {
    const headers = new Headers({ 'x-tenant': 'a' });
    expect(understood({ url, callback: { url: 'https://app.test/', headers } }).callback?.headers).toEqual([
      { name: 'x-tenant', value: 'a', masked: null },
    ]);
    const secret = { 'x-pass': redactString`p ${'s3cret'}` };
    expect(understood({ url, callback: { url: 'https://app.test/', headers: secret } }).callback?.headers).toEqual([
      { name: 'x-pass', value: 'p s3cret', masked: 'p ********' },
    ]);
  });

  it('has no fields that were not given', () => {
    expect(toSubmitInput({ url, headers: undefined, body: undefined })).toEqual({ url });
  });
});

describe('headers', () => {
  it('may be Headers, pairs or an object', () => {
    expect(
      toHeadersInput(
        new Headers([
          ['A', '1'],
          ['a', '2'],
        ]),
      ),
    ).toEqual({ a: '1, 2' });
    expect(
      toHeadersInput([
        ['A', '1'],
        ['a', '2'],
        ['b', '3'],
      ]),
    ).toEqual({ A: '1, 2', b: '3' });
    expect(toHeadersInput({ A: '1', b: undefined })).toEqual({ A: '1' });
    expect(Object.keys(toHeadersInput([['__proto__', 'x']]))).toEqual(['__proto__']);
  });

  it('keep what is secret in them when they are joined', () => {
    const { a } = toHeadersInput([
      ['a', redactString`x ${'one'} y`],
      ['A', 'plain'],
      ['a', redactString`two`],
      ['a', redactString`${'three'}`],
    ]);
    if (a === undefined || typeof a === 'string') throw new Error('the secret is gone');
    expect(revealRedacted(a)).toBe('x one y, plain, two, three');
    expect(maskRedacted(a)).toBe('x ******** y, plain, ********, ********');
  });
});

describe('a request that cannot go over the wire', () => {
  const refused = (request: unknown) => {
    try {
      toSubmitInput(request as Parameters<typeof toSubmitInput>[0]);
    } catch (error) {
      return error;
    }
    return null;
  };

  it('is refused where it holds a redacted string that is not the value of a header, with the place', () => {
    const secret = redactString`p ${'s3cret'}`;
    for (const [field, request] of [
      ['json.user.1.pin', { url, json: { user: [0, { pin: secret }] } }],
      ['json', { url, json: secret }],
      ['body', { url, body: secret }],
      ['metadata.pin', { url, metadata: { pin: secret } }],
      ['url', { url: secret }],
      ['callback', { url, callback: secret }],
      ['callback.url', { url, callback: { url: secret, headers: { a: secret } } }],
      ['idempotencyKey', { url, idempotencyKey: secret }],
      ['redact.query.0', { url, redact: { query: [secret] } }],
    ] as const) {
      const error = refused(request);
      expect(error).toMatchObject({ name: 'RingbackError', code: 'invalid_input', field });
      expect((error as Error).message).toContain(`\`${field}\` is a redactString`);
      expect((error as Error).message).not.toContain('s3cret');
    }
    expect(refused({ url, headers: { a: secret }, callback: { url, headers: { a: secret } } })).toBeNull();
    expect(refused({ url, json: { $redacted: 'no' } })).toBeNull();
  });

  it('is refused where JSON cannot hold it, with the field', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    for (const [field, request] of [
      ['json', { url, json: cycle }],
      ['json', { url, json: { n: 5n } }],
      ['json', { url, json: () => 5 }],
      ['metadata', { url, metadata: { n: 5n } }],
    ] as const) {
      expect(refused(request)).toMatchObject({ code: 'invalid_input', field });
      expect((refused(request) as Error).message).toMatch(new RegExp(`^\`${field}\` cannot be sent`));
    }
  });

  it('is refused when it is written as for fetch, with an example', () => {
    for (const wrong of [url, new URL(url), new Request(url), undefined, null]) {
      expect(refused(wrong)).toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('submit({ url:'),
      });
    }
    expect(refused({ json: 1 })).toMatchObject({ code: 'invalid_input', field: 'url' });
  });
});

describe('redactString', () => {
  const unset = {} as { [name: string]: string };

  it('marks what was filled in, whatever its type', () => {
    expect(redactString`Bearer ${'key'} ${5}!`).toEqual({
      $redacted: { strings: ['Bearer ', ' ', '!'], values: ['key', '5'] },
    });
  });

  it('refuses a value that is not there, and says which', () => {
    expect(() => redactString`Bearer ${unset.KEY as string}`).toThrow(
      new TypeError('The 1st value of redactString is undefined: is the environment variable set?'),
    );
    expect(() => redactString`${'a'}:${null as unknown as string}`).toThrow('The 2nd value of redactString is null');
    expect(() => redactString`${1}${2}${' '}`).toThrow('The 3rd value of redactString is empty');
    expect(() => redactString`${{} as string}`).toThrow('The 1st value of redactString is neither text nor a number.');
  });

  it('refuses to become part of another string', () => {
    const secret = redactString`Bearer ${'key'}`;
    for (const use of [() => `x ${secret}`, () => 'x '.concat(secret as unknown as string), () => String(secret)]) {
      expect(use).toThrow(/use redactString for the whole value/);
    }
    expect(() => new Headers({ authorization: secret as unknown as string })).toThrow(/for the whole value/);
    expect(() => redactString`a ${secret as unknown as string}`).toThrow('The 1st value of redactString');
  });

  it('is shown masked, and sent whole', () => {
    const secret = redactString`Bearer ${'s3cret'}`;
    expect(inspect({ headers: { secret } }, { depth: 9 })).toBe(
      '{ headers: { secret: redactString`Bearer ********` } }',
    );
    expect(JSON.parse(JSON.stringify(secret))).toEqual({ $redacted: { strings: ['Bearer ', ''], values: ['s3cret'] } });
  });
});
