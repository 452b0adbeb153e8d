import { Refusal } from '#src/contract/shape/error-code.ts';
import { runLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { NewJob } from '#src/store/job/insert-jobs.ts';
import { insertRunParts } from '#src/store/run/run-part-rows.ts';
import { holdTurns } from '#src/store/run/run-rows.ts';

/** A job that was refused. */
export type StepRefusal = { refusal: Refusal };

/**
 * Returns the refusals of jobs that come too late, by their ids: they were made in a turn of a run that is over. The other
 * runs stay in their turn until the transaction ends.
 */
export async function findLateSteps(tx: Tx, jobs: readonly NewJob[]): Promise<Map<string, Refusal>> {
  const steps = jobs.flatMap(({ id: jobId, run }) => (run?.step ? [{ jobId, id: run.id, turn: run.step.turn }] : []));
  if (steps.length === 0) return new Map();
  const held = await holdTurns(tx, steps);
  const late = steps.filter(({ id, turn }) => !held.has(`${id} ${turn}`));
  return new Map(late.map(({ jobId, id }) => [jobId, turnIsOver(id)]));
}

/** Stores the jobs that are not refused. Returns the answers of all, in their order. */
export async function withoutRefused<Answer>(
  jobs: NewJob[],
  refused: ReadonlyMap<string, Refusal>,
  store: (others: NewJob[]) => Promise<Answer[]>,
): Promise<(Answer | StepRefusal)[]> {
  if (refused.size === 0) return store(jobs);
  const others = jobs.filter((job) => !refused.has(job.id));
  const rest = (others.length === 0 ? [] : await store(others)).values();
  return jobs.map((job): Answer | StepRefusal => {
    const refusal = refused.get(job.id);
    return refusal === undefined ? (rest.next().value as Answer) : { refusal };
  });
}

function turnIsOver(runId: string): Refusal {
  const id = formatId('run', runId);
  return new Refusal('stale_turn', `the turn of ${id} is over, so nothing is added to it`);
}

/** Returns the refusal of a step whose key belongs to a job outside its run. */
export function takenElsewhere(job: NewJob): Refusal {
  const message = `idempotency key "${job.idempotency?.key}" belongs to a job that is not of this run`;
  return new Refusal('idempotency_conflict', message, 'idempotencyKey');
}

/** Writes the steps of runs whose jobs were stored, now or before. `jobIdAt` returns null for a refused job. */
export async function insertSteps(
  tx: Tx,
  jobs: readonly NewJob[],
  jobIdAt: (index: number) => string | null,
): Promise<void> {
  const parts = jobs.flatMap(({ run }, index) => {
    const jobId = jobIdAt(index);
    if (!run?.step || jobId === null) return [];
    const { key, n } = run.step;
    return [{ runId: run.id, key, n, kind: 'request' as const, jobId, waitSeconds: null }];
  });
  // One statement cannot update a row twice, and equal keys lead to the same job.
  const unique = new Map(parts.map((part) => [`${part.runId} ${part.key}`, part]));
  await insertRunParts(tx, [...unique.values()]);
}

/** Refuses more steps than a run may have. */
export function refuseManySteps(count: number): void {
  if (count <= runLimits.steps) return;
  const most = runLimits.steps.toLocaleString('en-US');
  throw new Refusal('invalid_input', `a run may have at most ${most} steps, and this would be ${count}`, 'steps');
}
