import { expect, it } from 'vitest';
import { fitBudget } from '#src/domain/fit-budget.ts';

const size = (bytes: number) => bytes;

it.each([
  ['nothing at all', [], 10, 0],
  ['all that fit', [3, 3, 4], 10, 3],
  ['those before the first that does not', [3, 8, 1], 10, 1],
  ['one that is too large, alone', [30, 1], 10, 1],
  ['one that is too large only alone: never beside others', [1, 30], 10, 1],
  ['items without a size', [0, 0, 0], 0, 3],
  ['one even when the budget is used up', [5, 5], -1, 1],
])('takes %s', (_, items, budget, count) => {
  expect(fitBudget(items, budget, size)).toBe(count);
});

it('takes no more than were asked for', () => {
  expect(fitBudget([1, 1, 1], 10, size, 2)).toBe(2);
});
