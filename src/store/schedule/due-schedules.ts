import { makeColumns } from '#src/store/db/columns.ts';
import { jobWaits } from '#src/store/db/conditions.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { RunReason } from './schedule-rows.ts';

/** A schedule whose time has come. `late_ms` is counted by the database's clock, as are all that is due. */
export type DueSchedule = {
  id: string;
  project_id: string;
  name: string;
  cron: string;
  timezone: string;
  overlap: string;
  missed: string;
  next_run_at: Date;
  late_ms: number;
  /** True if the schedule's last job has not ended. */
  busy: boolean;
  /** Bytes of its sealed template. */
  size: number;
  /** The project's own setting; null: the server's. */
  result_ttl_seconds: number | null;
};

/** Locks schedules that are due, those first that are due longest. Those that another worker has locked are left out. */
export function lockDueSchedules(tx: Tx, limit: number): Promise<DueSchedule[]> {
  return tx.run<DueSchedule>(
    'lock_due_schedules',
    `select s.id, s.project_id, s.name, s.cron, s.timezone, s.overlap, s.missed, s.next_run_at,
       (extract(epoch from now() - s.next_run_at) * 1000)::float8 as late_ms,
       exists (select 1 from job j where j.id = s.last_job_id and (${jobWaits('j.')} or j.state = 'in_progress')) as busy,
       octet_length(s.sealed) as size, p.result_ttl_seconds
     from schedule s join project p on p.id = s.project_id
     where s.next_run_at <= now() order by s.next_run_at, s.id limit $1
     for no key update of s skip locked`,
    [limit],
  );
}

/** Returns the sealed templates of schedules, by their ids. */
export async function findTemplates(tx: Tx, ids: readonly string[]): Promise<Map<string, Uint8Array>> {
  const rows = await tx.run<{ id: string; sealed: Uint8Array }>(
    'find_schedule_templates',
    'select id, sealed from schedule where id = any($1::uuid[])',
    [ids],
  );
  return new Map(rows.map(({ id, sealed }) => [id, sealed]));
}

/** What came of a schedule's time, and its next one. */
export type WrittenRun = {
  id: string;
  /** Null: the schedule is paused, and stays so. */
  nextRunAt: Date | null;
  runAt: Date;
  outcome: 'ran' | 'skipped' | 'refused';
  reason: RunReason | null;
  /** The job that was made; null: none. */
  jobId: string | null;
};

const columns = makeColumns<WrittenRun>({
  id: ['uuid', (run) => run.id],
  next_run_at: ['timestamptz', (run) => run.nextRunAt],
  last_run_at: ['timestamptz', (run) => run.runAt],
  last_outcome: ['text', (run) => run.outcome],
  last_reason: ['json', (run) => run.reason],
  last_job_id: ['uuid', (run) => run.jobId],
});

/** Writes runs of schedules that the caller has locked. */
export async function writeRuns(tx: Tx, runs: readonly WrittenRun[]): Promise<void> {
  if (runs.length === 0) return;
  await tx.run(
    'write_schedule_runs',
    `update schedule s set next_run_at = t.next_run_at, last_run_at = t.last_run_at, last_outcome = t.last_outcome,
       last_reason = t.last_reason, last_job_id = coalesce(t.last_job_id, s.last_job_id)
     from (select ${columns.selected} from ${columns.from}) as t where s.id = t.id`,
    columns.values(runs),
  );
}
