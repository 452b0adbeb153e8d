import { expect, it } from 'vitest';
import type { QuotaView } from '#src/contract/project/quotas.ts';
import { quotaChangeOf, quotaDraftOf } from '#src/ui/settings/quotas/quota-fields.ts';

const quota = (name: QuotaView['name'], limit: number | null): QuotaView => ({
  ...{ name, limit, used: 0, capped: false, since: null, resetsAt: null },
});
const quotas = [quota('openJobs', 10), quota('jobsPerDay', null), quota('storedBytes', 5_000_000)];
const draft = quotaDraftOf(quotas);

it('a limit that is shown rounded stays as it is', () => {
  expect(draft.storedBytes).toBe('4.768');
  expect(quotaChangeOf(draft, quotas)).toEqual({ change: {}, wrong: {} });
});

it('what is typed is the change, and an empty field takes the limit away', () => {
  const typed = { ...draft, openJobs: ' ', jobsPerDay: '7', storedBytes: '1.5' };
  const { change } = quotaChangeOf(typed, quotas);
  expect(change).toEqual({ openJobs: null, jobsPerDay: 7, storedBytes: 1_572_864 });
});

it('what is no number, or too much, is told at its field', () => {
  const typed = { ...draft, openJobs: '1.5', jobsPerDay: 'x', storedBytes: '-1' };
  const { change, wrong } = quotaChangeOf(typed, quotas);
  expect(change).toEqual({});
  expect(Object.keys(wrong)).toEqual(['openJobs', 'jobsPerDay', 'storedBytes']);
  expect(wrong.openJobs).toBe('A whole number of jobs, at most 1,000,000.');
});
