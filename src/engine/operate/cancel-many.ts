import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { Clock, Guards, Links, Queues, RoutesInside, Wakes } from '#src/engine/deps.ts';
import { cancelAll, tellCancelled } from '#src/engine/settle/cancel.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { OperationRow } from '#src/store/operation/operation-rows.ts';

/** A part of an operation's jobs, in the order of their ids. */
export type Part = { row: OperationRow; jobIds: string[] };

/** Result of processing a part. */
export type Dealt = {
  /** Ids of the jobs that were cancelled, or made. */
  done: string[];
  errors: { jobId: string; refusal: Refusal }[];
  /** Ids of the jobs that were processed: all of the part, or the first ones. */
  ids: string[];
  /** Function to call after the commit. */
  after?: () => void;
};

/** Cancels jobs for an operation, inside its transaction. */
export async function cancelMany(
  tx: Tx,
  deps: Links & Queues & Wakes & RoutesInside & Guards & Clock,
  { row, jobIds }: Part,
): Promise<Dealt> {
  const { found, cancelled } = await cancelAll(tx, deps, { projectId: row.project_id, jobIds });
  const states = new Map(found.map((job) => [job.id, job.state]));
  const done = new Set(cancelled.map(({ before }) => before.id));
  const errors = jobIds
    .filter((jobId) => !done.has(jobId))
    .map((jobId) => ({ jobId, refusal: whyNot(jobId, states.get(jobId)) }));
  return { done: [...done], errors, ids: jobIds, after: () => tellCancelled(deps, cancelled) };
}

function whyNot(jobId: string, state: string | undefined): Refusal {
  const id = formatId('job', jobId);
  return state === undefined
    ? new Refusal('not_found', `there is no job ${id}`, 'id')
    : new Refusal('already_ended', `${id} had ended before (${state})`, 'id');
}
