import type { Clock, Links } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import type { FullJobRow } from '#src/store/job/job-row.ts';
import { jobEventId } from './event-id.ts';
import { type ReceiverOptions, receiversOf } from './event-receivers.ts';
import { eventBytes, type JobEventType } from './job-event.ts';
import { responseEventOf } from './response-event.ts';

/** Options for the deliveries of a terminal event. */
export type TerminalOptions = ReceiverOptions & {
  /** True if the result is stored nowhere else, so the bytes are stored with the delivery. */
  keepBytes: boolean;
};

/**
 * Returns the deliveries of a job's terminal event: to the job's own callback URL, and to every endpoint that the job
 * names or that wants the event.
 */
export function terminalDeliveries(row: FullJobRow, options: TerminalOptions, deps: Links & Clock): NewDelivery[] {
  const type = `job.${row.state}` as JobEventType;
  const receivers = receiversOf(row, type, { ...options, responseEvent: once(() => responseEventOf(row)) });
  if (receivers.length === 0) return [];
  const nowMs = deps.now();
  const eventId = jobEventId(row.id, type);
  return receivers.map((receiver) => ({
    ...receiver,
    id: newId(nowMs),
    projectId: row.project_id,
    jobId: row.id,
    eventId,
    terminal: true,
    createdAt: row.ended_at ?? new Date(nowMs),
    body: options.keepBytes && receiver.type === type ? eventBytes(row, type, receiver.payload, deps) : null,
  }));
}

/** Returns a function that asks at most once. */
function once<T>(ask: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    if (known === undefined) known = { value: ask() };
    return known.value;
  };
}

/** Returns true if the job's own callback URL gets the event of this state. */
export function wantsCallback(row: Pick<FullJobRow, 'callback' | 'state'>): boolean {
  return Boolean(row.callback?.url && row.callback.events.includes(`job.${row.state}`));
}
