import { leftText } from '#src/domain/text/duration-text.ts';

/** State of an endpoint that says why its deliveries wait. */
export type Receiver = { state: 'enabled' | 'disabled'; pausedUntil: string | null; failingSince: string | null };

/** The fields of a delivery that say when it goes. */
export type WaitingDelivery = { state: string; nextAttemptAt: string | null };

/** Returns true if deliveries to this endpoint are held until one of them, a probe, succeeds. */
export function isHeld(endpoint: Receiver | undefined): boolean {
  return endpoint?.state === 'enabled' && endpoint.pausedUntil !== null;
}

/** Returns why an open delivery waits and when it goes, as a sentence. */
export function whyItWaits(delivery: WaitingDelivery, endpoint: Receiver | undefined, nowMs: number): string {
  if (delivery.state === 'in_progress') return 'It is being sent.';
  if (endpoint && isHeld(endpoint)) {
    const latest = inText(delivery.nextAttemptAt, nowMs);
    return `Held: the endpoint is failing. A probe goes ${inText(endpoint.pausedUntil, nowMs)}; this one goes as soon as a probe succeeds, at the latest ${latest}.`;
  }
  const when = inText(delivery.nextAttemptAt, nowMs);
  if (delivery.state === 'retrying')
    return when === 'now' ? 'It is tried again now.' : `It is tried again ${when}, by its schedule.`;
  return when === 'now' ? 'It goes now.' : `It stands in the line of its receiver, and goes at the latest ${when}.`;
}

/** Returns the time until an instant, as `in 4 s` or `now`. */
export function inText(at: string | null, nowMs: number): string {
  const leftMs = at === null ? 0 : Date.parse(at) - nowMs;
  return leftMs > 0 ? `in ${leftText(leftMs)}` : 'now';
}
