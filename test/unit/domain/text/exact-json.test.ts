import { describe, expect, it } from 'vitest';
import { findInexact, isRawJson, parseExactJson } from '#src/domain/text/exact-json.ts';

describe('a number that a double cannot hold', () => {
  it.each([
    '12345678901234567890',
    '-9007199254740993',
    '0.1234567890123456789',
    '1.00000000000000000001',
    '1e-400',
    '123456789012345678e-5',
  ])('is kept as it was written: %s', (number) => {
    expect(JSON.stringify(parseExactJson(`[${number}]`))).toBe(`[${number}]`);
    expect(findInexact(`{"a":{"b":[0,${number}]}}`)).toBe('a.b.1');
  });

  it.each([
    '0.30000000000000004',
    '1000000000000000000000',
    '10.000000000000000',
    '-0.0000000000000000',
    '1e-300',
    '"1234567890123456789"',
  ])('is none of these: %s', (text) => {
    expect(isRawJson(parseExactJson(text))).toBe(false);
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
    expect(findInexact(text)).toBeNull();
  });
});

it('keys stay as JSON.parse reads them', () => {
  const read = parseExactJson('{"__proto__":12345678901234567890}') as object;
  expect(Object.keys(read)).toEqual(['__proto__']);
});
