import { readLimits } from '#src/domain/limits.ts';
import { deliveryIsOpen } from '#src/store/db/conditions.ts';
import type { Db } from '#src/store/db/database.ts';
import { resultMayGo, runGoesOn } from '#src/store/job/owed-results.ts';

/**
 * Rows of one project that are past their time: ended more than `days` ago, and created before `beforeId`. That id
 * limits the search.
 */
export type Outlived = { projectId: string; beforeId: string; days: number };

const batch = 5_000;

/**
 * Condition: a job may be deleted, because neither its result nor its events are kept and none of its deliveries is open. The
 * deliveries of a job are in two partial indexes, so each index is asked.
 */
const jobMayGo = `(result_expires_at is null or result_expires_at <= now())
  and not ${runGoesOn}
  and not exists (select 1 from job_stream s where s.job_id = j.id)
  and not exists (select 1 from delivery d where d.job_id = j.id and d.terminal and ${deliveryIsOpen('d.')})
  and not exists (select 1 from delivery d where d.job_id = j.id and not d.terminal and ${deliveryIsOpen('d.')})`;

const oldJobs = 'j.project_id = $1 and j.id < $2 and j.ended_at < now() - make_interval(days => $3)';

/** Selects the next jobs after `$4`, and whether each seems ready to be deleted. */
const stepSql = `
  select j.id, (j.ended_at < now() - make_interval(days => $3) and ${jobMayGo}) is true as may
  from job j where j.project_id = $1 and j.id < $2 and j.id > $4 order by j.id limit ${batch}`;

/**
 * Deletes jobs, after checking the condition again under the jobs' locks. The locks keep out a resend of one of their
 * deliveries. The check in `stepSql` was made before, so it may have missed a resend committed in between.
 */
const jobsSql = `
  with gone as (
    select id from job j where j.id = any($1::uuid[]) and ${jobMayGo}
  ), deliveries as (
    delete from delivery d using gone where (d.job_id = gone.id and d.terminal or d.job_id = gone.id and not d.terminal)
      and not ${deliveryIsOpen('d.')} returning d.id
  ), payloads as (
    delete from delivery_payload p using deliveries d where p.delivery_id = d.id
  ), attempts as (
    delete from attempt a using (select id from gone union all select id from deliveries) o where a.owner_id = o.id
  ), requests as (delete from job_request q using gone where q.job_id = gone.id
  ), bodies as (delete from job_body b using gone where b.job_id = gone.id
  ), secrets as (delete from job_secret s using gone where s.job_id = gone.id
  ), calls as (delete from model_call c using gone where c.job_id = gone.id
  ), operations as (
    delete from operation_item i using (select id from gone union all select id from deliveries) o where i.item_id = o.id
  ), results as (delete from result r using gone where r.job_id = gone.id)
  delete from job using gone where job.id = gone.id returning job.id`;

const deliveriesSql = `
  with gone as (
    select id from delivery d
    where d.project_id = $1 and d.id < $2 and d.ended_at < now() - make_interval(days => $3) and d.id > $4
    order by id limit ${batch} for update skip locked
  ), attempts as (delete from attempt a using gone where a.owner_id = gone.id
  ), operations as (delete from operation_item i using gone where i.item_id = gone.id
  ), payloads as (delete from delivery_payload p using gone where p.delivery_id = gone.id)
  delete from delivery using gone where delivery.id = gone.id returning delivery.id`;

const runsSql = `
  delete from run where id in (
    select id from run where project_id = $1 and id < $2 and ended_at < now() - make_interval(days => $3) and id > $4
    order by id limit ${batch / 10} for update skip locked) returning id`;

/**
 * Deletes the attempts of one step of jobs after `$4`. The jobs themselves stay, so the walk must remember its
 * position.
 */
const attemptsSql = `
  with step as (
    select id, ended_at from job j where j.project_id = $1 and j.id < $2 and j.id > $4 order by id limit ${batch}
  ), gone as (
    delete from attempt a using step
    where a.owner_id = step.id and step.ended_at < now() - make_interval(days => $3) returning 1
  )
  select (select count(*) from gone)::int as gone, (select count(*) from step)::int as seen, (select max(id::text) from step) as last`;

/** Number of deleted rows, and the position of the walk; `last` is null at its end. */
export type Step = { gone: number; last: string | null };

/** Deletes the next jobs after `afterId` that may be deleted, with everything that belongs to them. */
export function deleteOldJobs(db: Db, { projectId, beforeId, days }: Outlived, afterId: string): Promise<Step> {
  return db.transaction(async (tx) => {
    const step = await tx.run<{ id: string; may: boolean }>('retain_step', stepSql, [
      projectId,
      beforeId,
      days,
      afterId,
    ]);
    const last = step.at(-1)?.id ?? null;
    const may = step.filter((row) => row.may).map((row) => row.id);
    if (may.length === 0) return { gone: 0, last };
    const held = await tx.run<{ id: string }>(
      'retain_hold',
      'select id from job where id = any($1::uuid[]) order by id for update skip locked',
      [may],
    );
    const gone = await tx.run('retain_jobs', jobsSql, [held.map((row) => row.id)]);
    return { gone: gone.length, last };
  });
}

/** Deletes the next batch of ended deliveries after `afterId` with their attempts. */
export function deleteOldDeliveries(db: Db, { projectId, beforeId, days }: Outlived, afterId: string): Promise<Step> {
  return deleteNext(db, deliveriesSql, [projectId, beforeId, days, afterId]);
}

/** Deletes the next batch of ended runs after `afterId` with their steps. */
export function deleteOldRuns(db: Db, { projectId, beforeId, days }: Outlived, afterId: string): Promise<Step> {
  return deleteNext(db, runsSql, [projectId, beforeId, days, afterId]);
}

/** Deletes the attempts of the next batch of old jobs after `afterId`. `last` is null if there are no more jobs. */
export async function deleteOldAttempts(
  db: Db,
  { projectId, beforeId, days }: Outlived,
  afterId: string,
): Promise<Step> {
  const rows = await db.run<{ gone: number; seen: number; last: string | null }>('retain_attempts', attemptsSql, [
    projectId,
    beforeId,
    days,
    afterId,
  ]);
  return { gone: rows[0]?.gone ?? 0, last: rows[0]?.last ?? null };
}

export type PreviewRow = { now: number; held: number; oldest: Date | null };

const previews = {
  jobs: `
    select count(*) filter (where may)::int as now, count(*) filter (where not may)::int as held, min(created_at) as oldest
    from (select created_at, ${jobMayGo} as may from job j where ${oldJobs} order by id limit ${readLimits.countedRows + 1}) as old`,
  deliveries: `
    select count(*) filter (where ended_at < now() - make_interval(days => $3))::int as now,
      count(*) filter (where ended_at is null)::int as held, min(created_at) as oldest
    from (select ended_at, created_at from delivery where project_id = $1 and id < $2 order by id limit ${readLimits.countedRows + 1}) as old`,
  attempts: `
    select count(a.n)::int as now, 0 as held, min(j.created_at) as oldest
    from (select id, created_at from job j where ${oldJobs} order by id limit ${readLimits.countedRows + 1}) as j
      left join lateral (select n from attempt where owner_id = j.id limit 100) as a on true`,
} as const;

/** Counts the rows that a setting would delete now. */
export async function previewOutlived(
  db: Db,
  what: keyof typeof previews,
  { projectId, beforeId, days }: Outlived,
): Promise<PreviewRow> {
  const rows = await db.run<PreviewRow>(`preview_${what}`, previews[what], [projectId, beforeId, days]);
  return rows[0] ?? { now: 0, held: 0, oldest: null };
}

/**
 * Counts the expired results of a project: those that the next clearing deletes, and those that a delivery still needs.
 */
export async function previewResults(db: Db, projectId: string): Promise<PreviewRow> {
  const rows = await db.run<PreviewRow>(
    'preview_results',
    `select count(*) filter (where may)::int as now, count(*) filter (where not may)::int as held, min(created_at) as oldest
     from (
       select j.created_at, ${resultMayGo} as may from result r join job j on j.id = r.job_id
       where r.expires_at <= now() and j.project_id = $1 order by r.expires_at limit ${readLimits.countedRows + 1}) as old`,
    [projectId],
  );
  return rows[0] ?? { now: 0, held: 0, oldest: null };
}

/** The statement is planned for its ids: a plan for any ids could sort all old rows, for each batch. */
async function deleteNext(db: Db, text: string, values: unknown[]): Promise<Step> {
  const rows = await db.query<{ id: string }>(text, values);
  return {
    gone: rows.length,
    last: rows.reduce<string | null>((last, { id }) => (last && last > id ? last : id), null),
  };
}
