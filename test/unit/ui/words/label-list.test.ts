import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelLine, readLabels } from '#src/ui/words/label-list.ts';

test.each([
  [['prod', 'billing'], 'prod, billing'],
  [['a, b', 'c'], '"a, b", c'],
  [['"quoted"'], '"\\"quoted\\""'],
  [[' spaces '], '" spaces "'],
  [['half"way'], 'half"way'],
  [[], ''],
])('%j is written as %s, and read again', (labels, line) => {
  expect(labelLine(labels)).toBe(line);
  expect(readLabels(line)).toEqual(labels);
});

test.each([
  ['a,,b, ,', ['a', 'b']],
  ['"open, end', ['"open', 'end']],
  ['"a" b, c', ['"a" b', 'c']],
])('%s is read as %j', (line, labels) => {
  expect(readLabels(line)).toEqual(labels);
});

test('any labels come back', () => {
  const label = fc.string({ unit: fc.constantFrom('a', ',', '"', '\\', ' ', 'é', "'"), minLength: 1 });
  fc.assert(
    fc.property(fc.array(label.filter((text) => text.trim() !== '')), (labels) => {
      expect(readLabels(labelLine(labels))).toEqual(labels);
    }),
  );
});
