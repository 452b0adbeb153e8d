import { Refusal } from '#src/contract/shape/error-code.ts';
import type { JobError } from '#src/domain/decide/decision.ts';
import { runLimits } from '#src/domain/limits.ts';
import type { Clock, Guards, Queues, Seals } from '#src/engine/deps.ts';
import { storeJobs } from '#src/engine/submit/submit.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { NewJob } from '#src/store/job/insert-jobs.ts';
import { lookAtParts } from '#src/store/run/run-part-rows.ts';
import {
  endRuns,
  letRunWait,
  lockRuns,
  type NextTurn,
  type RunEnd,
  type RunFailure,
  type RunRow,
  startTurns,
} from '#src/store/run/run-rows.ts';
import { readThrown, readTurnAnswer } from './turn-answer.ts';
import { tryTurn } from './turn-job.ts';

/** What making the next turn of a run needs. */
export type TurnDeps = Queues & Seals & Guards & Clock;

/** A job of a run that has ended. `body` is that of its last response. */
export type EndedRunJob = {
  jobId: string;
  runId: string;
  state: 'completed' | 'failed' | 'cancelled';
  error: JobError | null;
  body: Uint8Array | null;
};

/**
 * Lets runs go on whose jobs have ended, inside the transaction in which they end. The end of a turn's job says what
 * becomes of the run; that of any other job begins the next turn of a run that waits. Runs are locked in the order of
 * their ids, after jobs and before lines. Returns the number of turns that have begun.
 */
export async function advanceRuns(tx: Tx, deps: TurnDeps, ended: readonly EndedRunJob[]): Promise<number> {
  if (ended.length === 0) return 0;
  const turns = new Map(ended.map((job) => [job.jobId, job]));
  const runs = await lockRuns(tx, [...new Set(ended.map((job) => job.runId))]);
  const next: RunRow[] = [];
  const ends: RunEnd[] = [];
  for (const run of runs) {
    const turn = turns.get(run.turn_job_id);
    const then = run.state === 'running' && turn ? await afterTurn(tx, run, turn) : run.state === 'waiting' && 'next';
    if (then === 'next') next.push(run);
    else if (then !== false && then !== 'wait') ends.push(then);
  }
  await endRuns(tx, ends, runLimits.keptSeconds);
  return beginTurns(tx, deps, next);
}

/** Returns what follows a turn: another one, the end of the run, or nothing while it waits. */
async function afterTurn(tx: Tx, run: RunRow, turn: EndedRunJob): Promise<'next' | 'wait' | RunEnd> {
  if (turn.state !== 'completed') return failed(run, failureOf(turn));
  const answer = readTurnAnswer(turn.body ?? new Uint8Array());
  if (answer.state === 'completed') return { id: run.id, state: 'completed', result: answer.result, error: null };
  if (answer.state === 'failed') return failed(run, answer.error);
  const steps = await lookAtParts(tx, run.id, answer.on);
  if (!steps.known) {
    const message = 'The route waits for a step that it has not begun, so nothing would enter it again.';
    return failed(run, { code: 'bad_answer', message });
  }
  if (steps.ended) return 'next';
  await letRunWait(tx, run.id, answer.on);
  return 'wait';
}

function failureOf({ state, error, body }: EndedRunJob): RunFailure {
  if (state === 'cancelled') return { code: 'cancelled', message: 'The job of its turn was cancelled.' };
  const thrown = readThrown(body);
  if (thrown !== null) return thrown;
  const why = error?.message ?? 'no reason is known';
  return {
    code: error?.code ?? 'internal',
    message: `The route was cut off, or did not answer as it should: ${why.replace(/\.$/, '')}.`,
  };
}

function failed(run: RunRow, error: RunFailure): RunEnd {
  return { id: run.id, state: 'failed', result: null, error };
}

/** Begins the next turns of locked runs, or fails those that may not have another. Returns the number of turns. */
export async function beginTurns(tx: Tx, deps: TurnDeps, runs: readonly RunRow[]): Promise<number> {
  const jobs: NewJob[] = [];
  const turns: NextTurn[] = [];
  const ends: RunEnd[] = [];
  for (const run of runs) {
    const turn = run.turn + 1;
    const over = overLimit(run);
    if (over) {
      ends.push(failed(run, over));
      continue;
    }
    const made = tryTurn({ id: run.id, url: run.url, turn }, { projectId: run.project_id, apiKeyId: null }, deps);
    if (made instanceof Refusal) {
      ends.push(failed(run, { code: made.code, message: made.message }));
      continue;
    }
    jobs.push(made.job);
    turns.push({ id: run.id, turn, jobId: made.job.id, tokenHash: made.tokenHash });
  }
  await startTurns(tx, turns);
  await endRuns(tx, ends, runLimits.keptSeconds);
  if (jobs.length > 0) await storeJobs(tx, jobs, deps);
  return turns.length;
}

function overLimit(run: RunRow): RunFailure | null {
  if (run.overdue) {
    const message = `A run may take ${runLimits.lifeSeconds / 86_400} days, and this one has not ended in that time.`;
    return { code: 'run_expired', message };
  }
  if (run.turn < runLimits.turns) return null;
  const most = runLimits.turns.toLocaleString('en-US');
  return { code: 'too_many_turns', message: `A run may enter its route ${most} times, and this one did.` };
}
