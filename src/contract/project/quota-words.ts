import type { QuotaName } from '#src/domain/quota/quota.ts';

/** Names of quotas, to follow a number. */
export const quotaWords: Readonly<Record<QuotaName, string>> = {
  openJobs: 'open jobs',
  jobsPerHour: 'jobs an hour',
  jobsPerDay: 'jobs a day',
  storedBytes: 'stored bytes',
};

/** Returns an amount of a quota with its unit: `1,000 jobs an hour`. */
export function quotaText(name: QuotaName, amount: number): string {
  return `${amount.toLocaleString('en-US')} ${quotaWords[name]}`;
}
