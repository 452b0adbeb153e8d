import { describe, expect, it } from 'vitest';
import type { HeaderList } from '#src/domain/decide/outcome.ts';
import { response } from './outcomes.ts';
import { atRetry, delayOf, retries } from './retried.ts';

describe('x-should-retry', () => {
  const says = (status: number, value: string, more: Record<string, string> = {}) =>
    response(status, { 'x-should-retry': value, ...more });

  it.each(['openai', 'anthropic'])('true retries with %s what it would not retry, up to a limit', (preset) => {
    const decision = retries(preset, says(404, 'true'));
    expect(decision).toMatchObject({
      ...{ then: 'retry', rule: 'x-should-retry', countAs: 'x-should-retry', delayMs: 1_000 },
      retry: { count: 1, limit: 3 },
      inputs: { usedHeaders: ['x-should-retry'] },
    });
    expect(decision.why).toBe('404 matches no retry rule, but x-should-retry is true: backoff, 1 s. Retry 1 of 3.');
    expect(atRetry(preset, 'x-should-retry', 3, says(404, 'true'))).toMatchObject({
      ...{ then: 'fail', rule: 'x-should-retry', retry: { count: 3, limit: 3 } },
    });
    expect(delayOf(retries(preset, says(404, 'TRUE', { 'retry-after': '20' })))).toBe(20_000);
    expect(retries(preset, says(404, 'true', { 'retry-after': '20' })).inputs.usedHeaders).toEqual([
      'x-should-retry',
      'retry-after',
    ]);
    expect(retries(preset, says(404, 'true'), { history: { attempts: 2 }, maxAttempts: 2 }).then).toBe('fail');
  });

  it.each(['openai', 'anthropic'])('false ends the job at once with %s', (preset) => {
    for (const status of [429, 500, 503, 529, 404]) {
      const decision = retries(preset, says(status, 'false', { 'retry-after': '1' }));
      expect(decision).toMatchObject({
        ...{ then: 'fail', rule: 'x-should-retry', inputs: { usedHeaders: ['x-should-retry'] } },
        error: { code: 'bad_status', retryable: false },
      });
      expect(decision.why).toBe(`${status} is not retried: x-should-retry is false.`);
    }
  });

  it('leaves a status to its rule, when there is one, also one that never retries', () => {
    expect(retries('openai', says(503, 'true'))).toMatchObject({ rule: '5xx', retry: { limit: 5 } });
    const quota = response(429, { 'x-should-retry': 'true' }, '{"error":{"code":"insufficient_quota"}}');
    expect(retries('openai', quota)).toMatchObject({ then: 'fail', rule: '429' });
    const own = { preset: 'openai', rules: { '404': { limit: 0 } } };
    expect(retries(own, says(404, 'true'))).toMatchObject({ then: 'fail', rule: '404' });
  });

  it('says nothing about an accepted status', () => {
    for (const value of ['true', 'false']) expect(retries('openai', says(200, value)).then).toBe('complete');
    const poll = { preset: 'openai', rules: { '200': { bodyMatches: { pointer: '', value: 1 } } } };
    expect(retries(poll, response(200, { 'x-should-retry': 'false' }, '1')).then).toBe('retry');
  });

  it('is obeyed for rules of one’s own only beside such a preset', () => {
    const rules = { '503': { limit: 2 } };
    expect(retries({ preset: 'anthropic', rules }, says(404, 'true')).then).toBe('retry');
    expect(retries({ preset: 'anthropic', rules }, says(503, 'false')).then).toBe('fail');
    for (const retry of [rules, { preset: 'default', rules }, 'default']) {
      expect(retries(retry, says(503, 'false')).then).toBe('retry');
      expect(retries(retry, says(404, 'true')).then).toBe('fail');
    }
    expect(retries('none', says(503, 'true')).then).toBe('fail');
  });

  it('is ignored when it says neither, or both', () => {
    for (const value of ['', 'yes', '0', 'true, false', 'x'.repeat(10_000)]) {
      expect(retries('openai', says(503, value)).then).toBe('retry');
      expect(retries('openai', says(404, value))).toMatchObject({ then: 'fail', rule: null });
    }
    const both: HeaderList = [
      ['x-should-retry', 'false'],
      ['x-should-retry', 'true'],
    ];
    expect(retries('openai', response(503, both)).then).toBe('retry');
    expect(retries('openai', says(503, 'false, false')).then).toBe('fail');
  });
});
