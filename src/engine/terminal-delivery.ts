import type { Claim } from '#src/store/claim-jobs.ts';
import type { NewDelivery } from '#src/store/deliveries.ts';
import type { FullJobRow } from '#src/store/job-row.ts';
import type { EngineDeps } from './deps.ts';
import { eventBytes, type JobEventType } from './job-event.ts';
import { newId } from './new-id.ts';

/** The delivery of a job's terminal event, or null when the job asked for none. */
export function terminalDelivery(
  row: FullJobRow,
  options: { callbackSealed: Uint8Array | null; claim: Claim | null; keepBytes: boolean },
  deps: Pick<EngineDeps, 'publicUrl' | 'now'>,
): NewDelivery | null {
  const type = `job.${row.state}` as JobEventType;
  const { callback } = row;
  if (callback === null || !callback.events.includes(type)) return null;
  const nowMs = deps.now();
  return {
    id: newId(nowMs),
    projectId: row.project_id,
    jobId: row.id,
    eventId: newId(nowMs),
    type,
    url: callback.url,
    headers: callback.headers,
    sealed: options.callbackSealed,
    payload: callback.payload,
    scheduleSeconds: callback.scheduleSeconds,
    createdAt: row.ended_at ?? new Date(nowMs),
    claim: options.claim,
    body: options.keepBytes ? eventBytes(row, type, callback.payload, deps.publicUrl) : null,
  };
}
