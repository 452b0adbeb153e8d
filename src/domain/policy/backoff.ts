import type { Backoff } from './policy.ts';

/** Default values of a backoff. */
export const defaultBackoff: Readonly<Backoff> = Object.freeze({
  limit: 5,
  minTimeoutInMs: 1_000,
  maxTimeoutInMs: 60_000,
  factor: 1.8,
  randomize: true,
});

/**
 * Returns the delay before a rule's retry `k` (0 for its first), in whole milliseconds.
 *
 * Without `randomize` the delay is `min(max, min·factor^k)`. With it, `ceiling = min(max, 2·min·factor^k)` and the
 * delay is uniform in `[max(min, ceiling/2), ceiling]`. So it stays within both bounds and is still spread at the upper
 * one.
 *
 * @param random uniform in [0, 1)
 */
export function backoffDelayMs(backoff: Backoff, k: number, random: number): number {
  const { minTimeoutInMs: min, maxTimeoutInMs: max } = backoff;
  // A high k makes the power infinite, and 0 · ∞ is not a number.
  const grown = min === 0 ? 0 : min * backoff.factor ** k;
  if (!backoff.randomize) return Math.round(Math.min(max, grown));
  const ceiling = Math.min(max, 2 * grown);
  const floor = Math.max(min, ceiling / 2);
  const delay = Math.round(floor + random * (ceiling - floor));
  return Math.max(Math.ceil(floor), Math.min(delay, Math.floor(ceiling)));
}
