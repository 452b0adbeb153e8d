import { statSteps } from '#src/domain/stat-steps.ts';
import type { Db } from './pool.ts';

const batch = 5_000;

const keptSteps = statSteps.map(({ seconds, keptSeconds }) => `(${seconds}, ${keptSeconds})`).join(', ');

/**
 * Each statement deletes at most 5,000 rows in a transaction of its own and answers how many. A result goes when it has
 * expired, unless a delivery that has not kept its own bytes is still to be made from it.
 */
const statements: Record<string, string> = {
  results: `
    with gone as (
      select r.job_id from result r
      where r.expires_at <= now() and not exists (
        select 1 from delivery d left join delivery_payload p on p.delivery_id = d.id
        where d.job_id = r.job_id and d.state in ('pending', 'in_progress', 'retrying') and p.delivery_id is null)
      order by r.expires_at limit ${batch} for update skip locked
    ), body as (
      delete from job_body b using gone where b.job_id = gone.job_id and b.erase_at is null
    )
    delete from result using gone where result.job_id = gone.job_id`,
  secrets: `delete from job_secret where job_id in (select job_id from job_secret where erase_at <= now() limit ${batch})`,
  bodies: `delete from job_body where job_id in (select job_id from job_body where erase_at <= now() limit ${batch})`,
  keys: `
    delete from idempotency_key k using (
      select project_id, key from idempotency_key i
      where i.expires_at <= now()
        and not exists (select 1 from job j where j.id = i.job_id and (j.ended_at is null or j.result_expires_at > now()))
      limit ${batch}) old
    where k.project_id = old.project_id and k.key = old.key`,
  // Events that are not of a job, and deliveries that outlived theirs.
  deliveries: `
    with gone as (
      select id from delivery d
      where d.ended_at < now() - interval '30 days' and not exists (select 1 from job j where j.id = d.job_id)
      limit ${batch} for update skip locked
    ), attempts as (delete from attempt a using gone where a.owner_id = gone.id
    ), payloads as (delete from delivery_payload p using gone where p.delivery_id = gone.id)
    delete from delivery using gone where delivery.id = gone.id`,
  statistics: `
    delete from stat_bucket b using (
      select s.scope_id, s.step, s.at from (values ${keptSteps}) as kept(step, seconds)
      cross join lateral (
        select scope_id, step, at from stat_bucket
        where step = kept.step and at < now() - make_interval(secs => kept.seconds) limit ${batch}) s) old
    where b.scope_id = old.scope_id and b.step = old.step and b.at = old.at`,
  inbox: `delete from inbox_message where id in (select id from inbox_message where received_at < now() - interval '1 day' limit ${batch})`,
};

/**
 * Ended jobs past their retention, oldest first, with all that hangs on them; never one that has not ended, whose result is
 * to be kept longer, or whose event is still to be delivered.
 */
const jobsSql = `
  with gone as (
    select id from job j where id < $1 and ended_at < now() - make_interval(days => $2)
      and (result_expires_at is null or result_expires_at <= now())
      and not exists (select 1 from delivery d where d.job_id = j.id and d.state in ('pending', 'in_progress', 'retrying'))
    order by id limit ${batch} for update skip locked
  ), deliveries as (
    delete from delivery d using gone where d.job_id = gone.id
      and d.state not in ('pending', 'in_progress', 'retrying') returning d.id
  ), payloads as (
    delete from delivery_payload p using deliveries d where p.delivery_id = d.id
  ), attempts as (
    delete from attempt a using (select id from gone union all select id from deliveries) o where a.owner_id = o.id
  ), requests as (delete from job_request q using gone where q.job_id = gone.id
  ), bodies as (delete from job_body b using gone where b.job_id = gone.id
  ), secrets as (delete from job_secret s using gone where s.job_id = gone.id
  ), results as (delete from result r using gone where r.job_id = gone.id)
  delete from job using gone where job.id = gone.id`;

/** Runs every kind once; answers how many rows went, so that the caller comes back at once while there is more. */
export async function retainOnce(db: Db, options: { jobRetentionDays: number; oldestKeptId: string }): Promise<number> {
  let gone = 0;
  for (const [name, sql] of Object.entries(statements)) gone += await count(db, `retain_${name}`, sql, []);
  return gone + (await count(db, 'retain_jobs', jobsSql, [options.oldestKeptId, options.jobRetentionDays]));
}

async function count(db: Db, name: string, text: string, values: unknown[]): Promise<number> {
  return (await db.pool.query({ name, text, values })).rowCount ?? 0;
}
