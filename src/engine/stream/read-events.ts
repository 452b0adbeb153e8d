import { Refusal } from '#src/contract/shape/error-code.ts';
import { isTerminal, type JobState } from '#src/domain/decide/job-state.ts';
import type { Reads } from '#src/engine/deps.ts';
import { jobUuid, noSuch } from '#src/engine/show/known-id.ts';
import { findEvents } from '#src/store/stream/stream-rows.ts';

/**
 * An event of a job's stream as readers get it. `restart` is true for an event of ours: an attempt before had events,
 * which count no more, and the next event is the first of another attempt. Its data is `{"attempt":2}`.
 */
export type ReadEvent = { seq: number; attempt: number; restart: boolean; name: string | null; data: string };

/**
 * The next events of a stream, and the `seq` to go on after. `state` is the job's. A stream has ended if the job has and
 * there are no more events.
 */
export type EventsPage = { events: ReadEvent[]; last: number; state: JobState; ended: boolean };

/** Name by which readers of the stream know a restart. */
export const restartName = 'ringback.restart';

/** The `after` of a reader who has no event yet. */
export const beforeFirst = -1;

/**
 * Returns the next events of a job after a `seq`, oldest first, at most `limit` and about 256 KiB. Only events of the last
 * attempt that had a stream are kept. A reader who has events of an attempt before gets a restart first, and a reader who
 * has none (`beforeFirst`) does not. Throws `not_found`, `no_events` and `result_expired`.
 */
export async function readEvents(
  deps: Reads,
  projectId: string,
  jobId: string,
  after: number,
  limit: number,
): Promise<EventsPage> {
  const read = await findEvents(deps.db, projectId, jobUuid(jobId), { after, limit });
  if (read === undefined) throw noSuch('job', jobId);
  if (!read.streamed) throw new Refusal('no_events', `${jobId} was submitted without \`stream: true\``, 'id');
  if (read.expired) throw new Refusal('result_expired', `the events of ${jobId} are gone, as its result`);
  const { rows, state } = read;
  const events = rows.flatMap(({ seq, attempt, name, data }): ReadEvent[] => {
    if (data !== null) return [{ seq, attempt, restart: false, name, data }];
    if (after === beforeFirst) return [];
    return [{ seq, attempt, restart: true, name: restartName, data: JSON.stringify({ attempt }) }];
  });
  return { events, last: rows.at(-1)?.seq ?? after, state, ended: rows.length === 0 && isTerminal(state) };
}
