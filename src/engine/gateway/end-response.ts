import { Refusal } from '#src/contract/shape/error-code.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';
import { parseId } from '#src/domain/text/id.ts';
import type { Clock, Guards, Links, Queues, Reads, RoutesInside, Wakes } from '#src/engine/deps.ts';
import { cancelJob } from '#src/engine/settle/cancel.ts';
import { deleteCall, isCallDeleted, type ModelCallRow } from '#src/store/job/model-calls.ts';
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

/**
 * Deletes a response, and cancels it first if it has not come yet. Throws `not_found`, also for one that was deleted already,
 * as OpenAI does. `repeats` is true if the client says that it sends the request again: then that one is deleted.
 */
export async function deleteResponse(
  deps: EndDeps,
  projectId: string,
  { id, repeats }: { id: string; repeats: boolean },
): Promise<void> {
  const row = await loadResponse(deps, projectId, id).catch(async (error: unknown) => {
    if (repeats && (await wasDeleted(deps, projectId, id))) return null;
    throw error;
  });
  if (row === null) return;
  if (!isTerminal(row.state)) await cancelJob(deps, projectId, row.id);
  await deps.db.transaction((tx) => deleteCall(tx, row.id));
}

async function wasDeleted({ db }: Reads, projectId: string, id: string): Promise<boolean> {
  const jobId = parseId('resp', id);
  return jobId !== null && (await isCallDeleted(db, projectId, jobId));
}
