/** The right to act on an event, until the lease ends. Whoever has it says how that went, once. */
export type SeenClaim = {
  /** The event was acted upon, and must never be again: also when the lease has ended and another has the claim now. */
  done(): Promise<void>;
  /** It was not, and may be claimed at once. Must leave alone what another has claimed, or done, since. */
  release(): Promise<void>;
};

/**
 * Remembers which events were acted upon, so that each is once, although it may come several times, also at the same
 * time and to several processes.
 */
export type SeenStore = {
  /**
   * A claim for the first who asks; `in_progress` while somebody has it, `done` once somebody was. A claim that was given
   * up by nobody, because its process died, is free again after `leaseSeconds`.
   */
  claim(id: string, leaseSeconds: number): Promise<SeenClaim | 'in_progress' | 'done'>;
};
