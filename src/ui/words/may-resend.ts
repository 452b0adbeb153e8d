import type { DeliverySummary } from '#src/contract/event/delivery.ts';
import { progressEvents } from '#src/contract/event/event-names.ts';

/**
 * Returns true for a delivery that can be sent again. What a delivered event of progress told is deleted with its
 * delivery, so it cannot.
 */
export function mayResend({ type, state, endedAt }: Pick<DeliverySummary, 'type' | 'state' | 'endedAt'>): boolean {
  if (endedAt === null || state === 'cancelled') return false;
  return state !== 'delivered' || !progressEvents.some((name) => name === type);
}
