import { inStateIndex, jobRuns } from '#src/store/db/conditions.ts';
import type { Db } from '#src/store/db/database.ts';

/** A job or a run, and the project in which it is looked for. */
export type WatchedOne = { id: string; projectId: string };

/** All watched things. Lists are given by project. */
export type Watched = {
  jobs: WatchedOne[];
  runs: WatchedOne[];
  jobLists: string[];
  deliveryLists: string[];
  endpointLists: string[];
  operationLists: string[];
  runLists: string[];
};

export type MarkRow = {
  kind: 'job' | 'run' | 'jobs' | 'deliveries' | 'endpoints' | 'operations' | 'runs';
  project: string;
  /** The id of the job or the run, or null for a list. */
  id: string | null;
  mark: string;
};

// A mark is only compared, never interpreted. The mark of a list covers its newest rows, and the mark of the job list
// also covers open jobs. When an older row changes, the page finds it at its next slow refresh.
const jobMark = `concat_ws(' ', j.id, j.state, j.wait_reason, j.attempt_count, j.next_attempt_at, j.claimed_at, j.ended_at)`;
const runMark = `concat_ws(' ', r.id, r.state, r.turn, r.seq, r.wake_at, r.ended_at)`;
const deliveryMark = `concat_ws(' ', d.id, d.state, d.attempt_count, d.next_attempt_at, d.claimed_at)`;

const sql = `
select 'job' as kind, j.project_id as project, j.id, concat_ws(' ', ${jobMark}, (j.result_expires_at <= now())::text, (
    select string_agg(${deliveryMark}, ',' order by d.id) from (
      select * from delivery where job_id = j.id and terminal
      union all select * from delivery where job_id = j.id and not terminal) d)) as mark
  from unnest($1::uuid[], $2::uuid[]) as w(id, project) join job j on j.id = w.id and j.project_id = w.project
union all
select 'jobs', p.id, null, md5(string_agg(${jobMark}, ',' order by j.id))
  from unnest($3::uuid[]) as p(id) cross join lateral (
    (select * from (select ${columns('job')} from job where project_id = p.id order by id desc limit 200) newest)
    union
    (select open.* from unnest(array['scheduled', 'queued', 'retrying']) as s(state) cross join lateral
      (select ${columns('job')} from job where project_id = p.id and state = s.state and ${inStateIndex()}
       order by id desc limit 100) open)
    union
    (select ${columns('job')} from job where project_id = p.id and ${jobRuns()} order by id desc limit 100)) j
  group by p.id
union all
select 'deliveries', p.id, null, md5(string_agg(${deliveryMark}, ',' order by d.id))
  from unnest($4::uuid[]) as p(id) cross join lateral
    (select * from delivery where project_id = p.id order by id desc limit 200) d
  group by p.id
union all
select 'endpoints', p.id, null, md5(string_agg(concat_ws(' ', e.id, e.state, e.updated_at, e.failing_since, e.paused_until,
    e.last_success_at, e.last_failure_at, e.deleted_at), ',' order by e.id))
  from unnest($5::uuid[]) as p(id) join endpoint e on e.project_id = p.id
  group by p.id
union all
select 'operations', p.id, null, md5(string_agg(concat_ws(' ', o.id, o.state, o.total, o.done, o.failed), ',' order by o.id))
  from unnest($6::uuid[]) as p(id) cross join lateral
    (select * from operation where project_id = p.id order by id desc limit 50) o
  group by p.id
union all
select 'runs', p.id, null, md5(string_agg(${runMark}, ',' order by r.id))
  from unnest($7::uuid[]) as p(id) cross join lateral
    (select id, state, turn, seq, wake_at, ended_at from run where project_id = p.id order by id desc limit 200) r
  group by p.id
union all
select 'run', r.project_id, r.id, md5(concat_ws(' ', ${runMark}, (r.expires_at <= now())::text,
    (select string_agg(${jobMark}, ',' order by j.id) from job j where j.run_id = r.id),
    (select count(*) from run_part where run_id = r.id)))
  from unnest($8::uuid[], $9::uuid[]) as w(id, project) join run r on r.id = w.id and r.project_id = w.project`;

function columns(table: 'job'): string {
  const names = ['id', 'state', 'wait_reason', 'attempt_count', 'next_attempt_at', 'claimed_at', 'ended_at'];
  return names.map((name) => `${table}.${name}`).join(', ');
}

/** Returns the marks of everything watched, with one statement. A missing job or run, or an empty list has no mark. */
export function markWatched(db: Pick<Db, 'run'>, watched: Watched): Promise<MarkRow[]> {
  return db.run('mark_watched', sql, [
    watched.jobs.map(({ id }) => id),
    watched.jobs.map(({ projectId }) => projectId),
    watched.jobLists,
    watched.deliveryLists,
    watched.endpointLists,
    watched.operationLists,
    watched.runLists,
    watched.runs.map(({ id }) => id),
    watched.runs.map(({ projectId }) => projectId),
  ]);
}
