import { newId } from '#src/engine/new-id.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import type { ReceiverRow } from '#src/store/delivery/receiver-rows.ts';

type Target = Pick<ReceiverRow, 'id' | 'project_id' | 'url' | 'payload' | 'schedule' | 'give_up_on' | 'state'>;

/**
 * Returns the delivery of an event to one chosen endpoint, subscribed to its type or not. It is skipped when the
 * endpoint is disabled.
 */
export function directDelivery(
  endpoint: Target,
  event: { type: string; body: Uint8Array },
  { eventId, createdAt }: { eventId: string; createdAt: Date },
): NewDelivery {
  return {
    id: newId(createdAt.getTime()),
    projectId: endpoint.project_id,
    jobId: null,
    endpointId: endpoint.id,
    eventId,
    type: event.type,
    url: endpoint.url,
    headers: {},
    sealed: null,
    payload: endpoint.payload,
    scheduleSeconds: endpoint.schedule,
    giveUpOn: endpoint.give_up_on,
    createdAt,
    terminal: false,
    skipped: endpoint.state === 'disabled',
    claim: null,
    body: event.body,
  };
}
