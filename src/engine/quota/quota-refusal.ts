import { LaterRefusal } from '#src/contract/shape/later-refusal.ts';
import { quotaLimits } from '#src/domain/limits.ts';
import type { QuotaName, QuotaUse } from '#src/domain/quota/quota.ts';
import type { QuotaUseRow } from '#src/store/quota/lock-quota-use.ts';
import { quotasOf, windowEnd } from './quota-windows.ts';

/**
 * Returns the refusal of a job for which quotas have no room. It names the quota that has none for the longest, since
 * nothing can be stored before that.
 */
export function quotaRefusal(
  row: QuotaUseRow,
  { full, use, bodyBytes }: { full: readonly QuotaName[]; use: QuotaUse; bodyBytes: number },
): LaterRefusal {
  const waits = full.map((name) => ({ name, seconds: secondsUntilRoom(row, name) }));
  const { name, seconds } = waits.reduce((longest, wait) => (wait.seconds > longest.seconds ? wait : longest));
  const limit = inWords(quotasOf(row)[name] ?? 0);
  const message = messages[name]({ row, limit, used: inWords(use[name]), bodyBytes });
  return new LaterRefusal('quota_exceeded', seconds, message);
}

type Facts = { row: QuotaUseRow; limit: string; used: string; bodyBytes: number };

const messages: Readonly<Record<QuotaName, (facts: Facts) => string>> = {
  openJobs: ({ limit, used }) => `the project may have ${limit} open jobs at once, and ${used} have not ended`,
  jobsPerHour: ({ row, limit, used }) =>
    `the project may submit ${limit} jobs an hour, and ${used} were accepted since ${inUtc(row.hourAt)}; there is room again at ${inUtc(windowEnd(row.hourAt, 'hour'))}`,
  jobsPerDay: ({ row, limit, used }) =>
    `the project may submit ${limit} jobs a day, and ${used} were accepted since ${inUtc(row.dayAt)}; there is room again at ${inUtc(windowEnd(row.dayAt, 'day'))}`,
  storedBytes: ({ row, limit, used, bodyBytes }) =>
    bodyBytes > (row.storedBytesLimit ?? 0)
      ? `the project may store ${limit} bytes, and the body alone has ${inWords(bodyBytes)}: it never fits`
      : `the project may store ${limit} bytes, ${used} are stored, and the body has ${inWords(bodyBytes)}; what expires or is deleted makes room`,
};

/** Seconds until there may be room: for jobs an hour or a day exactly, for the others until it is counted again. */
function secondsUntilRoom(row: QuotaUseRow, name: QuotaName): number {
  const until = (at: number) => (at - row.nowAt.getTime()) / 1_000;
  switch (name) {
    case 'openJobs':
      return Math.max(quotaLimits.openRetrySeconds, until(nextOpenCountMs(row)));
    case 'jobsPerHour':
      return until(windowEnd(row.hourAt, 'hour').getTime());
    case 'jobsPerDay':
      return until(windowEnd(row.dayAt, 'day').getTime());
    case 'storedBytes': {
      const seconds = until(row.measureAt.getTime());
      return seconds > 0 ? seconds : quotaLimits.measureSeconds;
    }
  }
}

/** Returns the time from which open jobs are counted again, in epoch milliseconds: the more there may be, the later. */
export function nextOpenCountMs({ openCountedAt, openJobsLimit }: QuotaUseRow): number {
  return openCountedAt.getTime() + (openJobsLimit ?? 0) / quotaLimits.openCountPerMs;
}

function inWords(count: number): string {
  return count.toLocaleString('en-US');
}

function inUtc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
