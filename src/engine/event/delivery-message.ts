import type { Due } from '#src/store/db/queue.ts';
import type { NewDelivery } from '#src/store/delivery/insert-deliveries.ts';
import { isProgress } from './job-event.ts';

/** Their messages are taken after all others: an event of progress never makes one of an end wait. */
const progressPriority = -100;

/** What of a delivery says when its message is taken. */
export type Addressed = { id: string; type: string; project_id: string; endpoint_id: string | null };

/** The message of a delivery's next try, whichever that is: it always counts for its receiver, and gives way by its type. */
export function messageOf(delivery: Addressed, delayMs: number): Due {
  const message = { id: delivery.id, delayMs, receiver: delivery.endpoint_id ?? delivery.project_id };
  return isProgress(delivery.type) ? { ...message, priority: progressPriority } : message;
}

/** The same when somebody sends it again: what comes at the same time for its receiver anyway goes first. */
export function messageOfResent(delivery: Addressed): Due {
  const message = messageOf(delivery, 0);
  return { ...message, priority: (message.priority ?? 0) - 1 };
}

/** Messages for the deliveries that wait to be sent: nobody has claimed them, and they are not kept for a disabled endpoint. */
export function messagesOf(deliveries: NewDelivery[]): Due[] {
  return deliveries.flatMap(({ id, type, claim, skipped, endpointId, projectId }) =>
    claim === null && !skipped ? [messageOf({ id, type, project_id: projectId, endpoint_id: endpointId }, 0)] : [],
  );
}
