/**
 * Measures how busy a loop is: the share of time in which it has something to do, over its last few rounds. A loop that is
 * busy gathers work for a few milliseconds, so that more of it shares the cost of a transaction. An idle one never does.
 */
export type Load = {
  /** Notes a round: how long the loop had nothing to do before it, and how long the round took, in milliseconds. */
  note(idleMs: number, tookMs: number): void;
  readonly busy: boolean;
};

const newest = 0.25;
const busyShare = 0.75;

export function makeLoad(): Load {
  let share = 0;
  return {
    note(idleMs, tookMs) {
      const now = tookMs > 0 ? tookMs / (idleMs + tookMs) : 0;
      share += newest * (now - share);
    },
    get busy() {
      return share >= busyShare;
    },
  };
}
