import type { Tx } from '#src/store/db/database.ts';
import { hasQuota, quotaColumns, windowStart } from './quota-columns.ts';

/** Where a project with a quota stands, with its quotas. The transaction holds the row. */
export type QuotaUseRow = {
  projectId: string;
  openJobsLimit: number | null;
  jobsPerHourLimit: number | null;
  jobsPerDayLimit: number | null;
  storedBytesLimit: number | null;
  /** Starts of the hour and the day that are counted, and the jobs accepted in them. */
  hourAt: Date;
  hourJobs: number;
  dayAt: Date;
  dayJobs: number;
  /** At least as many jobs are open. */
  openJobs: number;
  openCountedAt: Date;
  storedBytes: number;
  addedBytes: number;
  measuredAt: Date | null;
  measureAt: Date;
  /** The database's clock. */
  nowAt: Date;
};

/** A window that a transaction with a later clock has begun goes on: an hour never begins twice. */
const window = (unit: 'hour' | 'day') => `greatest(u.${unit}_at, ${windowStart(unit)}) as "${unit}At",
  case when u.${unit}_at >= ${windowStart(unit)} then u.${unit}_jobs else 0 end as "${unit}Jobs"`;

/** Columns of `quota_use u` as a row has them. */
export const quotaUseColumns = `u.project_id as "projectId", ${quotaColumns}, ${window('hour')}, ${window('day')},
  u.open_jobs as "openJobs", u.open_counted_at as "openCountedAt", u.stored_bytes as "storedBytes",
  u.added_bytes as "addedBytes", u.measured_at as "measuredAt", u.measure_at as "measureAt", clock_timestamp() as "nowAt"`;

/**
 * Holds the rows of those of the projects that have a quota, until the end of the transaction. Others that store jobs of
 * the same projects wait. Rows are taken in the order of their ids, so that two batches cannot deadlock.
 */
export function lockQuotaUse(tx: Tx, projectIds: readonly string[]): Promise<QuotaUseRow[]> {
  return tx.look<QuotaUseRow>(
    'lock_quota_use',
    `select ${quotaUseColumns} from quota_use u join project p on p.id = u.project_id
     where u.project_id = any($1::uuid[]) and ${hasQuota} order by u.project_id for no key update of u`,
    [projectIds],
  );
}
