import { inText, isHeld, type Receiver, type WaitingDelivery } from '#src/contract/event/delivery-wait.ts';

/** Returns when an open delivery is sent next: `now`, `in 4 s`, or `held` with the time of the probe. */
export function nextWord(delivery: WaitingDelivery, endpoint: Receiver | undefined, nowMs: number): string {
  if (delivery.state === 'in_progress') return 'being sent';
  if (isHeld(endpoint)) return `held, probe ${inText(endpoint?.pausedUntil ?? null, nowMs)}`;
  return inText(delivery.nextAttemptAt, nowMs);
}
