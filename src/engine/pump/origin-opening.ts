import { openSlots } from '#src/domain/flow/slot-share.ts';

/** The slots that origins may have by their age. An origin is named by a key of the caller's. */
export type Opening = {
  /** Records that a job of the origin starts. */
  use(key: string): void;
  /** Records that a job of the origin has ended. */
  ended(key: string): void;
  /** Returns the slots that the origin may have now. */
  slotsOf(key: string): number;
};

/** An origin that no job went to for this time counts as new. */
const forgetMs = 60_000;
const mostRemembered = 10_000;

/** Remembers the use of each origin, to open its slots step by step. */
export function makeOpening(): Opening {
  const uses = new Map<string, { sinceMs: number; lastMs: number; ended: number }>();
  return {
    use(key: string): void {
      const now = performance.now();
      const before = uses.get(key);
      const isKnown = before !== undefined && now - before.lastMs <= forgetMs;
      uses.delete(key);
      uses.set(key, isKnown ? { ...before, lastMs: now } : { sinceMs: now, lastMs: now, ended: 0 });
      if (uses.size > mostRemembered) uses.delete(uses.keys().next().value ?? '');
    },
    ended(key: string): void {
      const use = uses.get(key);
      if (use !== undefined) use.ended += 1;
    },
    slotsOf(key: string): number {
      const now = performance.now();
      const use = uses.get(key);
      if (use === undefined || now - use.lastMs > forgetMs) return openSlots(0, 0);
      return openSlots(now - use.sinceMs, use.ended);
    },
  };
}
