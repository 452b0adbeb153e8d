import { Refusal } from '#src/contract/shape/error-code.ts';
import type { FailureGroup, Failures, LikeFailures, LikeInput } from '#src/contract/stats/failures.ts';
import type { StatSpan } from '#src/contract/stats/stat-range.ts';
import { failureCause, failurePrint, readFailurePrint } from '#src/domain/decide/failure-print.ts';
import { parseId } from '#src/domain/text/id.ts';
import type { Reads } from '#src/engine/deps.ts';
import { windowOf } from '#src/engine/show/window-of.ts';
import { databaseNow } from '#src/store/db/database-clock.ts';
import { findAttempt } from '#src/store/job/view-job.ts';
import { type FailureGroupRow, findFailureGroups, lookedAtOfKind } from '#src/store/stats/failure-groups.ts';
import { countFailuresOfKind } from '#src/store/stats/failures-of-kind.ts';
import { findJobFailure } from '#src/store/stats/job-failure.ts';

const steps = 24;
const likeMinutes = 60;

/** Returns the failures of jobs and of callbacks that ended in a time span, those of one kind together. */
export async function failureGroups({ db }: Reads, projectId: string, span: StatSpan): Promise<Failures> {
  const window = windowOf((await databaseNow(db)).getTime(), span);
  const [from, to] = [new Date(window.fromMs), new Date(window.toMs)];
  const query = { projectId, from, to, steps };
  const [jobs, callbacks] = await Promise.all([
    findFailureGroups(db, 'job', query),
    findFailureGroups(db, 'delivery', query),
  ]);
  const groups = [...jobs.map((row) => group('jobs', row)), ...callbacks.map((row) => group('callbacks', row))];
  return {
    range: span.range ?? null,
    from: from.toISOString(),
    to: to.toISOString(),
    groups: groups.sort((a, b) => b.count.count - a.count.count || (a.lastAt < b.lastAt ? 1 : -1)),
  };
}

function group(of: FailureGroup['of'], row: FailureGroupRow): FailureGroup {
  const trend = Array.from({ length: steps }, (_, index) => row.counts[row.steps.indexOf(index + 1)] ?? 0);
  return {
    ...{ of, failure: row.failure, ...readFailurePrint(row.failure) },
    count: { count: row.count, capped: row.capped },
    ...{ firstAt: row.first_at.toISOString(), lastAt: row.last_at.toISOString(), trend },
  };
}

/**
 * Returns how many jobs have failed in the last hour in the same way as a job, or as one of its attempts that was
 * retried. Throws `not_found` if the project has no such job or attempt.
 */
export async function likeFailures({ db }: Reads, projectId: string, asked: LikeInput): Promise<LikeFailures> {
  const id = parseId('job', asked.id);
  const row = id === null ? undefined : await findJobFailure(db, { projectId, id, minutes: likeMinutes });
  if (!row || id === null) throw new Refusal('not_found', 'the project has no such job');
  const from = row.from_at;
  const failure = asked.attempt === undefined ? row.failure : await printOfAttempt(db, row.host, id, asked.attempt);
  const { count, looked } =
    failure === null ? { count: 0, looked: 0 } : await countFailuresOfKind(db, { projectId, failure, from });
  return { failure, from: from.toISOString(), count: { count, capped: looked >= lookedAtOfKind } };
}

/** Returns how a job would have failed if an attempt had not been retried; null: it was not, or a worker broke it off. */
async function printOfAttempt(db: Reads['db'], host: string, jobId: string, number: number): Promise<string | null> {
  const row = await findAttempt(db, jobId, number);
  if (!row) throw new Refusal('not_found', `the job has no attempt ${number}`, 'attempt');
  const { decision, failure, status, outcome } = row;
  if (decision?.then !== 'retry' || outcome === 'interrupted') return null;
  return failurePrint({ host, cause: failureCause(failure?.code ?? 'bad_status', status), rule: decision.rule });
}
