import { describe, expect, it } from 'vitest';
import { failureCause, failurePrint, readFailurePrint } from '#src/domain/decide/failure-print.ts';

describe('the text of a kind of failure', () => {
  it.each([
    [{ host: 'api.example.com', cause: '503', rule: '5xx' }, 'api.example.com 503:5xx'],
    [{ host: '[::1]', cause: 'timeout', rule: null }, '[::1] timeout'],
    [{ host: 'a.test', cause: '429', rule: 'a:b c' }, 'a.test 429:a:b c'],
    [{ host: '', cause: 'dns_error', rule: null }, ' dns_error'],
  ])('is read as it was written: %o', (parts, text) => {
    expect(failurePrint(parts)).toBe(text);
    expect(readFailurePrint(text)).toEqual(parts);
  });

  it('names the status only if that was the failure', () => {
    expect(failureCause('bad_status', 503)).toBe('503');
    expect(failureCause('timeout', null)).toBe('timeout');
    expect(failureCause('deadline_exceeded', 503)).toBe('deadline_exceeded');
  });
});
