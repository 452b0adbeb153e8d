import { expect, it } from 'vitest';
import { fullQuotas, isQuotaNear, oneJobMore, type QuotaUse } from '#src/domain/quota/quota.ts';

const none = { openJobs: null, jobsPerHour: null, jobsPerDay: null, storedBytes: null };
const use: QuotaUse = { openJobs: 5, jobsPerHour: 5, jobsPerDay: 5, storedBytes: 100 };

it('a quota that is not set is never full', () => {
  expect(fullQuotas(none, use, 1_000_000)).toEqual([]);
});

it('a quota of jobs is full when as many are used', () => {
  const names = ['openJobs', 'jobsPerHour', 'jobsPerDay'] as const;
  for (const name of names) {
    expect(fullQuotas({ ...none, [name]: 6 }, use, 0)).toEqual([]);
    expect(fullQuotas({ ...none, [name]: 5 }, use, 0)).toEqual([name]);
  }
});

it.each([
  [100, 200, true],
  [101, 200, false],
  [0, 101, true],
  [0, 100, false],
])('a body of %i bytes beside 100 in a quota of %i: %s', (body, limit, fits) => {
  expect(fullQuotas({ ...none, storedBytes: limit }, use, body)).toEqual(fits ? [] : ['storedBytes']);
});

it('a job counts once in each quota, with its body', () => {
  expect(oneJobMore(use, 7)).toEqual({ openJobs: 6, jobsPerHour: 6, jobsPerDay: 6, storedBytes: 107 });
});

it('nine tenths are near', () => {
  expect([isQuotaNear(89, 100), isQuotaNear(90, 100), isQuotaNear(100, 100)]).toEqual([false, true, true]);
});
