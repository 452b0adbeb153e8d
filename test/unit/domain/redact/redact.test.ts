import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isRedactedString,
  isSecretHeader,
  makeHider,
  maskHeaders,
  maskJsonPointers,
  maskRedacted,
  maskUrlQuery,
  queryValues,
  revealRedacted,
  scrub,
  secretParameters,
} from '#src/domain/redact/redact.ts';

describe('secret headers', () => {
  it.each([
    'authorization',
    'Proxy-Authorization',
    'cookie',
    'Set-Cookie',
    'X-API-Key',
    'api-key',
    'x-goog-api-key',
    'x-auth-token',
    'client_secret',
    'webhook-signature',
    'x-amz-security-token',
    'password',
    'ocp-apim-subscription-key',
    'apikey',
    'X-ApiKey',
    'x-apikey',
    'x_api_key',
    'accesstoken',
    'accessToken',
    'x-access-token',
    'X-AccessToken',
    'x-authtoken',
    'XAuthToken',
    'x-csrftoken',
    'x-credential',
    'x-amz-credentials',
    'X-Client-Credentials',
    'clientsecret',
    'x-secretkey',
    'x-accesskey',
    'x.api.key',
    'secretKey',
    'userPassword',
    'x-passwd',
    'x-authorization',
    'x-forwarded-authorization',
    'cookie2',
    'x-auth',
  ])('%s is one', (name) => expect(isSecretHeader(name)).toBe(true));

  it.each([
    'content-type',
    'idempotency-key',
    'Idempotency-Key',
    'x-ratelimit-remaining-tokens',
    'x-ratelimit-token',
    'anthropic-ratelimit-key',
    'x-keyboard',
    'x-tokens',
    'keys',
    'x-request-id',
    'etag',
    'www-authenticate',
    'monkey',
    'x-monkey',
    'x-rate-limit-token',
    'x-rateLimit-token',
    'Idempotency_Key',
    'access-control-allow-credentials',
    'author',
    'x-authored-by',
    'x-tokenizer',
  ])('%s is none', (name) => expect(isSecretHeader(name)).toBe(false));

  it('are masked with those named besides, and the others left alone', () => {
    expect(
      maskHeaders(
        [
          ['x-api-key', 'a'],
          ['x-tenant', 'b'],
          ['accept', 'c'],
          ['set-cookie', 'd'],
          ['set-cookie', 'e'],
        ],
        ['x-tenant'],
      ),
    ).toEqual([
      ['x-api-key', '********'],
      ['x-tenant', '********'],
      ['accept', 'c'],
      ['set-cookie', '********'],
      ['set-cookie', '********'],
    ]);
  });
});

describe('query parameters', () => {
  it.each([
    ['https://a.b/?key=1&x=2', ['key'], 'https://a.b/?key=********&x=2'],
    ['https://a.b/?KEY=1&k%65y=2&key=', ['key'], 'https://a.b/?KEY=********&k%65y=********&key=********'],
    ['https://a.b/?key', ['key'], 'https://a.b/?key'],
    ['https://a.b/?x=key=1', ['key'], 'https://a.b/?x=key=1'],
    ['https://a.b/?a%5B%5D=1=2#f?key=1', ['a[]', 'key'], 'https://a.b/?a%5B%5D=********#f?key=1'],
    ['https://a.b/?%zz=1&X-Amz-Signature=2', ['%zz'], 'https://a.b/?%zz=********&X-Amz-Signature=2'],
    ['https://a.b/key=1', ['key'], 'https://a.b/key=1'],
    ['https://a.b/?key=1', [], 'https://a.b/?key=1'],
  ])('of %s named in %j are masked', (url, names, expected) => expect(maskUrlQuery(url, names)).toBe(expected));

  it.each([
    ['https://a.b/hook?token=1&page=2', [], 'https://a.b/hook?token=********&page=2'],
    [
      'https://a.b/?Access_Token=1&apiKey=2&api-key=3',
      [],
      'https://a.b/?Access_Token=********&apiKey=********&api-key=********',
    ],
    ['https://a.b/?key=1&sig=2&code=3', ['code'], 'https://a.b/?key=********&sig=********&code=********'],
    [
      'https://a.b/?X-Amz-Signature=1&X-Amz-Credential=2&X-Amz-Date=3',
      [],
      'https://a.b/?X-Amz-Signature=********&X-Amz-Credential=********&X-Amz-Date=3',
    ],
    ['https://a.b/?user=1&monkey=2&tokens=3', [], 'https://a.b/?user=1&monkey=2&tokens=3'],
  ])('of a receiver, %s with %j named, are masked by their names too', (url, names, expected) => {
    expect(maskUrlQuery(url, secretParameters(url, names))).toBe(expected);
  });

  it('give their values, raw and decoded', () => {
    expect(queryValues('https://a.b/?k=a%20b%2F&x=1&K=c+d&k=', ['k'])).toEqual(['a%20b%2F', 'a b/', 'c+d', 'c d']);
  });

  it.each([
    ['/next?token=other&page=2', '/next?token=********&page=2'],
    ['5; url=https://a.b/?x=1&token=other', '5; url=https://a.b/?x=1&token=********'],
    [
      '</p?token=one&b=2>; rel="next", </q?token=two>; rel="last"',
      '</p?token=********&b=2>; rel="next", </q?token=********>; rel="last"',
    ],
    ['the token is s3cr3t/!', 'the token is ********'],
    ['s3cr3t%2F!', '********'],
    ['nothing here', 'nothing here'],
  ])('in the response header %s are masked by name and by value', (value, expected) => {
    const hide = makeHider({ names: ['token'], values: ['s3cr3t/!'] });
    expect(hide(value)).toBe(expected);
  });

  it('never show a named value, whatever stands around it', () => {
    const param = fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.array(param), fc.array(param), (before, after) => {
        const url = new URL('https://a.b/');
        for (const [name, value] of before) url.searchParams.append(name, value);
        url.searchParams.append('my key', 'S3CR3TS3CR3T');
        for (const [name, value] of after) url.searchParams.append(name, value);
        const masked = maskUrlQuery(url.href, ['my key']);
        expect(masked).not.toContain('S3CR3TS3CR3T');
        expect([...new URL(masked).searchParams.keys()]).toEqual([...url.searchParams.keys()]);
      }),
    );
  });
});

describe('JSON pointers', () => {
  it.each([
    ['{"a":1,"b":2}', ['/a'], '{"a":"********","b":2}'],
    [
      '{ "big" : 12345678901234567890 ,\n "a":{"c":[1,2]} }',
      ['/a/c/1'],
      '{ "big" : 12345678901234567890 ,\n "a":{"c":[1,"********"]} }',
    ],
    ['{"z":1,"a":{"x":"}\\"]","y":[{}]}}', ['/a'], '{"z":1,"a":"********"}'],
    ['{"a":1,"a":2}', ['/a'], '{"a":"********","a":"********"}'],
    [
      '{"a/b":1,"m~n":2,"\\u0061":3}',
      ['/a~1b', '/m~0n', '/a'],
      '{"a/b":"********","m~n":"********","\\u0061":"********"}',
    ],
    ['[[1],[2]]', ['/1/0', '/0'], '["********",["********"]]'],
    ['{"a":{"b":1}}', ['/a/b', '/a'], '{"a":"********"}'],
    ['{"a":{"b":1}}', ['/a/c', '/x', '/a/b/c'], '{"a":{"b":1}}'],
    [' "secret" ', [''], ' "********" '],
    ['{}', ['/a'], '{}'],
    ['{"":1}', ['/'], '{"":"********"}'],
    ['not json', ['/a'], '********'],
    ['{"a":1', ['/a'], '********'],
    ['', ['/a'], '********'],
    ['{"a":1}', ['a'], '********'],
    ['not json', [], 'not json'],
  ])('in %s: %j are masked', (text, pointers, expected) => expect(maskJsonPointers(text, pointers)).toBe(expected));

  it('mask what they lead to and keep every other value', () => {
    const pointerTo = (value: unknown, steps: number[]): string => {
      if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return '';
      const [step = 0, ...rest] = steps;
      const keys = Object.keys(value);
      const key = keys[step % keys.length] ?? '';
      const below = steps.length === 0 ? '' : pointerTo((value as Record<string, unknown>)[key], rest);
      return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}${below}`;
    };
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.array(fc.nat(5), { maxLength: 3 }),
        fc.constantFrom(0, 2),
        (value, steps, indent) => {
          const pointer = pointerTo(value, steps);
          const text = JSON.stringify(value, null, indent);
          const expected = pointer === '' ? '********' : JSON.parse(text);
          if (pointer !== '') {
            const tokens = pointer
              .slice(1)
              .split('/')
              .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
            let parent = expected as Record<string, unknown>;
            for (const token of tokens.slice(0, -1)) parent = parent[token] as Record<string, unknown>;
            Object.defineProperty(parent, tokens.at(-1) ?? '', {
              value: '********',
              enumerable: true,
              configurable: true,
              writable: true,
            });
          }
          expect(JSON.parse(maskJsonPointers(text, [pointer]))).toEqual(expected);
        },
      ),
    );
  });

  it('cope with depth that would overflow a stack', () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)},"b":1}`;
    expect(maskJsonPointers(deep, ['/a', '/b'])).toBe('{"a":"********","b":"********"}');
  });
});

describe('redacted strings', () => {
  const bearer = { $redacted: { strings: ['Bearer ', ''], values: ['sk-123'] } };

  it('show their plain parts only, and can be revealed', () => {
    expect([maskRedacted(bearer), revealRedacted(bearer)]).toEqual(['Bearer ********', 'Bearer sk-123']);
  });

  it('are masked as a whole when they mark nothing', () => {
    expect(maskRedacted({ $redacted: { strings: ['sk-123'], values: [] } })).toBe('********');
  });

  it.each([
    null,
    'x',
    {},
    { $redacted: null },
    { $redacted: { strings: ['a'], values: ['b'] } },
    { ...bearer, extra: 1 },
    { $redacted: { strings: ['', ''], values: [1] } },
    { $redacted: { ...bearer.$redacted, x: 1 } },
  ])('are told from %j', (value) => expect(isRedactedString(value)).toBe(false));
});

describe('scrubbing text', () => {
  it.each([
    ['token sk-12345678 was refused', ['Bearer sk-12345678'], 'token ******** was refused'],
    ['GET /?k=a%20b%2Fc and a+b%2Fc', ['a b/c'], 'GET /?k=******** and ********'],
    ['cGFzc3dvcmQ= and password', ['password'], '********= and ********'],
    ['say "a\\"b\\"c"', ['a"b"c'], 'say "********"'],
    ['abc-key abc', ['abc', 'abc-key'], '******** ********'],
    ['ab cab ab.', ['ab'], '******** cab ********.'],
    ['nothing', ['', 'x.y'], 'nothing'],
  ])('%s', (text, secrets, expected) => expect(scrub(text, secrets)).toBe(expected));

  it('leaves no secret behind, raw, URL-encoded or in base64', () => {
    const secret = fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme' }).filter((text) => !text.includes('*'));
    fc.assert(
      fc.property(fc.string(), secret, fc.string(), (before, hidden, after) => {
        const base64 = Buffer.from(hidden).toString('base64').replace(/=+$/, '');
        for (const form of [hidden, encodeURIComponent(hidden), base64]) {
          expect(scrub(before + form + after, [hidden])).not.toContain(form);
        }
      }),
    );
  });
});
