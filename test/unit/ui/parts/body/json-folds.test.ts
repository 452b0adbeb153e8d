import { describe, expect, it } from 'vitest';
import { foldedAtFirst, foldsOf, unfoldedLines } from '#src/ui/parts/body/json-folds.ts';
import { jsonLines } from '#src/ui/parts/body/json-lines.ts';

const linesOf = (text: string, cut = false) => jsonLines(text, cut) ?? [];

describe('folding JSON', () => {
  it('knows what each bracket holds, and where it closes', () => {
    const lines = linesOf('{"a":[1,[2,3],{}],"b":{"c":"d"}}');
    const folds = foldsOf(lines);
    expect([...folds].map(([line, { end, count, isArray }]) => [line, end, count, isArray])).toEqual([
      [0, 12, 2, false],
      [1, 8, 3, true],
      [3, 6, 2, true],
      [9, 11, 1, false],
    ]);
  });

  it('leaves out what is folded, brackets aside', () => {
    const lines = linesOf('{"a":[1,2],"b":3}');
    const folds = foldsOf(lines);
    expect(unfoldedLines(lines.length, folds, new Set([1]))).toEqual([0, 1, 5, 6]);
    expect(unfoldedLines(lines.length, folds, new Set([0]))).toEqual([0]);
  });

  it('folds at first only what is long', () => {
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const long = linesOf(JSON.stringify({ short: [1, 2], long: numbers, other: numbers }));
    const folds = foldsOf(long);
    expect([...foldedAtFirst(long, folds)]).toEqual([5, 207]);
    const single = linesOf(JSON.stringify({ most: numbers }));
    expect(foldedAtFirst(single, foldsOf(single)).size).toBe(0);
    const few = linesOf('{"a":[1,2]}');
    expect(foldedAtFirst(few, foldsOf(few)).size).toBe(0);
  });

  it('reads the beginning of JSON that was cut', () => {
    const lines = linesOf('{"a":[1,2],"b":{"c":"not the e', true);
    expect(lines.at(-1)?.tokens.map(({ text }) => text)).toEqual(['"c"', ':', '"not the e']);
    expect(foldsOf(lines).get(0)?.end).toBe(lines.length - 1);
    expect(jsonLines('[info] a log line', true)).toBeNull();
  });
});
