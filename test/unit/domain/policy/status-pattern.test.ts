import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, matchesStatus, overlaps, parseStatusPattern, specificity } from '#src/domain/policy/status-pattern.ts';

function pattern(text: string) {
  const parsed = parseStatusPattern(text);
  if (parsed === null) throw new Error(`not a pattern: ${text}`);
  return parsed;
}

const status = fc.integer({ min: 100, max: 599 });
const patternText = fc.oneof(
  status.map(String),
  fc.tuple(status, status).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  fc.integer({ min: 1, max: 5 }).map((digit) => `${digit}xx`),
  fc.integer({ min: 10, max: 59 }).map((digits) => `${digits}x`),
  fc.array(status, { minLength: 2, maxLength: 5 }).map((codes) => codes.join(',')),
);

describe('status patterns', () => {
  it.each([
    ['429', [429], [428, 430]],
    ['500-599', [500, 550, 599], [499, 600]],
    ['5xx', [500, 599], [499, 600]],
    ['5XX', [503], [404]],
    ['42x', [420, 429], [419, 430]],
    ['401,403', [401, 403], [402]],
    [' 401 , 403 ', [401, 403], [402]],
    ['2xx,404', [200, 299, 404], [300, 405]],
    ['any', [100, 200, 404, 599, 999], []],
    ['all', [200, 500], []],
  ])('%s matches its statuses and no others', (text, inside, outside) => {
    for (const code of inside) expect(matchesStatus(pattern(text), code)).toBe(true);
    for (const code of outside) expect(matchesStatus(pattern(text), code)).toBe(false);
  });

  it.each([
    '',
    ' ',
    '5x5',
    'xx5',
    'x',
    'xxx',
    '0xx',
    '99',
    '1000',
    '599-500',
    '500-',
    '-599',
    '4',
    '4x',
    '429,',
    ',429',
    '429,abc',
    '!429',
    '5xx-6xx',
    '4.29',
    'any,429',
    '0429',
    '4xxx',
  ])('refuses "%s"', (text) => expect(parseStatusPattern(text)).toBeNull());

  it('matches exactly the statuses that its text names, whatever the pattern', () => {
    fc.assert(
      fc.property(patternText, fc.integer({ min: 100, max: 999 }), (text, code) => {
        const named = text.split(',').some((part) => {
          if (part.includes('-')) return code >= Number(part.slice(0, 3)) && code <= Number(part.slice(4));
          return new RegExp(`^${part.replaceAll('x', '\\d')}$`).test(String(code));
        });
        expect(matchesStatus(pattern(text), code)).toBe(named);
      }),
    );
  });

  it('survives being stored as JSON', () => {
    fc.assert(
      fc.property(patternText, (text) => {
        expect(JSON.parse(JSON.stringify(pattern(text)))).toEqual(pattern(text));
      }),
    );
  });

  it('covers another pattern exactly when it matches all its statuses', () => {
    fc.assert(
      fc.property(patternText, patternText, (a, b) => {
        const codes = Array.from({ length: 500 }, (_, index) => index + 100);
        const all = codes
          .filter((code) => matchesStatus(pattern(b), code))
          .every((code) => matchesStatus(pattern(a), code));
        const some = codes.some((code) => matchesStatus(pattern(a), code) && matchesStatus(pattern(b), code));
        expect(covers(pattern(a), pattern(b))).toBe(all);
        expect(overlaps(pattern(a), pattern(b))).toBe(some);
      }),
    );
  });

  it('ranks exact codes, lists, narrower ranges, wider wildcards and any in this order', () => {
    const order = ['429', '401,403', '42x', '500-550', '500-599', '5xx', '400-599', 'any'];
    const ranks = order.map((text) => specificity(pattern(text)));
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(new Set(ranks).size).toBe(order.length);
  });
});
