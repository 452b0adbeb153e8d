import type { Db } from '#src/store/db/database.ts';
import { acceptedJobs, countedJobs, hasQuota, openJobs, quotaColumns, windowStart } from './quota-columns.ts';

/** The quotas of a project, and where it stands now. */
export type QuotaStandRow = {
  projectId: string;
  openJobsLimit: number | null;
  jobsPerHourLimit: number | null;
  jobsPerDayLimit: number | null;
  storedBytesLimit: number | null;
  /** Counting stops at one more than the limit; without a limit at `readLimits.countedRows` + 1. */
  openJobs: number;
  hourAt: Date;
  hourJobs: number;
  dayAt: Date;
  dayJobs: number;
  storedBytes: number | null;
  measuredAt: Date | null;
};

/** Jobs accepted in the window: by the row if it counts the window, else by the statistics. */
const counted = (unit: 'hour' | 'day') => `${windowStart(unit)} as "${unit}At",
  case when u.project_id is null then ${acceptedJobs('p.id', unit)}
       when u.${unit}_at >= ${windowStart(unit)} then u.${unit}_jobs else 0 end as "${unit}Jobs"`;

const columns = `p.id as "projectId", ${quotaColumns}, ${openJobs('p.id', `coalesce(p.quota_open_jobs + 1, ${countedJobs})`)} as "openJobs",
  ${counted('hour')}, ${counted('day')},
  case when p.quota_stored_bytes is not null and u.measured_at is not null then u.stored_bytes end as "storedBytes",
  case when p.quota_stored_bytes is not null then u.measured_at end as "measuredAt"`;

/** Returns where a project stands, whether it has quotas or not. */
export async function readQuotasOf(db: Pick<Db, 'run'>, projectId: string): Promise<QuotaStandRow | undefined> {
  const rows = await db.run<QuotaStandRow>(
    'read_quotas_of',
    `select ${columns} from project p left join quota_use u on u.project_id = p.id where p.id = $1`,
    [projectId],
  );
  return rows[0];
}

/** Returns where all projects with a quota stand, or one of them. */
export function readQuotasSet(db: Pick<Db, 'run'>, projectId: string | null = null): Promise<QuotaStandRow[]> {
  return db.run<QuotaStandRow>(
    'read_quotas_set',
    `select ${columns} from project p left join quota_use u on u.project_id = p.id
     where ${hasQuota} and ($1::uuid is null or p.id = $1) order by p.id`,
    [projectId],
  );
}
