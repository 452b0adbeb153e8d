/** What somebody has asked for lately: how much, as of when. */
export type Share = { level: number; atMs: number };

/** So many of one's own may wait before they make room for others'. */
const freely = 100;
/** What was asked for is forgotten at this pace; slowly, or what comes last would overtake one's own backlog. */
const forgottenPerSecond = 20;

/** One more is asked for at `nowMs`. */
export function shareAfter(share: Share | undefined, nowMs: number): Share {
  if (share === undefined) return { level: 1, atMs: nowMs };
  const forgotten = (Math.max(0, nowMs - share.atMs) / 1_000) * forgottenPerSecond;
  return { level: Math.max(0, share.level - forgotten) + 1, atMs: nowMs };
}

/**
 * The priority of what was asked for last: 0 for who asks for little, one less for each doubling beyond that, so that the
 * first of one comes before the thousandth of another, and each one's own stay in order.
 */
export function sharePriority(share: Share): number {
  // 0 is also what has no share to speak of, and must not be made -0.
  return share.level <= freely ? 0 : -Math.ceil(Math.log2(share.level / freely));
}
