import { decide } from '#src/domain/decide/decide.ts';
import type { Decision, JobError } from '#src/domain/decide/decision.ts';
import { failureCause, failurePrint } from '#src/domain/decide/failure-print.ts';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { retriedError } from '#src/domain/decide/outcome-text.ts';
import { addOutcome, addWord } from '#src/domain/decide/recent-outcomes.ts';
import { limits } from '#src/domain/limits.ts';
import { unpackPolicy } from '#src/domain/policy/stored-policy.ts';
import { makeHider } from '#src/domain/redact/redact.ts';
import type { Chance } from '#src/engine/deps.ts';
import { headerValue } from '#src/engine/show/body-text.ts';
import { queueHorizonMs } from '#src/store/db/queue.ts';
import type { HeldJob } from '#src/store/job/held-job.ts';
import type { NewAttempt } from '#src/store/job/insert-attempts.ts';
import type { NewResult } from '#src/store/job/insert-results.ts';
import type { ShownHeader } from '#src/store/job/job-options.ts';
import type { FullJobRow, JobRow, RequestRow, ResultRow } from '#src/store/job/job-row.ts';
import type { JobUpdate } from '#src/store/job/update-jobs.ts';
import { attemptRecord, maskBody } from './attempt-record.ts';
import { hideInDecision } from './known-secrets.ts';

/** An attempt that has ended, with the claim it was made under. */
export type EndedAttempt = {
  job: HeldJob;
  outcome: Outcome;
  startedAt: Date;
  endedAt: Date;
  worker: string;
  /** Real values that the response may repeat; absent: there is no response. */
  secrets?: readonly string[];
  /** Reason why the outcome cannot be stored as it is. The attempt then ends the job, without the response. */
  unstorable?: string;
};

/** Everything that is written when an attempt has ended. */
export type Settlement = {
  job: HeldJob;
  decision: Decision;
  /** Null when the job ends without another attempt: its deadline passed while it waited. */
  attempt: NewAttempt | null;
  update: JobUpdate;
  result: NewResult | null;
  /**
   * Times at which the job's secrets and body are erased. A null time means at once; `with result` means together with
   * the result. There are no times while the job goes on.
   */
  erase: { secretsAt: Date | null; bodyAt: Date | null | 'with result' } | null;
};

const lostKey = 'worker_lost';

/** Decides what follows from an outcome, and returns every row to write. Writes nothing. */
export function settlement(ended: EndedAttempt, deps: Chance): Settlement {
  if (ended.unstorable !== undefined) return unstorableSettlement(ended, ended.unstorable, deps);
  const { job, outcome, endedAt } = ended;
  const secrets = ended.secrets ?? [];
  const hide = makeHider({ names: job.options.redact.query, values: secrets });
  const decision = hideInDecision(decideFor(ended, deps), hide);
  const final = decision.then !== 'retry';
  const attempt = attemptRecord({
    ownerId: job.id,
    n: job.attempt_count,
    startedAt: ended.startedAt,
    endedAt,
    worker: ended.worker,
    outcome,
    decision,
    redact: job.options.redact,
    secrets,
    keepBody: !final,
  });
  const result = final ? resultOf(ended, attempt.headers ?? []) : null;
  const delayMs = decision.then === 'retry' ? decision.delayMs : null;
  const update: JobUpdate = {
    id: job.id,
    state: decision.then === 'complete' ? 'completed' : decision.then === 'fail' ? 'failed' : 'retrying',
    interruptionCount: interruptions(ended),
    retries: countedRetries(ended, decision),
    recent: addOutcome(job.recent, outcome),
    status: outcome.kind === 'response' ? outcome.status : job.status,
    error: errorAfter(decision, outcome, hide),
    failure: printOf(job, decision, outcome.kind === 'response' ? outcome.status : null),
    endedAt: final ? endedAt : null,
    resultExpiresAt: result?.expiresAt ?? null,
    delayMs,
    admitted: delayMs !== null && delayMs <= queueHorizonMs,
  };
  return { job, decision, attempt, update, result, erase: final ? eraseTimes(job, decision, result, endedAt) : null };
}

/**
 * Returns the error to store: that of a failed job, or that of the last attempt while the job goes on. A success that is
 * polled again is no error.
 */
function errorAfter(decision: Decision, outcome: Outcome, hide: (text: string) => string): JobError | null {
  if (decision.then === 'complete') return null;
  if (decision.then === 'fail') return decision.error;
  if (outcome.kind === 'response' && outcome.status >= 200 && outcome.status <= 299) return null;
  const error = retriedError(outcome);
  return { ...error, message: hide(error.message) };
}

/** Returns what a failure has in common with others of its kind; null if the job does not fail. */
function printOf({ host }: HeldJob, decision: Decision, status: number | null): string | null {
  if (decision.then !== 'fail') return null;
  return failurePrint({ host, cause: failureCause(decision.error.code, status), rule: decision.rule });
}

function decideFor(ended: EndedAttempt, deps: Chance): Decision {
  const { job } = ended;
  return decide({
    policy: unpackPolicy(job.options.policy),
    history: {
      attempts: job.attempt_count - interruptions(ended),
      interruptions: lost(ended),
      retries: job.retries ?? {},
    },
    outcome: ended.outcome,
    nowMs: ended.endedAt.getTime(),
    random: deps.random(),
    deadlineAtMs: deadlineByOurClock(ended),
  });
}

/**
 * Returns the job's deadline by the clock of this process, with which the end of the attempt was measured. The attempt
 * began when it was claimed, which the database's clock says.
 */
function deadlineByOurClock({ job, startedAt }: EndedAttempt): number | null {
  if (job.deadline_at === null) return null;
  const aheadMs = job.claimed_at === null ? 0 : startedAt.getTime() - job.claimed_at.getTime();
  return job.deadline_at.getTime() + aheadMs;
}

function interruptions(ended: EndedAttempt): number {
  return ended.job.interruption_count + (ended.outcome.kind === 'interrupted' ? 1 : 0);
}

/**
 * Returns how many workers the job has lost. Only lost workers can fail a job. A worker that was stopped in order shows
 * nothing about the job.
 */
function lost(ended: EndedAttempt): number {
  const { outcome } = ended;
  return (ended.job.retries?.[lostKey] ?? 0) + (outcome.kind === 'interrupted' && outcome.by === 'worker_lost' ? 1 : 0);
}

function countedRetries(ended: EndedAttempt, decision: Decision): Record<string, number> | null {
  const { job } = ended;
  if (ended.outcome.kind === 'interrupted')
    return lost(ended) === 0 ? job.retries : { ...job.retries, [lostKey]: lost(ended) };
  if (decision.then !== 'retry' || decision.countAs === null) return job.retries;
  return { ...job.retries, [decision.countAs]: (job.retries?.[decision.countAs] ?? 0) + 1 };
}

/** Returns the final response as the job's result, also if the job failed with it. */
function resultOf(ended: EndedAttempt, headers: ShownHeader[]): NewResult | null {
  const { job, outcome, endedAt } = ended;
  if (outcome.kind !== 'response') return null;
  const contentType = headerValue(outcome.headers, 'content-type');
  const isShown = headerValue(headers, 'content-type') === contentType;
  return {
    jobId: job.id,
    status: outcome.status,
    headers,
    contentType: isShown ? contentType : null,
    body: maskBody(outcome.body, job.options.redact.response),
    truncated: outcome.truncated,
    expiresAt: new Date(endedAt.getTime() + job.options.resultTtlSeconds * 1000),
    fromEvents: outcome.fromEvents === true,
  };
}

function eraseTimes(job: HeldJob, decision: Decision, result: NewResult | null, endedAt: Date): Settlement['erase'] {
  const failed = decision.then === 'fail';
  const keepSeconds = job.options.keepSecretsSeconds ?? (failed ? limits.keepSecretsSeconds.defaultAfterFailed : 0);
  const secretsAt = keepSeconds > 0 ? new Date(endedAt.getTime() + keepSeconds * 1000) : null;
  const keptResult = result !== null && job.options.resultTtlSeconds > 0;
  if (!keptResult) return { secretsAt, bodyAt: secretsAt };
  const outlives = secretsAt !== null && secretsAt > result.expiresAt;
  return { secretsAt, bodyAt: outlives ? secretsAt : 'with result' };
}

/**
 * Returns the settlement of an attempt whose outcome the database cannot store. It fails the job, because otherwise it
 * would be retried for ever.
 */
function unstorableSettlement({ unstorable: _why, ...ended }: EndedAttempt, reason: string, deps: Chance): Settlement {
  const message = `the outcome cannot be stored: ${reason}`;
  const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 0 };
  const plain = settlement({ ...ended, outcome: { kind: 'invalid_request', message, timings } }, deps);
  const error = { code: 'unstorable', message, retryable: false } as const;
  return {
    ...plain,
    decision: { then: 'fail', rule: 'unstorable', why: message, inputs: {}, error },
    attempt: plain.attempt && { ...plain.attempt, outcome: 'unstorable', failure: { code: 'unstorable', message } },
    update: {
      ...plain.update,
      recent: addWord(ended.job.recent, 'unstorable'),
      error,
      failure: failurePrint({ host: ended.job.host, cause: 'unstorable', rule: 'unstorable' }),
    },
  };
}

/** Returns the settlement of a job whose deadline passed while it waited. */
export function overdueSettlement(job: HeldJob, endedAt: Date): Settlement {
  const what =
    job.wait_reason === 'cooldown' ? 'the job was waiting for its target to cool down' : 'the job was waiting';
  const message = `the deadline of ${job.options.deadlineSeconds} s passed while ${what}`;
  const error = { code: 'deadline_exceeded', message, retryable: true } as const;
  const decision: Decision = { then: 'fail', rule: null, why: message, inputs: {}, error };
  const update: JobUpdate = {
    id: job.id,
    state: 'failed',
    interruptionCount: job.interruption_count,
    retries: job.retries,
    recent: job.recent,
    status: job.status,
    error,
    failure: printOf(job, decision, null),
    endedAt,
    resultExpiresAt: null,
    delayMs: null,
    admitted: false,
  };
  return { job, decision, attempt: null, update, result: null, erase: eraseTimes(job, decision, null, endedAt) };
}

/** The result columns of a job's row without a result. */
export const noResult = {
  result_status: null,
  result_headers: null,
  content_type: null,
  result_body: null,
  truncated: null,
  expires_at: null,
} satisfies { [K in keyof ResultRow]: null };

/** Returns the job's row as the settlement writes it. Reading it from the database would give the same. */
export function settledRow({ job, update, result }: Settlement): FullJobRow {
  const row: JobRow & RequestRow = {
    ...job,
    state: update.state,
    interruption_count: update.interruptionCount,
    recent: update.recent,
    status: update.status,
    error: update.error,
    ended_at: update.endedAt,
    next_attempt_at: null,
    result_expires_at: update.resultExpiresAt,
  };
  if (result === null) return { ...row, ...noResult };
  return {
    ...row,
    result_status: result.status,
    result_headers: result.headers,
    content_type: result.contentType,
    result_body: Buffer.from(result.body.buffer, result.body.byteOffset, result.body.byteLength),
    truncated: result.truncated,
    expires_at: result.expiresAt,
  };
}
