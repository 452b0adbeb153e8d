import type { EnteredStep, KeptStep, RunKept, StepInput } from '#src/contract/run/run-turn.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readDuration } from '#src/contract/submit/duration.ts';
import { runLimits } from '#src/domain/limits.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Clock, Links, Reads } from '#src/engine/deps.ts';
import { refuseManySteps } from '#src/engine/submit/store-steps.ts';
import type { JobRun } from '#src/store/job/insert-jobs.ts';
import { countOtherParts, findRunParts, finishWork, insertRunParts } from '#src/store/run/run-part-rows.ts';
import { findRun, lockRuns } from '#src/store/run/run-rows.ts';
import { enteredSteps, isPresentTurn, type TurnProof } from './enter-run.ts';

type RequestInput = Extract<StepInput, { kind: 'request' }>;
type OtherInput = Exclude<StepInput, RequestInput>;

/** Submits the request of a step under an idempotency key of its own. Throws a Refusal. */
export type SubmitStep = (job: unknown, idempotencyKey: string, run: JobRun) => Promise<unknown>;

/**
 * Keeps the steps that a route has come to: submits its requests, and stores sleeps, callbacks and the results of its
 * own work. A step that exists stays as it is, and counts once, so the call may be made again. Answers `stale` for any
 * other turn or token.
 */
export async function keepSteps(
  deps: Reads & Links & Clock,
  projectId: string,
  proof: TurnProof,
  steps: readonly StepInput[],
  submit: SubmitStep,
): Promise<RunKept> {
  const id = parseId('run', proof.run);
  if (id === null) return { state: 'stale' };
  if (!isPresentTurn(await findRun(deps.db, projectId, id), projectId, proof)) return { state: 'stale' };
  const given = new Set(steps.map((step) => step.key));
  refuseManySteps((await countOtherParts(deps.db, id, [...given])) + given.size);
  const refusals = await submitRequests(id, proof.turn, steps, submit);
  const waits = new Map(steps.map((step) => [step.key, readWait(step, refusals)]));
  return deps.db.transaction(async (tx): Promise<RunKept> => {
    const [row] = await lockRuns(tx, [id]);
    if (!isPresentTurn(row, projectId, proof)) return { state: 'stale' };
    const others = steps.filter((step): step is OtherInput => step.kind !== 'request' && !refusals.has(step.key));
    await insertRunParts(
      tx,
      others
        .filter(({ kind }) => kind !== 'step')
        .map(({ key, kind, n }) => ({ runId: id, key, kind, n, jobId: null, waitSeconds: waits.get(key) ?? null })),
    );
    for (const step of others) if (step.kind === 'step') await finishWork(tx, id, step);
    const parts = (await findRunParts(tx, id)).filter((part) => given.has(part.key));
    const kept = new Map((await enteredSteps(tx, deps, projectId, parts, 0)).map((step) => [step.key, step]));
    return { state: 'kept', steps: steps.map(({ key }) => answerFor(kept.get(key), refusals.get(key))) };
  });
}

/** Submits the requests at once, so that they share a transaction. Returns the refusals by key. */
async function submitRequests(
  runId: string,
  turn: number,
  steps: readonly StepInput[],
  submit: SubmitStep,
): Promise<Map<string, Refusal>> {
  const refusals = new Map<string, Refusal>();
  const one = async ({ key, n, job }: RequestInput) => {
    try {
      await submit(job, `${formatId('run', runId)}:${key}`, { id: runId, step: { key, n, turn } });
    } catch (error) {
      // A database that is away says nothing about the step: the whole call is to be made again.
      if (!(error instanceof Refusal) || error.code === 'unavailable') throw error;
      refusals.set(key, error);
    }
  };
  await Promise.all(steps.map((step) => (step.kind === 'request' ? one(step) : undefined)));
  return refusals;
}

function readWait(step: StepInput, refusals: Map<string, Refusal>): number | null {
  const given = step.kind === 'sleep' ? step.duration : step.kind === 'callback' ? step.timeout : null;
  if (given === null) return null;
  try {
    return readDuration(given, { unit: 's', ...runLimits.sleepSeconds, whole: false }, step.kind);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refusals.set(step.key, error);
    return null;
  }
}

function answerFor(step: EnteredStep | undefined, refusal: Refusal | undefined): KeptStep {
  if (refusal !== undefined) return { ok: false, error: refusal.toBody() };
  if (step !== undefined) return { ok: true, step };
  return { ok: false, error: new Refusal('internal', 'the step was not stored').toBody() };
}
