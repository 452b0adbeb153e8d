import type { Quotas } from '#src/domain/quota/quota.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Returns the time at which the hour or the day that jobs are counted in is over. */
export function windowEnd(start: Date, unit: 'hour' | 'day'): Date {
  return new Date(start.getTime() + (unit === 'hour' ? hourMs : dayMs));
}

/** Returns the quotas of a row of the database. */
export function quotasOf(row: {
  openJobsLimit: number | null;
  jobsPerHourLimit: number | null;
  jobsPerDayLimit: number | null;
  storedBytesLimit: number | null;
}): Quotas {
  return {
    openJobs: row.openJobsLimit,
    jobsPerHour: row.jobsPerHourLimit,
    jobsPerDay: row.jobsPerDayLimit,
    storedBytes: row.storedBytesLimit,
  };
}
