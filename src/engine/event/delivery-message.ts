import type { Due } from '#src/store/db/queue.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import { isProgress } from './job-event.ts';

/**
 * Priority of messages for events about progress. They are taken after all other messages, so that such an event never
 * delays the event of a job's end.
 */
const progressPriority = -100;

/** The fields of a delivery that the priority of its message depends on. */
export type Addressed = { id: string; type: string; project_id: string; endpoint_id: string | null };

/**
 * Returns the message of a delivery's next attempt. Every message counts for the share of its receiver. An event about
 * progress has a lower priority.
 */
export function messageOf(delivery: Addressed, delayMs: number): Due {
  const message = { id: delivery.id, delayMs, receiver: delivery.endpoint_id ?? delivery.project_id };
  return isProgress(delivery.type) ? { ...message, priority: progressPriority } : message;
}

/**
 * Returns the message of a delivery that is sent again on request. New deliveries to the same receiver go before it.
 */
export function messageOfResent(delivery: Addressed): Due {
  const message = messageOf(delivery, 0);
  return { ...message, priority: (message.priority ?? 0) - 1 };
}

/**
 * Returns the messages of the deliveries that wait to be sent. Claimed deliveries, and those skipped for a disabled
 * endpoint, get none.
 */
export function messagesOf(deliveries: NewDelivery[]): Due[] {
  return deliveries.flatMap(({ id, type, claim, skipped, endpointId, projectId }) =>
    claim === null && !skipped ? [messageOf({ id, type, project_id: projectId, endpoint_id: endpointId }, 0)] : [],
  );
}
