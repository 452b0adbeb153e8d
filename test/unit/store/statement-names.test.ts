import { expect, it } from 'vitest';
import { writtenNames } from '#test/support/statements/collect-statements.ts';

it('no two statements have the same name: a connection that has run one refuses the other', () => {
  const names = writtenNames();
  expect(names.length).toBeGreaterThan(80);
  const twice = [...Map.groupBy(names, ({ name }) => name).values()].filter((same) => same.length > 1);
  expect(twice).toEqual([]);
});
