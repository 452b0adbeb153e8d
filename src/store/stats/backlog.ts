import { readLimits } from '#src/domain/limits.ts';
import { deliveryWaits, jobRuns, waitsSince } from '#src/store/db/conditions.ts';
import type { Db, Tx } from '#src/store/db/database.ts';

const capped = (rows: string) =>
  `(select count(*)::int from (select 1 ${rows} limit ${readLimits.countedRows + 1}) as found)`;

/** Due jobs, in the exact words of the partial index's condition. The index contains exactly these rows. */
const dueJobs = (project: string) =>
  `from job where project_id = ${project} and state in ('scheduled', 'queued') and next_attempt_at <= now()`;

/** Number of paused flows and hosts of a project whose jobs are told apart from others. */
const toldApart = 1_000;

/** The lines of a project whose jobs nothing but a person lets go: `all` if it is paused as a whole. */
const heldLines = (project: string) => `
  select coalesce(array_agg(id), '{}') as lines, exists (select 1 from line where project_id = ${project}
    and kind = 'pause' and key = '*' and paused_at is not null) as "all"
  from (select id from line where project_id = ${project} and paused_at is not null limit ${toldApart}) as paused`;

const sumOfDue = `count(*) filter (where free)::int as queued, count(*) filter (where not free)::int as paused,
  min(next_attempt_at) filter (where free) as oldest_at`;

const someDue = (project: string, order: 'asc' | 'desc') => `
  select next_attempt_at, not held."all" and (line_id is null or line_id <> all(held.lines)) as free
  ${dueJobs(project)} order by next_attempt_at ${order} limit ${readLimits.countedRows + 1}`;

/**
 * Due jobs apart from those that a pause holds, and how many those are. The oldest are looked at, as many as are counted.
 * Where a pause holds them all, the newest are looked at too: behind very many paused jobs the numbers are the least
 * that they can be.
 */
const dueNow = (project: string) => `
  select case when late.queued > 0 then late.queued else early.queued end as queued, early.paused,
         coalesce(early.oldest_at, late.oldest_at) as oldest_at, held.lines, held."all"
  from (${heldLines(project)}) as held
  cross join lateral (select ${sumOfDue} from (${someDue(project, 'asc')}) as first) as early
  cross join lateral (select ${sumOfDue} from (select * from (${someDue(project, 'desc')}) as last
    where early.queued = 0 and early.paused > ${readLimits.countedRows}) as last) as late`;

/** Condition: an endpoint is disabled, or has only failed since its last success. */
export const isTroubled = `deleted_at is null and (state = 'disabled' or failing_since is not null)`;

/**
 * The delivery that has waited for the longest, and since when, among as many as are counted. Ids are ordered by time,
 * and each state has an index by them, whose condition is repeated here.
 */
const oldestDelivery = (project: string) => {
  const first = (state: string) =>
    `(select id, ${waitsSince()} as since from delivery where project_id = ${project} and state = '${state}'
      and state <> 'delivered' and state <> 'in_progress' order by id limit ${readLimits.countedRows + 1})`;
  return `select id, since from (${first('pending')} union all ${first('retrying')}) as firsts order by since, id limit 1`;
};

/** Counts of a project's jobs and deliveries that are open now. Counts stop at `readLimits.countedRows` + 1. */
export type BacklogRow = {
  queued: number;
  /** Due jobs that a pause holds. */
  paused: number;
  retrying: number;
  scheduled: number;
  in_progress: number;
  deliveries: number;
  deliveries_retrying: number;
  /** Due jobs that no pause holds, and the oldest of them. */
  due: number;
  oldest_id: string | null;
  oldest_at: Date | null;
  oldest_delivery_id: string | null;
  oldest_delivery_at: Date | null;
};

const backlogColumns = (project: string) => `
  ${capped(`from job where project_id = ${project} and state = 'retrying'`)} as retrying,
  ${capped(`from job where project_id = ${project} and state in ('scheduled', 'queued') and next_attempt_at > now()`)} as scheduled,
  ${capped(`from job where project_id = ${project} and ${jobRuns()}`)} as in_progress,
  ${capped(`from delivery where project_id = ${project} and ${deliveryWaits()}`)} as deliveries,
  ${capped(`from delivery where project_id = ${project} and state = 'retrying' and state <> 'delivered'`)} as deliveries_retrying`;

export async function readBacklog(db: Db, projectId: string): Promise<BacklogRow> {
  const rows = await db.run<BacklogRow>(
    'read_backlog',
    `select ${capped(dueJobs('$1'))} as queued, ${backlogColumns('$1')}, due.queued as due, due.paused,
            oldest.id as oldest_id, due.oldest_at, first.id as oldest_delivery_id, first.since as oldest_delivery_at
     from (${dueNow('$1')}) as due left join lateral (
       select id ${dueJobs('$1')} and next_attempt_at = due.oldest_at
         and (line_id is null or line_id <> all(due.lines)) limit 1) as oldest on true
     left join lateral (${oldestDelivery('$1')}) as first on true`,
    [projectId],
  );
  return rows[0] as BacklogRow;
}

/** Counts of a project's open jobs and deliveries now, and of its endpoints by state. No pause holds what is `queued`. */
export type ProjectNowRow = Omit<
  BacklogRow,
  'due' | 'oldest_id' | 'oldest_at' | 'oldest_delivery_id' | 'oldest_delivery_at'
> & {
  id: string;
  name: string;
  oldest_seconds: number | null;
  endpoints: number;
  disabled: number;
  failing: number;
};

/** Returns these counts for every project. */
export function readProjectsNow(db: Db): Promise<ProjectNowRow[]> {
  return db.run<ProjectNowRow>(
    'read_projects_now',
    `select p.id, p.name, due.queued, due.paused, ${backlogColumns('p.id')},
            extract(epoch from now() - due.oldest_at)::float8 as oldest_seconds, e.*
     from project p cross join lateral (${dueNow('p.id')}) as due cross join lateral (
       select count(*)::int as endpoints, count(*) filter (where state = 'disabled')::int as disabled,
              count(*) filter (where state <> 'disabled' and failing_since is not null)::int as failing
       from endpoint where project_id = p.id and deleted_at is null) as e
     order by p.id`,
  );
}

export async function readNow(db: Db, projectId: string): Promise<{ in_progress: number; troubled: number }> {
  const rows = await db.run<{ in_progress: number; troubled: number }>(
    'read_now',
    `select ${capped(`from job where project_id = $1 and ${jobRuns()}`)} as in_progress,
            ${capped(`from endpoint where project_id = $1 and ${isTroubled}`)} as troubled`,
    [projectId],
  );
  return rows[0] ?? { in_progress: 0, troubled: 0 };
}

export type GaugeRow = {
  project_id: string;
  queued: number;
  retrying: number;
  oldest_ms: number | null;
  deliveries: number;
  oldest_delivery_ms: number | null;
};

/** Returns the gauges of the charts for every project in which something waits. What a pause holds is not queued. */
export function readGauges(tx: Tx): Promise<GaugeRow[]> {
  return tx.run<GaugeRow>(
    'read_gauges',
    `select * from (
       select p.id as project_id, due.queued,
              ${capped(`from job where project_id = p.id and state = 'retrying'`)} as retrying,
              (extract(epoch from now() - due.oldest_at) * 1000)::float8 as oldest_ms,
              ${capped(`from delivery where project_id = p.id and ${deliveryWaits()}`)} as deliveries,
              (select (extract(epoch from now() - since) * 1000)::float8 from (${oldestDelivery('p.id')}) as first) as oldest_delivery_ms
       from project p cross join lateral (${dueNow('p.id')}) as due) as gauges
     where queued > 0 or retrying > 0 or deliveries > 0`,
  );
}

/** Counts of an endpoint's waiting and skipped deliveries. Counts stop at `readLimits.countedRows` + 1. */
export type EndpointBacklogRow = {
  id: string;
  waiting: number;
  /** Time since which the oldest waiting delivery waits. */
  oldest_at: Date | null;
  next_try_at: Date | null;
  skipped: number;
};

export function readEndpointBacklogs(db: Db, projectId: string, endpointIds: string[]): Promise<EndpointBacklogRow[]> {
  return db.run<EndpointBacklogRow>(
    'read_endpoint_backlogs',
    `select e.id, open.*, ${capped(`from delivery where endpoint_id = e.id and state = 'skipped'`)} as skipped
     from unnest($2::uuid[]) as e(id) cross join lateral (
       select count(*)::int as waiting, min(since) as oldest_at, min(next_attempt_at) as next_try_at from (
         select ${waitsSince()} as since, next_attempt_at from delivery
         where project_id = $1 and endpoint_id = e.id and ${deliveryWaits()}
         order by created_at limit ${readLimits.countedRows + 1}) as found) as open`,
    [projectId, endpointIds],
  );
}

/** Returns the last failed answers of endpoints, by their ids: a status, or the word for what came instead. */
export async function findLastAnswers(db: Db, endpointIds: string[]): Promise<Map<string, string>> {
  const rows = await db.run<{ id: string; answer: string }>(
    'find_last_answers',
    `select id, last_failure_answer as answer from endpoint
     where id = any($1::uuid[]) and last_failure_answer is not null`,
    [endpointIds],
  );
  return new Map(rows.map((row) => [row.id, row.answer]));
}

export async function findLastFailure(db: Db, endpointId: string): Promise<{ at: Date | null; answer: string | null }> {
  const rows = await db.run<{ at: Date | null; answer: string | null }>(
    'find_last_failure',
    'select last_failure_at as at, last_failure_answer as answer from endpoint where id = $1',
    [endpointId],
  );
  return rows[0] ?? { at: null, answer: null };
}
