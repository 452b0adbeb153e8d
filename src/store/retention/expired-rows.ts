import { limits } from '#src/domain/limits.ts';
import { statSteps } from '#src/domain/stats/stat-steps.ts';
import type { Db } from '#src/store/db/database.ts';
import { jobNeedsKey } from '#src/store/job/idempotency.ts';
import { resultMayGo } from '#src/store/job/owed-results.ts';

const batch = 5_000;
/** Rows of the smallest full batch of a statement. */
export const smallBatch = 500;

const keptSteps = statSteps.map(({ seconds, keptSeconds }) => `(${seconds}, ${keptSeconds})`).join(', ');

/**
 * Statements that delete at most 5,000 rows each, in a transaction of their own. Each job may have such a row, so these go
 * by the time: from `$1` on, and they return the times of what they have deleted. A result is deleted when it has expired,
 * unless a delivery still needs it.
 */
const byTime: Record<string, string> = {
  results: `
    with gone as (
      select r.job_id from result r
      where r.expires_at between $1 and now() and ${resultMayGo}
      order by r.expires_at limit ${batch} for update skip locked
    ), body as (
      delete from job_body b using gone where b.job_id = gone.job_id and b.erase_at is null
    )
    delete from result using gone where result.job_id = gone.job_id returning result.expires_at as at`,
  secrets: `
    delete from job_secret where job_id in (
      select job_id from job_secret where erase_at between $1 and now() order by erase_at limit ${batch}) returning erase_at as at`,
  bodies: `
    delete from job_body where job_id in (
      select job_id from job_body where erase_at between $1 and now() order by erase_at limit ${batch}) returning erase_at as at`,
  keys: `
    delete from idempotency_key k using (
      select project_id, key from idempotency_key i
      where i.expires_at between $1 and now() and not ${jobNeedsKey('i')}
      order by i.expires_at limit ${batch}) old
    where k.project_id = old.project_id and k.key = old.key returning k.expires_at as at`,
};

/** Statements like these, of rows that are fewer. */
const statements: Record<string, string> = {
  // Events go after the result, which may be made of them, and before the row that names them.
  events: `
    with old as (
      select s.job_id from job_stream s
      where s.expires_at <= now() and not exists (select 1 from result r where r.job_id = s.job_id)
      order by s.expires_at limit ${smallBatch}
    ), gone as (
      select e.job_id, e.seq from old join job_event e on e.job_id = old.job_id limit ${batch} for update of e skip locked)
    delete from job_event e using gone where e.job_id = gone.job_id and e.seq = gone.seq`,
  streams: `
    with gone as (
      select s.job_id from job_stream s
      where s.expires_at <= now() and not exists (select 1 from result r where r.job_id = s.job_id)
        and not exists (select 1 from job_event e where e.job_id = s.job_id)
      limit ${batch} for update skip locked)
    delete from job_stream s using gone where s.job_id = gone.job_id`,
  repetitions: `delete from call_repetition where digest in (select digest from call_repetition where expires_at <= now() limit ${batch} for update skip locked)`,
  statistics: `
    delete from stat_bucket b using (
      select s.scope_id, s.step, s.at from (values ${keptSteps}) as kept(step, seconds)
      cross join lateral (
        select scope_id, step, at from stat_bucket
        where step = kept.step and at < now() - make_interval(secs => kept.seconds) limit ${batch}) s) old
    where b.scope_id = old.scope_id and b.step = old.step and b.at = old.at`,
  // Deleted endpoints are removed once no delivery refers to them, and not within an hour, because routing may still
  // use them for a moment.
  endpoints: `
    with gone as (
      select id from endpoint e
      where e.deleted_at < now() - interval '1 hour'
        and not exists (select 1 from delivery d where d.endpoint_id = e.id)
        and not exists (select 1 from listener l where l.endpoint_id = e.id)
      limit ${batch} for update skip locked)
    delete from endpoint using gone where endpoint.id = gone.id`,
  // A job may name its flow for as long as it may be delayed. Nobody misses the line of an origin that has been empty for
  // a day.
  lines: `
    with gone as (
      select id from line l
      where wake_at is null and paused_at is null and not fixed
        and updated_at < now() - case kind when 'flow' then interval '${limits.delaySeconds.max + 86_400} s' else interval '1 day' end
        and not exists (select 1 from job j where j.line_id = l.id)
        and not exists (select 1 from job j where j.flow_id = l.id)
      limit ${batch} for update skip locked)
    delete from line using gone where line.id = gone.id`,
  inbox: `delete from inbox_message where id in (select id from inbox_message where received_at < now() - interval '1 day' limit ${batch})`,
  steps: `
    delete from run_step s using (
      select project_id, run_id, key from run_step where expires_at <= now() limit ${batch} for update skip locked) old
    where s.project_id = old.project_id and s.run_id = old.run_id and s.key = old.key`,
  runs: `
    with gone as (
      select id from run where expires_at <= now() and payload is not null order by expires_at limit ${smallBatch} for update skip locked
    ), parts as (
      update run_part p set result = null from gone where p.run_id = gone.id and p.result is not null
    )
    update run set payload = null, result = null from gone where run.id = gone.id`,
  invitations: `delete from invitation where id in (select id from invitation where expires_at < now() - interval '30 days' limit ${batch})`,
  tries: `delete from sign_in_limit where key in (select key from sign_in_limit where ends_at <= now() limit ${batch} for update skip locked)`,
};

/** Audit entries are found by id: ids are ordered by time and have an index. */
const auditSql = `delete from audit_entry where id in (select id from audit_entry where id < $1 order by id limit ${batch})`;

/** The time up to which each statement has deleted, by its name. */
export type Reached = Map<string, Date>;

/**
 * Runs every statement once. Returns the number of deleted rows, so that the caller can go on at once while there are
 * more. With the same `reached` it goes on where it was, and does not walk past what it has deleted; a row that it had to
 * leave is for those who begin anew.
 */
export async function retainOnce(
  db: Db,
  { oldestAuditId, reached = new Map() }: { oldestAuditId: string; reached?: Reached },
): Promise<number> {
  let gone = await count(db, 'retain_audit', auditSql, [oldestAuditId]);
  for (const [name, sql] of Object.entries(byTime)) gone += await deleteFrom(db, name, sql, reached);
  for (const [name, sql] of Object.entries(statements)) gone += await count(db, `retain_${name}`, sql, []);
  return gone;
}

/** The statement is planned for its time: a plan for any time could sort all that has expired, for each batch. */
async function deleteFrom(db: Db, name: string, sql: string, reached: Reached): Promise<number> {
  const rows = await db.query<{ at: Date }>(sql, [reached.get(name) ?? '-infinity']);
  const last = rows.reduce<Date | undefined>((latest, { at }) => (latest && latest > at ? latest : at), undefined);
  if (last !== undefined) reached.set(name, last);
  return rows.length;
}

async function count(db: Db, name: string, text: string, values: unknown[]): Promise<number> {
  return (await db.pool.query({ name, text, values })).rowCount ?? 0;
}
