import type {
  MissedPolicy,
  OverlapPolicy,
  RunOutcome,
  Schedule,
  ScheduleSummary,
} from '#src/contract/schedule/schedule.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { cronWords } from '#src/domain/schedule/cron-words.ts';
import { parseExactJson } from '#src/domain/text/exact-json.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { ListedSchedule, ScheduleRow } from '#src/store/schedule/schedule-rows.ts';
import { scheduleLabel } from './schedule-job.ts';

/** Returns the template of a schedule with its secrets masked. */
export function shownOf({ shown }: Pick<ScheduleRow, 'shown'>): SubmitInput {
  return parseExactJson(shown) as SubmitInput;
}

/** Returns a schedule as callers see it, with its template. */
export function toSchedule(row: ScheduleRow): Schedule {
  return { ...toSummary(row), job: shownOf(row) };
}

/** Returns a schedule as lists show it. */
export function toSummary(row: ListedSchedule): ScheduleSummary {
  return {
    id: formatId('sch', row.id),
    name: row.name,
    cron: row.cron,
    description: cronWords(row.cron),
    timezone: row.timezone,
    overlap: row.overlap as OverlapPolicy,
    missed: row.missed as MissedPolicy,
    pausedAt: row.paused_at?.toISOString() ?? null,
    nextRunAt: row.next_run_at?.toISOString() ?? null,
    lastRun: row.last_run_at && {
      at: row.last_run_at.toISOString(),
      outcome: row.last_outcome as RunOutcome,
      reason: row.last_reason,
    },
    lastJob: row.last_job_id === null ? null : { id: formatId('job', row.last_job_id), state: row.last_job_state },
    label: scheduleLabel(row.name),
    method: row.method,
    url: row.url,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
