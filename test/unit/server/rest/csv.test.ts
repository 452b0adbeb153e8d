import { expect, it } from 'vitest';
import { csvLine } from '#src/server/rest/csv.ts';

const field = (text: string) => csvLine([text]).slice(0, -2);

it.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@sum', "'@sum"],
  ['\t=1', "'\t=1"],
  ['a; =1+1', "a; '=1+1"],
  ['a;=1+1', "a;'=1+1"],
  ['a;@b;-c', "a;'@b;'-c"],
  ['a\t=1', "a\t'=1"],
  ['a|=1', "a|'=1"],
  ['a\n=1', '"a\n\'=1"'],
  ['a\r\n =1', '"a\r\n \'=1"'],
  ['＝1', "'＝1"],
])('text that a spreadsheet might run is made plain: %j', (text, expected) => expect(field(text)).toBe(expected));

it.each(['a=b', 'https://a.b/?x=1&y=-2', '2026-11-28', 'a-b; c+d', 'x@y.z', ' =1'])('other text stays: %j', (text) =>
  expect(field(text)).toBe(text),
);
