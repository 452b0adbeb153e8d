/** Load of one receiver: a level that grows by one per message and decays over time, as of `atMs`. */
export type Share = { level: number; atMs: number };

/** Level up to which a receiver's messages keep the normal priority. */
const freely = 100;
/** A receiver's level decays by 20 a second. Faster decay would let its newest messages overtake its own older ones. */
const forgottenPerSecond = 20;

/** Returns the receiver's share after one more message at `nowMs`. */
export function shareAfter(share: Share | undefined, nowMs: number): Share {
  if (share === undefined) return { level: 1, atMs: nowMs };
  const forgotten = (Math.max(0, nowMs - share.atMs) / 1_000) * forgottenPerSecond;
  return { level: Math.max(0, share.level - forgotten) + 1, atMs: nowMs };
}

/**
 * Returns the priority of the receiver's newest message: 0 for a low level, and one less for each doubling beyond that.
 * The first message of one receiver then goes before the thousandth of another, and each receiver's own messages stay
 * in order.
 */
export function sharePriority(share: Share): number {
  // A message without a share has priority 0 too, so this must not be -0.
  return share.level <= freely ? 0 : -Math.ceil(Math.log2(share.level / freely));
}
