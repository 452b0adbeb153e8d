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
 * Returns the ids of jobs that come too late: they were made in a turn of a run that is over. The other runs stay in
 * their turn until the transaction ends.
 */
export async function findLateSteps(tx: Tx, jobs: readonly NewJob[]): Promise<Set<string>> {
  const steps = jobs.flatMap(({ id: jobId, run }) => (run?.step ? [{ jobId, id: run.id, turn: run.step.turn }] : []));
  if (steps.length === 0) return new Set();
  const held = await holdTurns(tx, steps);
  return new Set(steps.filter(({ id, turn }) => !held.has(`${id} ${turn}`)).map(({ jobId }) => jobId));
}

/** Stores the jobs that are not late. Returns the answers of all, in their order. */
export async function withoutLate<Answer>(
  jobs: readonly NewJob[],
  late: ReadonlySet<string>,
  store: (present: NewJob[]) => Promise<Answer[]>,
): Promise<(Answer | StepRefusal)[]> {
  const present = jobs.filter((job) => !late.has(job.id));
  const answers = (present.length === 0 ? [] : await store(present)).values();
  return jobs.map((job) => {
    const answer = late.has(job.id) ? undefined : answers.next().value;
    return answer ?? { refusal: turnIsOver(job) };
  });
}

function turnIsOver({ run }: NewJob): Refusal {
  const id = run === null ? '' : formatId('run', run.id);
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
