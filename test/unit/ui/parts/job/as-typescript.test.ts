import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactString } from '#src/client/job/redact-string.ts';
import { readPolicy } from '#src/contract/submit/parse-policy.ts';
import { revealRedacted } from '#src/domain/redact/redact.ts';
import { asTypeScript, type SnippetSource } from '#src/ui/parts/job/as-typescript.ts';

type Submitted = Record<string, unknown> & { headers?: Record<string, unknown> };

/** What the snippet would submit, with these environment variables set. */
function submittedBy(snippet: string, env: Record<string, string> = {}): Submitted {
  const javaScript = snippet.replaceAll(/(process\.env\.\w+)!/g, '$1');
  const plain = javaScript.replaceAll(/^import .*$/gm, '').replace('await ringback.submit(', 'ringback.submit(');
  const run = new Function('createRingback', 'redactString', 'process', `${plain}\nreturn job;`);
  return run(() => ({ submit: (request: Submitted) => request }), redactString, { env }) as Submitted;
}

const policyOf = (retry?: unknown) => readPolicy({ retry, method: 'POST', hasIdempotencyKey: false });
function source(job: Partial<SnippetSource['job']>, text: string | null = null, more: Partial<SnippetSource> = {}) {
  const full: SnippetSource = {
    job: {
      method: text === null ? 'GET' : 'POST',
      url: 'https://api.example.com/v1',
      headers: {},
      labels: [],
      metadata: null,
      callback: null,
      maxAttempts: 25,
      idempotencyKey: null,
      ...job,
    },
    body: text === null ? null : { body: text, encoding: 'utf8', size: text.length, bodyCut: false },
    policy: policyOf(),
    settings: {
      timeoutMs: 600_000,
      redirect: 'follow',
      sendIdempotencyKey: false,
      resultTtlSeconds: 86_400,
      keepSecretsSeconds: null,
      deadlineSeconds: null,
      redact: { query: [], body: [], response: [] },
      callbackScheduleSeconds: null,
    },
    ...more,
  };
  return full;
}
const json = { 'content-type': 'application/json' };

describe('a job as a call of the client', () => {
  it('says only what is not the default', () => {
    expect(asTypeScript(source({}))).toBe(`import { createRingback } from '@ringback/client';

// RINGBACK_URL and RINGBACK_API_KEY come from the environment.
const ringback = createRingback();

const job = await ringback.submit({
  url: 'https://api.example.com/v1',
});
`);
  });

  it('fills secrets from the environment and never from their masks', () => {
    const snippet = asTypeScript(
      source(
        { url: 'https://a.example/?token=********', headers: { authorization: 'Bearer ********', ...json } },
        '{"pin":"********","n":1}',
      ),
    );
    expect(snippet).not.toContain('********');
    // The type says that a secret must be there, and an unset one throws.
    expect(snippet).toMatch(/redactString`Bearer \$\{process\.env\.AUTHORIZATION!\}`/);
    const request = submittedBy(snippet, { SECRET: 'q', AUTHORIZATION: 'h', BODY_SECRET: 'b' });
    expect(request).toMatchObject({ url: 'https://a.example/?token=q', json: { pin: 'b', n: 1 } });
    expect(revealRedacted(request.headers?.authorization as never)).toBe('Bearer h');
  });

  it('keeps a body as text where numbers of JavaScript would change it', () => {
    for (const text of ['{"id":9007199254740993}', '{"price":1.10}', '{"__proto__":{"a":1}}']) {
      const request = submittedBy(asTypeScript(source({ headers: json }, text)));
      expect(request).toMatchObject({ body: text, headers: json });
    }
  });

  it('submits the same again, whatever the values hold', () => {
    const text = fc.string({
      unit: fc.constantFrom("'", '"', '`', '$', '{', '}', '\\', '\n', '\r', '\u2028', 'a', '*/', '//'),
    });
    fc.assert(
      fc.property(text, text, text, text, (value, label, body, key) => {
        fc.pre(![value, label, body, key].join().includes('********'));
        const metadata = { [`k${key}`]: value };
        const request = submittedBy(
          asTypeScript(source({ headers: { 'x-a': value }, labels: [label], metadata }, body)),
        );
        expect(request).toMatchObject({ headers: { 'x-a': value }, labels: [label], metadata, body });
      }),
    );
  });

  it('gives rules that make the same policy', () => {
    const rules = { '5xx': { limit: 2, minTimeoutInMs: 7 }, 429: { strategy: 'headers', resetHeader: 'x-reset' } };
    for (const retry of ['openai', 'none', rules, {}, { preset: 'openai', rules }]) {
      const policy = policyOf(retry);
      const request = submittedBy(asTypeScript(source({}, null, { policy })));
      expect(policyOf(request.retry).rules).toEqual(policy.rules);
    }
  });
});
