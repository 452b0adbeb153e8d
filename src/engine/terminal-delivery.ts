import type { Claim } from '#src/store/claim-jobs.ts';
import type { NewDelivery } from '#src/store/deliveries.ts';
import type { FullJobRow } from '#src/store/job-row.ts';
import type { ReceiverRow } from '#src/store/receivers.ts';
import type { EngineDeps } from './deps.ts';
import { eventBytes, type JobEventType } from './job-event.ts';
import { newId } from './new-id.ts';

export type TerminalOptions = {
  callbackSealed: Uint8Array | null;
  /** The claim under which this worker sends the delivery to the job's own URL at once; null: a message is made. */
  claim: Claim | null;
  /** The result is kept nowhere else: the bytes are stored with the delivery. */
  keepBytes: boolean;
  /** The endpoints of the job's project. */
  receivers: readonly ReceiverRow[];
};

/** Where an event goes, before it is a row. */
type Receiver = Pick<
  NewDelivery,
  'endpointId' | 'url' | 'headers' | 'sealed' | 'payload' | 'scheduleSeconds' | 'skipped' | 'claim'
>;

/** The deliveries of a job's terminal event: to its callback, and to every endpoint of the project that wants it. */
export function terminalDeliveries(
  row: FullJobRow,
  options: TerminalOptions,
  deps: Pick<EngineDeps, 'publicUrl' | 'cipher' | 'now'>,
): NewDelivery[] {
  const type = `job.${row.state}` as JobEventType;
  const receivers = receiversOf(row, type, options);
  if (receivers.length === 0) return [];
  const nowMs = deps.now();
  const eventId = newId(nowMs);
  return receivers.map((receiver) => ({
    ...receiver,
    id: newId(nowMs),
    projectId: row.project_id,
    jobId: row.id,
    eventId,
    type,
    terminal: true,
    createdAt: row.ended_at ?? new Date(nowMs),
    body: options.keepBytes ? eventBytes(row, type, receiver.payload, deps) : null,
  }));
}

/** True when the job's own URL is to hear of this state. */
export function wantsCallback(row: Pick<FullJobRow, 'callback' | 'state'>): boolean {
  return Boolean(row.callback?.url && row.callback.events.includes(`job.${row.state}`));
}

function receiversOf(row: FullJobRow, type: JobEventType, options: TerminalOptions): Receiver[] {
  const { callback } = row;
  const receivers: Receiver[] = [];
  if (callback?.url && wantsCallback(row)) {
    receivers.push({
      endpointId: null,
      url: callback.url,
      headers: callback.headers,
      sealed: options.callbackSealed,
      payload: callback.payload ?? 'full',
      scheduleSeconds: callback.scheduleSeconds,
      skipped: false,
      claim: options.claim,
    });
  }
  for (const endpoint of options.receivers) {
    const named = callback?.endpoint?.id === endpoint.id && callback.events.includes(type);
    if (!named && !isWanted(endpoint, type, row.labels)) continue;
    receivers.push({
      endpointId: endpoint.id,
      url: endpoint.url,
      headers: endpoint.headers,
      sealed: null,
      payload: (named ? callback.payload : null) ?? endpoint.payload,
      scheduleSeconds: (named ? callback.scheduleSeconds : null) ?? endpoint.schedule,
      skipped: endpoint.state === 'disabled',
      claim: null,
    });
  }
  return receivers;
}

function isWanted(endpoint: ReceiverRow, type: string, labels: readonly string[]): boolean {
  return (
    endpoint.project_wide && endpoint.events.includes(type) && endpoint.labels.every((label) => labels.includes(label))
  );
}
