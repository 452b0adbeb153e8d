import type { PauseInput, PausesView, PauseView } from '#src/contract/flow/pause-view.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readLimits } from '#src/domain/limits.ts';
import type { Reads, Wakes } from '#src/engine/deps.ts';
import { cappedCount } from '#src/engine/show/capped-count.ts';
import {
  beginPause,
  countPauses,
  endPause,
  listPausesOf,
  type PauseRow,
  wholeProject,
} from '#src/store/line/pause-rows.ts';

/** Returns what is paused in a project. */
export async function pausesOf(deps: Reads, projectId: string): Promise<PausesView> {
  return { pauses: (await listPausesOf(deps.db, projectId)).map(toPause) };
}

/**
 * Pauses a project, or its requests to one host: nothing more of it starts, within a second. What is under way goes on,
 * jobs are accepted, and callbacks are delivered. Throws `invalid_input` for a host that is none, and for too many.
 */
export async function pause(deps: Reads & Wakes, projectId: string, input: PauseInput): Promise<PausesView> {
  const key = keyOf(input);
  const { pauses } = await pausesOf(deps, projectId);
  const isNew = pauses.every(({ host }) => (host ?? wholeProject) !== key);
  if (isNew && (await countPauses(deps.db, projectId)) >= readLimits.pauses)
    throw new Refusal('invalid_input', `at most ${readLimits.pauses} hosts can be paused: pause the project`, 'host');
  await beginPause(deps.db, { projectId, key });
  deps.notify('pause');
  return pausesOf(deps, projectId);
}

/** Ends a pause. What waited for it starts. It is idempotent. Throws `invalid_input` for a host that is none. */
export async function resume(deps: Reads & Wakes, projectId: string, input: PauseInput): Promise<PausesView> {
  await endPause(deps.db, { projectId, key: keyOf(input) });
  deps.notify('pause');
  return pausesOf(deps, projectId);
}

/** Returns the key of a pause. A host is written as jobs have it: lower case, international names in ASCII. */
function keyOf({ host }: PauseInput): string {
  if (host === undefined) return wholeProject;
  const url = URL.parse(`http://${host.trim()}`);
  if (url === null || url.href !== `http://${url.hostname}/`)
    throw new Refusal('invalid_input', 'host must be the name of a host, without scheme, port and path', 'host');
  return url.hostname;
}

function toPause({ key, paused_at, waiting }: PauseRow): PauseView {
  return { host: key === wholeProject ? null : key, since: paused_at.toISOString(), waiting: cappedCount(waiting) };
}
