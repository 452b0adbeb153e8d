import { readLimits } from '#src/domain/limits.ts';
import { inStateIndex, jobRuns, jobWaits } from '#src/store/db/conditions.ts';

/** The quotas of the project `p`, by the names of a row of it. */
export const quotaColumns = `p.quota_open_jobs as "openJobsLimit", p.quota_jobs_per_hour as "jobsPerHourLimit",
  p.quota_jobs_per_day as "jobsPerDayLimit", p.quota_stored_bytes as "storedBytesLimit"`;

/** Condition: the project `p` has a quota. */
export const hasQuota = `(p.quota_open_jobs is not null or p.quota_jobs_per_hour is not null
  or p.quota_jobs_per_day is not null or p.quota_stored_bytes is not null)`;

/** The start of the present hour or day, UTC. */
export const windowStart = (unit: 'hour' | 'day') => `date_trunc('${unit}', now(), 'UTC')`;

/** Number of a project's open jobs, up to a limit. Two partial indexes hold exactly these jobs. */
export const openJobs = (project: string, limit: string) => `(select count(*)::int from (
  select 1 from job where project_id = ${project} and ${jobWaits()} and ${inStateIndex()}
  union all select 1 from job where project_id = ${project} and ${jobRuns()}
  limit ${limit}) as open)`;

/** Number of a project's jobs that were accepted since the start of the hour or day, by the statistics. */
export const acceptedJobs = (project: string, unit: 'hour' | 'day') => `(select coalesce(sum(n), 0)::int from (
  select (counts->>'submitted')::int as n from stat_bucket
  where scope_id = ${project} and step = 600 and at >= ${windowStart(unit)}
  union all
  select (counts->'totals'->>'submitted')::int from stat_delta where project_id = ${project} and at >= ${windowStart(unit)}) as accepted)`;

/** Number at which counting open jobs stops that have no limit. */
export const countedJobs = readLimits.countedRows + 1;
