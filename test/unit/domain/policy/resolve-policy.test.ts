import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPolicyRefusal } from '#src/domain/policy/read-strategy.ts';
import { type RetrySetting, resolvePolicy } from '#src/domain/policy/resolve-policy.ts';
import { policy } from '#test/unit/domain/decide/outcomes.ts';

function refusal(retry: RetrySetting, accept?: string) {
  const resolved = resolvePolicy({ method: 'GET', hasIdempotencyKey: false, retry, accept });
  if (!isPolicyRefusal(resolved)) throw new Error('was not refused');
  return resolved;
}

describe('resolving a policy', () => {
  it('takes the default preset when nothing is said', () => {
    const resolved = policy();
    expect(resolved.preset).toBe('default');
    expect(resolved.rules.map((rule) => rule.key)).toEqual(['429', '503', '408,500,502,504']);
    expect(resolved).toMatchObject({ maxAttempts: 25, onInterrupted: 'retry', onOversize: 'fail', repeatable: true });
    expect(resolved.timeout).toMatchObject({ nothingSent: { limit: 5 }, maybeSent: { limit: 3 } });
  });

  it.each([
    ['GET', false, true],
    ['put', false, true],
    ['DELETE', false, true],
    ['POST', false, false],
    ['PATCH', false, false],
    ['POST', true, true],
  ])('%s with an idempotency key %s is repeatable: %s', (method, hasIdempotencyKey, repeatable) => {
    const resolved = policy({ method, hasIdempotencyKey });
    expect(resolved.repeatable).toBe(repeatable);
    expect(resolved.timeout.maybeSent !== null).toBe(repeatable);
    expect(resolved.timeout.nothingSent).not.toBeNull();
  });

  it('retries nothing with the preset none, and no status with an empty object', () => {
    const none = policy({ retry: 'none' });
    expect([none.rules, none.timeout.nothingSent, none.connectionError.nothingSent]).toEqual([[], null, null]);
    const empty = policy({ retry: {} });
    expect([empty.preset, empty.rules, empty.timeout.nothingSent?.limit]).toEqual([null, [], 5]);
  });

  it('puts given rules before those of a named preset', () => {
    const resolved = policy({ retry: { preset: 'default', rules: { '429': { limit: 1 }, '418': {} } } });
    expect(resolved.rules.map((rule) => [rule.key, rule.strategy.limit])).toEqual([
      ['418', 5],
      ['429', 1],
      ['503', 5],
      ['408,500,502,504', 3],
    ]);
  });

  it('orders an object by specificity, whatever the order of its keys', () => {
    const expected = ['429', '401,403', '500-503', '42x', '5xx', 'any'];
    fc.assert(
      fc.property(fc.shuffledSubarray(expected, { minLength: 6 }), (keys) => {
        const rules = policy({ retry: Object.fromEntries(keys.map((key) => [key, {}])) }).rules;
        expect(rules.map((rule) => rule.key)).toEqual(expected);
      }),
    );
  });

  it('keeps a list as it stands, and numbers the keys of equal patterns', () => {
    const when = '429';
    const retry = [
      { when, limit: 0, bodyMatches: { pointer: '/code', value: 'a' } },
      { when, limit: 1, bodyMatches: { pointer: '/code', value: 'b' } },
      { when, limit: 2 },
      { when: 'any' },
    ];
    expect(policy({ retry }).rules.map((rule) => rule.key)).toEqual(['429', '429#2', '429#3', 'any']);
  });

  it.each<[RetrySetting, string, string, string | undefined]>([
    [[{ when: '5xx' }, { when: 503 }], 'retry.1', '"5xx"', undefined],
    [[{ when: '500-549' }, { when: '550-599' }, { when: '5xx' }], 'retry.2', '"500-549" and "550-599"', undefined],
    [[{ when: 'any' }, { when: '404' }], 'retry.1', '"any"', undefined],
    [{ '5xx': {}, '500-599': {} }, 'retry.5xx', '"500-599"', undefined],
    [{ rules: { '429': {}, '429,429': {} } }, 'retry.rules.429,429', '"429"', undefined],
    [{ '404': {} }, 'retry.404', 'accept "2xx,404"', '2xx,404'],
    [{ '5xx': {} }, 'retry.5xx', 'accept "any"', 'any'],
  ])('refuses a rule that can never match, naming what shadows it (%j)', (retry, field, by, accept) => {
    const refused = refusal(retry, accept);
    expect(refused).toMatchObject({ code: 'shadowed_rule', field });
    expect(refused.message).toContain(by);
  });

  it('does not refuse a rule behind one that asks for a body', () => {
    const retry = [{ when: '5xx', bodyMatches: { pointer: '/a', value: 1 } }, { when: '503' }];
    expect(policy({ retry }).rules).toHaveLength(2);
  });

  it('refuses a rule whose bodies an earlier one takes, and no other', () => {
    const rule = (...anyOf: string[]) => ({ when: '200', bodyMatches: { pointer: '/status', anyOf } });
    expect(refusal([rule('a', 'b', 'c'), rule('c', 'a')]).code).toBe('shadowed_rule');
    expect(policy({ retry: [rule('a', 'b'), rule('b', 'c')] }).rules).toHaveLength(2);
  });

  it.each<[RetrySetting, string]>([
    [{ '5x5': {} }, 'retry.5x5'],
    [{ '600-500': {} }, 'retry.600-500'],
    ['fast', 'retry'],
    [{ preset: 'fast' }, 'retry.preset'],
    [{ '5xx': { limit: -1 } }, 'retry.5xx.limit'],
    [{ '5xx': { limit: 1.5 } }, 'retry.5xx.limit'],
    [{ '5xx': { factor: 0.5 } }, 'retry.5xx.factor'],
    [{ '5xx': { minTimeoutInMs: 10, maxTimeoutInMs: 5 } }, 'retry.5xx.minTimeoutInMs'],
    [{ '5xx': { strategy: 'backoff', type: 'headers' } }, 'retry.5xx.type'],
    [{ '5xx': { resetHeader: 'x-reset' } }, 'retry.5xx.resetHeader'],
    [{ '429': { strategy: 'headers' } }, 'retry.429.resetHeader'],
    [{ '429': { strategy: 'headers', resetHeader: 'not a name' } }, 'retry.429.resetHeader'],
    [{ '429': { type: 'headers', resetHeader: 'a', remainingHeader: ['b', 'c'] } }, 'retry.429.remainingHeader'],
    [{ '2xx': { bodyMatches: { pointer: 'status', value: 1 } } }, 'retry.2xx.bodyMatches.pointer'],
  ])('refuses %j at %s', (retry, field) => {
    const refused = refusal(retry);
    expect(refused).toMatchObject({ code: 'invalid_retry', field });
    expect(refused.message).toContain(`\`${field}\``);
  });

  it('moves a default bound that the given one has passed', () => {
    const rules = policy({ retry: { '500': { maxTimeoutInMs: 10 }, '503': { minTimeoutInMs: 90_000 } } }).rules;
    expect(rules.map((rule) => rule.strategy)).toMatchObject([
      { minTimeoutInMs: 10, maxTimeoutInMs: 10 },
      { minTimeoutInMs: 90_000, maxTimeoutInMs: 90_000 },
    ]);
  });

  it('applies written backoff fields to timeouts and connection errors whether or not something was sent', () => {
    const resolved = policy({
      method: 'POST',
      timeoutRetry: { limit: 1 },
      connectionErrorRetry: { limit: 2 },
      retry: 'none',
    });
    expect(resolved.timeout).toMatchObject({ nothingSent: { limit: 1 }, maybeSent: { limit: 1 } });
    expect(resolved.connectionError).toMatchObject({ nothingSent: { limit: 2 }, maybeSent: { limit: 2 } });
  });
});
