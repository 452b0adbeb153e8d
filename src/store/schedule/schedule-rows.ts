import type { JobState } from '#src/domain/decide/job-state.ts';
import type { Db, Tx } from '#src/store/db/database.ts';

/** Code and message of why a run made no job. */
export type RunReason = { code: string; message: string };

/** A schedule with its template: `shown` (masked) and `sealed` (real). */
export type ScheduleRow = ListedSchedule & { shown: string; sealed: Uint8Array };

/** A schedule without its template, with the state of its last job. */
export type ListedSchedule = {
  id: string;
  project_id: string;
  name: string;
  cron: string;
  timezone: string;
  method: string;
  url: string;
  overlap: string;
  missed: string;
  paused_at: Date | null;
  next_run_at: Date | null;
  last_run_at: Date | null;
  last_outcome: string | null;
  last_reason: RunReason | null;
  last_job_id: string | null;
  last_job_state: JobState | null;
  created_at: Date;
  updated_at: Date;
};

const listed = `s.id, s.project_id, s.name, s.cron, s.timezone, s.method, s.url, s.overlap, s.missed, s.paused_at,
  s.next_run_at, s.last_run_at, s.last_outcome, s.last_reason, s.last_job_id, s.created_at, s.updated_at,
  (select j.state from job j where j.id = s.last_job_id) as last_job_state`;
const columns = `${listed}, s.shown, s.sealed`;

/** Returns the project's schedule with this id, or else with this name. */
export async function findSchedule(
  db: Pick<Db, 'run'>,
  projectId: string,
  { id, name }: ScheduleKey,
): Promise<ScheduleRow | undefined> {
  const rows = await db.run<ScheduleRow>(
    'find_schedule',
    `select ${columns} from schedule s where s.project_id = $1 and (s.id = $2 or s.name = $3)`,
    [projectId, id, name],
  );
  return rows[0];
}

/** The id of a schedule, or its name; the other one is null. */
export type ScheduleKey = { id: string; name: null } | { id: null; name: string };

/** Locks a schedule and returns it. Workers leave it out until the transaction ends. */
export async function lockSchedule(tx: Tx, projectId: string, key: ScheduleKey): Promise<ScheduleRow | undefined> {
  const rows = await tx.run<ScheduleRow>(
    'lock_schedule',
    `select ${columns} from schedule s where s.project_id = $1 and (s.id = $2 or s.name = $3) for no key update`,
    [projectId, key.id, key.name],
  );
  return rows[0];
}

/** Lists schedules by their names, without their templates. */
export function listSchedules(
  db: Db,
  {
    projectId,
    afterName,
    search,
    limit,
  }: { projectId: string; afterName: string | null; search: string | null; limit: number },
): Promise<ListedSchedule[]> {
  return db.run<ListedSchedule>(
    'list_schedules',
    `select ${listed} from schedule s
     where s.project_id = $1 and ($2::text is null or s.name > $2) and ($3::text is null or strpos(s.name, lower($3)) > 0)
     order by s.name limit $4`,
    [projectId, afterName, search, limit],
  );
}

/** The columns of a schedule that its owners set. */
export type ScheduleSettings = Pick<
  ScheduleRow,
  | 'id'
  | 'project_id'
  | 'name'
  | 'cron'
  | 'timezone'
  | 'method'
  | 'url'
  | 'shown'
  | 'sealed'
  | 'overlap'
  | 'missed'
  | 'next_run_at'
>;

const settings = (row: ScheduleSettings) => [
  row.id,
  row.name,
  row.cron,
  row.timezone,
  row.shown,
  row.sealed,
  row.overlap,
  row.missed,
  row.next_run_at,
  row.method,
  row.url,
];

/** Stores a schedule. It is paused if it has no next run. */
export async function insertSchedule(tx: Tx, row: ScheduleSettings): Promise<void> {
  await tx.run(
    'insert_schedule',
    `insert into schedule (id, name, cron, timezone, shown, sealed, overlap, missed, next_run_at, method, url,
       project_id, paused_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, case when $9::timestamptz is null then now() end)`,
    [...settings(row), row.project_id],
  );
}

/** Writes what the owners of a schedule changed. The caller has locked it. */
export async function updateSchedule(tx: Tx, row: ScheduleSettings): Promise<void> {
  await tx.run(
    'update_schedule',
    `update schedule set name = $2, cron = $3, timezone = $4, shown = $5, sealed = $6, overlap = $7, missed = $8,
       next_run_at = $9, method = $10, url = $11, paused_at = case when $9::timestamptz is null then coalesce(paused_at, now()) end,
       updated_at = now() where id = $1`,
    settings(row),
  );
}

/** Deletes a schedule. Its jobs stay. Returns false when there is none. */
export async function deleteSchedule(db: Db, projectId: string, { id, name }: ScheduleKey): Promise<string | null> {
  const rows = await db.run<{ id: string }>(
    'delete_schedule',
    `delete from schedule where project_id = $1 and (id = $2 or name = $3) returning id`,
    [projectId, id, name],
  );
  return rows[0]?.id ?? null;
}

/** Returns true for the error of a name that the project has already. */
export function isScheduleNameTaken(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'schedule_project_id_name_key';
}

/** Returns the seconds for which the project keeps results; null: the server's setting. */
export async function findResultTtl(tx: Tx, projectId: string): Promise<number | null> {
  const rows = await tx.run<{ result_ttl_seconds: number | null }>(
    'find_result_ttl',
    'select result_ttl_seconds from project where id = $1',
    [projectId],
  );
  return rows[0]?.result_ttl_seconds ?? null;
}

/** Sets the last job of a schedule that the caller has locked. */
export async function setLastJob(tx: Tx, id: string, jobId: string): Promise<void> {
  await tx.run('set_schedule_job', 'update schedule set last_job_id = $2 where id = $1', [id, jobId]);
}
