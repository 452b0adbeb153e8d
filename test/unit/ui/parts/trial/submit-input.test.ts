import { describe, expect, it } from 'vitest';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import { firstValues, isUnreadable, submitInputOf, type TryValues } from '#src/ui/parts/trial/form-values.ts';
import { inboxOf, inboxUrl, planOf, planUrl } from '#src/ui/parts/trial/plan.ts';

const origin = 'http://localhost:4600';

function inputOf(change: Partial<TryValues>) {
  const input = submitInputOf({ ...firstValues('test'), ...change }, origin);
  if (isUnreadable(input)) throw new Error(input.message);
  return input;
}

describe('a job made by hand', () => {
  it('is accepted as it stands at first, and walks through the plan alone', () => {
    const [one, other] = [inputOf({}), inputOf({})];
    expect(() => parseSubmit(one)).not.toThrow();
    expect(one).toMatchObject({ method: 'POST', retry: 'default', callback: `${origin}/playground/inbox/test` });
    expect(one.url).toMatch(/^http:\/\/localhost:4600\/playground\/target\?plan=429,503,200&key=[a-z0-9]{4,8}$/);
    expect(one.url).not.toBe(other.url);
  });

  it('has what was filled in, and nothing that was not', () => {
    const given: Partial<TryValues> = {
      target: 'own',
      url: ' https://api.example.com/x ',
      method: 'PUT',
      body: '',
      headers: [
        { key: 0, name: 'x-tenant', value: 'acme', secret: false },
        { key: 1, name: 'x-token', value: 'hush', secret: true },
        { key: 2, name: '', value: '', secret: false },
      ],
      timeout: '30s',
      maxAttempts: '3',
      callback: 'none',
      ttl: '3600',
      labels: 'one, two,',
      flow: ' openai ',
      priority: '-5',
    };
    expect(inputOf(given)).toEqual({
      url: 'https://api.example.com/x',
      method: 'PUT',
      headers: { 'x-tenant': 'acme', 'x-token': { $redacted: { strings: ['', ''], values: ['hush'] } } },
      retry: 'default',
      timeout: { durationInMs: '30s' },
      maxAttempts: 3,
      resultTtlSeconds: 3600,
      labels: ['one', 'two'],
      flow: { key: 'openai' },
      priority: -5,
    });
    expect(() => parseSubmit(inputOf(given))).not.toThrow();
  });

  it('has no body where the method carries none', () => {
    expect(inputOf({ method: 'GET' })).not.toHaveProperty('json');
  });

  it.each([
    ['the body', { body: '{' }, 'json'],
    ['the rules', { retry: 'rules', rules: 'x' }, 'retry'],
  ] as const)('is not sent while %s cannot be read', (_, change, field) => {
    const input = submitInputOf({ ...firstValues('test'), ...change }, origin);
    expect(isUnreadable(input) && input.field).toBe(field);
  });
});

describe('addresses of the playground', () => {
  it('name the plan, and the delay only where there is one', () => {
    expect(planUrl(origin, planOf([503, 200], 250), 'k')).toBe(
      `${origin}/playground/target?plan=503,200&delay=250&key=k`,
    );
    expect(planUrl(origin, planOf([200]))).toBe(`${origin}/playground/target?plan=200`);
  });

  it('tell an inbox of this Ringback from other receivers', () => {
    expect(inboxOf(inboxUrl(origin, 'first'))).toBe('first');
    expect(inboxOf(`${origin}/playground/inbox/a-1?plan=503,204`)).toBe('a-1');
    expect(inboxOf('https://app.example.com/hooks')).toBeNull();
    expect(inboxOf(null)).toBeNull();
  });
});
