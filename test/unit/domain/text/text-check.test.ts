import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBadText } from '#src/domain/text/text-check.ts';

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

describe('text that cannot be stored', () => {
  it.each([
    ['a\u0000b', '', 'nul'],
    [{ a: ['x', { b: '\u0000' }] }, 'a.1.b', 'nul'],
    [{ 'k\u0000': 1 }, 'k\u0000', 'nul'],
    [['\ud800'], '0', 'lone_surrogate'],
    [{ a: 'x\udc00' }, 'a', 'lone_surrogate'],
    [{ n: JSON.parse('1e999') }, 'n', 'not_finite'],
    [{ n: Number.NaN }, 'n', 'not_finite'],
    [{ n: 1n }, 'n', 'not_json'],
    [{ f: () => 1 }, 'f', 'not_json'],
  ])('is found, with its place', (value, path, reason) => {
    expect(findBadText(value)).toEqual({ path, reason });
  });

  it('is found at a depth of 65, and not at 64', () => {
    expect(findBadText(nested(64))).toBeNull();
    expect(findBadText(nested(65))?.reason).toBe('too_deep');
  });

  it('does not overflow the stack on very deep input', () => {
    expect(findBadText(nested(200_000))?.reason).toBe('too_deep');
  });

  it('is not seen in ordinary JSON, emoji included', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }), (value) => {
        fc.pre(!JSON.stringify(value).includes('\\u0000'));
        expect(findBadText(value)).toBeNull();
      }),
    );
  });
});
