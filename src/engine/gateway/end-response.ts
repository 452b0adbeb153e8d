import { Refusal } from '#src/contract/shape/error-code.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import type { Clock, Guards, Links, Queues, Reads, RoutesInside, Wakes } from '#src/engine/deps.ts';
import { cancelJob } from '#src/engine/settle/cancel.ts';
import { deleteCall, type ModelCallRow } from '#src/store/job/model-calls.ts';
import { loadResponse } from './read-response.ts';

type EndDeps = Reads & Links & Queues & Wakes & RoutesInside & Guards & Clock;

/**
 * Cancels a response that has not come yet, and returns it. One that has ended is returned as it is. Throws
 * `not_found`, and `invalid_input` for a response that was not asked for in the background.
 */
export async function cancelResponse(deps: EndDeps, projectId: string, id: string): Promise<ModelCallRow> {
  const row = await loadResponse(deps, projectId, id);
  if (row.asked?.background !== true)
    throw new Refusal('invalid_input', 'only a response with `background: true` can be cancelled', 'response_id');
  if (isTerminal(row.state)) return row;
  await cancelJob(deps, projectId, row.id);
  return loadResponse(deps, projectId, id);
}

/** Deletes a response, and cancels it first if it has not come yet. Throws `not_found`. */
export async function deleteResponse(deps: EndDeps, projectId: string, id: string): Promise<void> {
  const row = await loadResponse(deps, projectId, id);
  if (!isTerminal(row.state)) await cancelJob(deps, projectId, row.id);
  await deps.db.transaction((tx) => deleteCall(tx, row.id));
}
