import type { Job } from '#src/contract/job/job.ts';
import type { Schedule, ScheduleListInput, SchedulePage, SchedulePreview } from '#src/contract/schedule/schedule.ts';
import {
  parseTemplate,
  readTimeTable,
  type ScheduleChange,
  type ScheduleFields,
  type SchedulePreviewInput,
} from '#src/contract/schedule/schedule-input.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { readLimits, scheduleLimits } from '#src/domain/limits.ts';
import { cronWords } from '#src/domain/schedule/cron-words.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type {
  Clock,
  Guards,
  Links,
  Queues,
  Reads,
  RoutesInside,
  Seals,
  UpstreamsInside,
  Wakes,
} from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import { noSuch } from '#src/engine/show/known-id.ts';
import { cutPage } from '#src/engine/show/page-cut.ts';
import { toJob } from '#src/engine/show/to-job.ts';
import { storeJobs } from '#src/engine/submit/submit.ts';
import type { Db, Tx } from '#src/store/db/database.ts';
import { databaseNow } from '#src/store/db/database-clock.ts';
import * as store from '#src/store/schedule/schedule-rows.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { nextTime, nextTimes } from './cron-times.ts';
import { checkedJob, makeScheduledJob, openTemplate } from './schedule-job.ts';
import { type CheckedTemplate, filledTemplate, shownTemplate, type Template } from './template.ts';
import { shownOf, toSchedule, toSummary } from './to-schedule.ts';

type Writes = Reads & Seals & Guards & Clock & RoutesInside & UpstreamsInside;

/**
 * Makes a schedule and returns it. Throws `name_taken`, `invalid_input`, and the refusals of a submission, whose fields
 * begin with `job`.
 */
export function createSchedule(deps: Writes, projectId: string, given: ScheduleFields): Promise<Schedule> {
  const id = newId(deps.now());
  const { name, cron, timezone, overlap, missed } = given;
  return namingOnce(name, () =>
    deps.db.transaction(async (tx) => {
      const template = await checkedTemplate(tx, { projectId, name, job: given.job }, null, deps);
      const nextRunAt = await nextRun(tx, given);
      await store.insertSchedule(tx, {
        ...{ id, project_id: projectId, name, cron, timezone, overlap, missed },
        ...stored(id, template, deps),
        next_run_at: given.paused ? null : nextRunAt,
      });
      return getSchedule({ db: tx }, projectId, formatId('sch', id));
    }),
  );
}

/**
 * Changes a schedule and returns it. Masked values of a new template stay the sealed ones, if the origin is the same. Throws
 * `not_found`, and what `createSchedule` throws.
 */
export function updateSchedule(
  deps: Writes,
  projectId: string,
  idOrName: string,
  { job, ...change }: ScheduleChange,
): Promise<Schedule> {
  return namingOnce(change.name ?? '', () =>
    deps.db.transaction(async (tx) => {
      const row = await locked(tx, projectId, idOrName);
      const next = { ...row, ...change };
      const isRetimed = next.cron !== row.cron || next.timezone !== row.timezone;
      const nextRunAt = isRetimed ? await nextRun(tx, next) : row.next_run_at;
      if (job !== undefined) {
        const before = { shown: shownOf(row), real: openTemplate(deps.cipher, row.id, row.sealed) };
        const template = await checkedTemplate(tx, { projectId, name: next.name, job }, before, deps);
        Object.assign(next, stored(row.id, template, deps));
      }
      await store.updateSchedule(tx, { ...next, next_run_at: row.paused_at === null ? nextRunAt : null });
      return getSchedule({ db: tx }, projectId, formatId('sch', row.id));
    }),
  );
}

/** Returns a page of the project's schedules, by their names. */
export async function schedulePage(deps: Reads, projectId: string, input: ScheduleListInput): Promise<SchedulePage> {
  const limit = input.limit ?? readLimits.pageSize.default;
  const { cursor: afterName = null, search = null } = input;
  const { page, last } = cutPage(
    await store.listSchedules(deps.db, { projectId, afterName, search, limit: limit + 1 }),
    limit,
  );
  return { schedules: page.map(toSummary), nextCursor: last?.name ?? null };
}

/** Returns a schedule by its id or its name. Throws `not_found`. */
export async function getSchedule(
  deps: { db: Pick<Db, 'run'> },
  projectId: string,
  idOrName: string,
): Promise<Schedule> {
  const row = await store.findSchedule(deps.db, projectId, keyOf(idOrName));
  if (!row) throw noSuch('sch', idOrName);
  return toSchedule(row);
}

/** Pauses a schedule, and returns it. Its jobs go on. It is idempotent. Throws `not_found`. */
export function pauseSchedule(deps: Reads, projectId: string, idOrName: string): Promise<Schedule> {
  return deps.db.transaction(async (tx) => {
    const row = await locked(tx, projectId, idOrName);
    await store.updateSchedule(tx, { ...row, next_run_at: null });
    return getSchedule({ db: tx }, projectId, idOrName);
  });
}

/**
 * Resumes a schedule, and returns it. The times of the pause are not made up for: the next one is the first from now. It is
 * idempotent. Throws `not_found`.
 */
export function resumeSchedule(deps: Reads, projectId: string, idOrName: string): Promise<Schedule> {
  return deps.db.transaction(async (tx) => {
    const row = await locked(tx, projectId, idOrName);
    if (row.paused_at !== null) await store.updateSchedule(tx, { ...row, next_run_at: await nextRun(tx, row) });
    return getSchedule({ db: tx }, projectId, idOrName);
  });
}

/** Deletes a schedule. Its jobs stay. Throws `not_found`. */
export async function removeSchedule(deps: Reads, projectId: string, idOrName: string): Promise<{ id: string }> {
  const id = await store.deleteSchedule(deps.db, projectId, keyOf(idOrName));
  if (id === null) throw noSuch('sch', idOrName);
  return { id: formatId('sch', id) };
}

/**
 * Makes a job of a schedule now, also if it is paused or its last job has not ended. Its next time stays. Throws
 * `not_found`, and the refusals of a submission.
 */
export async function runScheduleNow(
  deps: Writes & Links & Queues & Wakes,
  projectId: string,
  idOrName: string,
): Promise<Job> {
  const { job, row } = await deps.db.transaction(async (tx) => {
    const of = await locked(tx, projectId, idOrName);
    const resultTtlSeconds = await store.findResultTtl(tx, projectId);
    const job = await makeScheduledJob(tx, { ...of, projectId, resultTtlSeconds, idempotencyKey: null }, deps);
    const [answer] = await storeJobs(tx, [job], deps, 'all');
    if (answer === undefined || 'refusal' in answer) throw answer?.refusal ?? noSuch('sch', idOrName);
    await store.setLastJob(tx, of.id, job.id);
    return { job, row: answer.row };
  });
  deps.notify('due');
  if (job.flow !== null) deps.notify('line');
  return toJob(row, { asOf: new Date(deps.now()) }, deps);
}

/** Returns the next times of a time table, with its words. Throws `invalid_input`. */
export function previewSchedule(deps: Clock, input: SchedulePreviewInput): SchedulePreview {
  const table = readTimeTable(input);
  const times = nextTimes(table, deps.now(), scheduleLimits.previewTimes).map((ms) => new Date(ms).toISOString());
  return { description: cronWords(table.cron), timezone: table.timezone, times };
}

/**
 * Returns a given template without masks, and as it is shown. Throws the refusals that its jobs would get now.
 *
 * @param before the template that masked values are taken from; null: there is none
 */
async function checkedTemplate(
  tx: Tx,
  { projectId, name, job }: { projectId: string; name: string; job: unknown },
  before: Template | null,
  deps: Writes,
): Promise<CheckedTemplate> {
  const real = filledTemplate(job, before);
  const spec = parseTemplate(real);
  const { url, method } = await checkedJob(tx, spec, { projectId, name, resultTtlSeconds: null }, deps);
  return { real: real as SubmitInput, shown: shownTemplate(real as SubmitInput, spec), method, url };
}

const stored = (id: string, { shown, real, method, url }: CheckedTemplate, { cipher }: Seals) => ({
  method,
  url,
  shown: JSON.stringify(shown),
  sealed: cipher.seal(JSON.stringify(real), sealContext.schedule(id)),
});

async function nextRun(tx: Tx, table: { cron: string; timezone: string }): Promise<Date> {
  return new Date(nextTime(table, (await databaseNow(tx)).getTime()));
}

async function locked(tx: Tx, projectId: string, idOrName: string): Promise<store.ScheduleRow> {
  const row = await store.lockSchedule(tx, projectId, keyOf(idOrName));
  if (!row) throw noSuch('sch', idOrName);
  return row;
}

function keyOf(idOrName: string): store.ScheduleKey {
  const id = parseId('sch', idOrName);
  return id === null ? { id: null, name: idOrName } : { id, name: null };
}

async function namingOnce<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!store.isScheduleNameTaken(error)) throw error;
    throw new Refusal('name_taken', `there is a schedule "${name}" already; choose another name`, 'name');
  }
}
