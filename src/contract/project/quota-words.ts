import type { QuotaName } from '#src/domain/quota/quota.ts';
import { sizeText } from '#src/domain/text/size-text.ts';

/** Names of quotas, to follow a number. */
export const quotaWords: Readonly<Record<QuotaName, string>> = {
  openJobs: 'open jobs',
  jobsPerHour: 'jobs an hour',
  jobsPerDay: 'jobs a day',
  storedBytes: 'stored bytes',
};

/** Returns an amount of a quota: `1,204`, `12.0 MiB`. */
export function amountText(name: QuotaName, amount: number): string {
  return name === 'storedBytes' ? sizeText(amount) : amount.toLocaleString('en-US');
}

/** Returns where a quota stands: `900 of 1,000 jobs an hour`, `4.50 MiB of 5.00 MiB stored`. */
export function standText(name: QuotaName, used: number, limit: number): string {
  const words = name === 'storedBytes' ? 'stored' : quotaWords[name];
  return `${amountText(name, used)} of ${amountText(name, limit)} ${words}`;
}
