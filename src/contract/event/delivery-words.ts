import { failureWords } from '#src/contract/job/failure-words.ts';
import type { DeliveryError } from '#src/domain/decide/decision.ts';
import type { DeliveryState } from '#src/domain/decide/job-state.ts';

/** Words that the filter `status` of deliveries takes: those of jobs, and two for what only deliveries lack. */
export const deliveryFailureWords: Readonly<Record<string, readonly DeliveryError['code'][]>> = {
  ...failureWords,
  payload_expunged: ['payload_expunged'],
  endpoint_deleted: ['endpoint_deleted'],
} satisfies Record<DeliveryError['code'], readonly DeliveryError['code'][]>;

/** States of a delivery that has not ended. */
export const openDeliveryStates = ['pending', 'in_progress', 'retrying'] as const satisfies DeliveryState[];

/** Returns whether a text is a status, a class of statuses, or a word for a kind of failure of a delivery. */
export function isDeliveryStatus(text: string): boolean {
  return /^[1-9](\d\d|xx)$/.test(text) || Object.hasOwn(deliveryFailureWords, text);
}
