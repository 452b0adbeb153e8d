import type { AsyncJobEvent, CallbackEvent, ResponseEvent } from '#src/contract/event/event-names.ts';
import { isBifrost } from '#src/engine/show/bifrost-view.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import type { ReceiverRow } from '#src/store/delivery/receiver-rows.ts';
import { type FullJobRow, isTurn } from '#src/store/job/job-row.ts';

/** The receiver part of a new delivery: where an event goes, and by which schedule. */
export type Receiver = Pick<
  NewDelivery,
  'type' | 'endpointId' | 'url' | 'headers' | 'sealed' | 'payload' | 'scheduleSeconds' | 'giveUpOn' | 'claim'
>;

/** Options for finding receivers. `callbackSealed` holds the sealed headers of the job's own callback. */
export type ReceiverOptions = Pick<NewDelivery, 'claim'> & {
  callbackSealed: Uint8Array | null;
  /** The endpoints of the job's project. */
  receivers: readonly ReceiverRow[];
  /** Returns the event in OpenAI's shape, asked for only if an endpoint of that format is there; absent: there is none. */
  responseEvent?: () => ResponseEvent | null;
};

type Told = Pick<FullJobRow, 'callback' | 'labels' | 'run_id' | 'idempotency_key' | 'gateway'>;

/**
 * Returns the receivers of a job's event: the job's own callback URL, and every endpoint that the job names or that
 * wants the event. Callbacks and endpoints of the format `openai` get the event in that shape, under its own type.
 * Nobody is told of the turns of a run: they are jobs of Ringback itself.
 */
export function receiversOf(job: Told, type: CallbackEvent, options: ReceiverOptions): Receiver[] {
  if (isTurn(job)) return [];
  const { callback, labels } = job;
  const receivers: Receiver[] = [];
  const asked = callback?.events.includes(type) === true;
  const isOpenai = callback?.format === 'openai';
  const shown = isOpenai ? (options.responseEvent?.() ?? null) : type;
  if (asked && callback.url && shown !== null) {
    receivers.push({
      type: shown,
      endpointId: null,
      url: callback.url,
      headers: callback.headers,
      sealed: options.callbackSealed,
      payload: isOpenai ? 'thin' : (callback.payload ?? 'full'),
      scheduleSeconds: callback.scheduleSeconds,
      giveUpOn: callback.giveUpOn ?? null,
      claim: options.claim,
    });
  }
  for (const endpoint of options.receivers) {
    const named = asked && callback.endpoint?.id === endpoint.id;
    const isBifrosts = named && isBifrost(job);
    const isOwn = endpoint.format === 'ringback' && !isBifrosts;
    const told = isBifrosts ? bifrostEvent(type) : isOwn ? type : (options.responseEvent?.() ?? null);
    if (told === null) continue;
    if (!named && !isWanted(endpoint, told, labels)) continue;
    receivers.push({
      type: told,
      endpointId: endpoint.id,
      url: endpoint.url,
      headers: {},
      sealed: null,
      // An event in another API's shape has no bytes of ours that would have to be kept.
      payload: isOwn ? ((named ? callback.payload : null) ?? endpoint.payload) : 'thin',
      scheduleSeconds: (named ? callback.scheduleSeconds : null) ?? endpoint.schedule,
      giveUpOn: (named ? callback.giveUpOn : null) ?? endpoint.give_up_on,
      claim: null,
    });
  }
  return receivers;
}

/** Bifrost's clients know two ends. */
function bifrostEvent(type: CallbackEvent): AsyncJobEvent {
  return type === 'job.completed' ? 'async_job.completed' : 'async_job.failed';
}

function isWanted(endpoint: ReceiverRow, type: string, labels: readonly string[]): boolean {
  return (
    endpoint.project_wide && endpoint.events.includes(type) && endpoint.labels.every((label) => labels.includes(label))
  );
}
