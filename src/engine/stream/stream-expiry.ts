import { limits } from '#src/domain/limits.ts';
import type { RequestRow } from '#src/store/job/job-row.ts';

/** Returns when the events of an ended job expire: with its result, and not while they are still read live. */
export function streamExpiry({ options }: Pick<RequestRow, 'options'>, endedAt: Date): Date {
  return new Date(endedAt.getTime() + Math.max(options.resultTtlSeconds, limits.streamGraceSeconds) * 1000);
}
