import { Refusal } from '#src/contract/shape/error-code.ts';
import { fitBudget } from '#src/domain/fit-budget.ts';
import { scheduleLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import type {
  Clock,
  Guards,
  Logs,
  Queues,
  Reads,
  RoutesInside,
  Seals,
  UpstreamsInside,
  Wakes,
} from '#src/engine/deps.ts';
import { storeJobs } from '#src/engine/submit/submit.ts';
import type { Tx } from '#src/store/db/database.ts';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';
import type { NewJob } from '#src/store/job/insert-jobs.ts';
import {
  type DueSchedule,
  findTemplates,
  lockDueSchedules,
  type WrittenRun,
  writeRuns,
} from '#src/store/schedule/due-schedules.ts';
import type { RunReason } from '#src/store/schedule/schedule-rows.ts';
import { SealError } from '#src/store/seal/cipher.ts';
import { nextTime } from './cron-times.ts';
import { makeScheduledJob } from './schedule-job.ts';

type Deps = Reads & Seals & Guards & Queues & Wakes & RoutesInside & UpstreamsInside & Clock & Logs;

const batch = 50;
/** Maximum bytes of templates in one transaction. A larger template goes alone. */
const batchBytes = 4_194_304;
/** Wait after which a run is tried again whose template the worker's keys do not open. */
const keyRetryMs = 30_000;

/**
 * Makes the jobs of all schedules that are due, and moves each schedule to its next time in the same transaction. So a
 * time makes one job, whoever is killed when. Workers leave out the schedules that another one works on. Returns the
 * number of schedules. Call it every second.
 */
export async function runSchedules(deps: Deps, isStopped: () => boolean = () => false): Promise<number> {
  let count = 0;
  for (let more = true; more && !isStopped(); ) {
    const done = await runBatch(deps);
    count += done.count;
    more = done.more;
  }
  return count;
}

async function runBatch(deps: Deps): Promise<{ count: number; more: boolean }> {
  const done = await deps.db.transaction(async (tx) => {
    const due = await lockDueSchedules(tx, batch);
    const rows = due.slice(
      0,
      fitBudget(due, batchBytes, ({ size }) => size),
    );
    const sealed = await findTemplates(
      tx,
      rows.filter((row) => skippedBy(row) === null).map(({ id }) => id),
    );
    const runs: Run[] = [];
    for (const row of rows) runs.push(await runOf(tx, row, sealed.get(row.id), deps));
    await storeRuns(tx, runs, deps);
    await writeRuns(
      tx,
      runs.map((run) => writtenRun(run, deps)),
    );
    return { count: rows.length, more: due.length === batch || rows.length < due.length, runs };
  });
  tell(done.runs, deps);
  return done;
}

/** Wakes those who start the jobs, and logs why there are none. Called after the commit. */
function tell(runs: readonly Run[], deps: Wakes & Logs): void {
  const made = runs.flatMap(({ job }) => (job === null ? [] : [job]));
  if (made.length > 0) deps.notify('due');
  if (made.some(({ flow }) => flow !== null)) deps.notify('line');
  for (const { row, reason } of runs) {
    if (reason === null) continue;
    const fields = { scheduleId: formatId('sch', row.id), schedule: row.name, ...reason };
    if (policyCodes.has(reason.code)) deps.log.info(fields, 'a schedule made no job');
    else deps.log.warn(fields, 'a schedule made no job');
  }
}

/**
 * What comes of a due schedule. `job` is null if there is none, and then `reason` says why. `jobId` is that of the job that
 * is stored, which an earlier commit may have made.
 */
type Run = { row: DueSchedule; job: NewJob | null; jobId: string | null; reason: RunReason | null };

/** Codes of times that a policy of the schedule lets pass. */
const policyCodes: ReadonlySet<string> = new Set(['missed', 'overlap']);

async function runOf(tx: Tx, row: DueSchedule, sealed: Uint8Array | undefined, deps: Deps): Promise<Run> {
  const reason = skippedBy(row);
  if (reason !== null || sealed === undefined) return { row, job: null, jobId: null, reason };
  try {
    const job = await makeScheduledJob(
      tx,
      {
        id: row.id,
        projectId: row.project_id,
        name: row.name,
        sealed,
        resultTtlSeconds: row.result_ttl_seconds,
        idempotencyKey: `schedule:${formatId('sch', row.id)}:${row.next_run_at.toISOString()}`,
      },
      deps,
    );
    return { row, job, jobId: job.id, reason: null };
  } catch (error) {
    if (sqlErrorKind(error) === 'again') throw error;
    return { row, job: null, jobId: null, reason: refusedBy(error, row, deps) };
  }
}

const noKey = 'no_key';

function refusedBy(error: unknown, row: DueSchedule, deps: Logs): RunReason {
  if (error instanceof Refusal) return { code: error.code, message: error.message };
  if (error instanceof SealError) return { code: noKey, message: `${error.message}; it is tried again` };
  deps.log.warn({ err: error, scheduleId: formatId('sch', row.id) }, 'the job of a schedule could not be made');
  return { code: 'internal', message: 'the job could not be made; the reason was logged' };
}

/** Returns why a policy of the schedule lets this time pass; null: it does not. */
function skippedBy(row: DueSchedule): RunReason | null {
  if (row.missed === 'skip' && row.late_ms > scheduleLimits.missedAfterSeconds * 1000)
    return { code: 'missed', message: 'the time had passed before a worker was there' };
  if (row.overlap === 'skip' && row.busy) return { code: 'overlap', message: 'the job before it had not ended' };
  return null;
}

/** Stores the jobs of the runs, together or, if one of them cannot be stored, one by one. */
async function storeRuns(tx: Tx, runs: Run[], deps: Deps): Promise<void> {
  const made = runs.filter(({ job }) => job !== null);
  if (made.length === 0) return;
  try {
    const jobs = made.flatMap(({ job }) => (job === null ? [] : [job]));
    const answers = await tx.attempt(() => storeJobs(tx, jobs, deps, 'all'));
    for (const [index, answer] of answers.entries()) {
      const run = made[index];
      if (run === undefined) continue;
      if ('row' in answer) run.jobId = answer.row.id;
      else refuse(run, answer.refusal);
    }
  } catch (error) {
    if (sqlErrorKind(error) !== 'data') throw error;
    const [only, ...others] = made;
    if (only !== undefined && others.length === 0) {
      const message = `the database cannot store the job: ${(error as Error).message}`;
      refuse(only, { code: 'invalid_input', message });
    } else for (const run of made) await storeRuns(tx, [run], deps);
  }
}

function refuse(run: Run, { code, message }: RunReason): void {
  Object.assign(run, { job: null, jobId: null, reason: { code, message } });
}

/** Returns the row of a run. Times that were missed together make one run, so the next time is one after now. */
function writtenRun({ row, jobId, reason }: Run, deps: Logs): WrittenRun {
  const dueMs = row.next_run_at.getTime();
  const nowMs = dueMs + row.late_ms;
  // Of times that are skipped because they are late, the last may not be late.
  const fromMs = reason?.code === 'missed' ? nowMs - scheduleLimits.missedAfterSeconds * 1000 : nowMs;
  return {
    id: row.id,
    // Another worker, or this one when it starts again, may have the key.
    nextRunAt: reason?.code === noKey ? new Date(nowMs + keyRetryMs) : nextRun(row, Math.max(fromMs, dueMs), deps),
    runAt: row.next_run_at,
    outcome: jobId !== null ? 'ran' : policyCodes.has(reason?.code ?? '') ? 'skipped' : 'refused',
    reason,
    jobId,
  };
}

/** Returns the next time; a time table that was stored and can no longer be read is looked at again a day later. */
function nextRun(row: DueSchedule, afterMs: number, deps: Logs): Date {
  try {
    return new Date(nextTime(row, afterMs));
  } catch (err) {
    deps.log.warn({ err, scheduleId: formatId('sch', row.id) }, 'the times of a schedule cannot be read');
    return new Date(afterMs + 86_400_000);
  }
}
