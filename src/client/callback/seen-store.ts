/** The right to handle an event until the lease ends. The handler calls `done` or `release`, once. */
export type SeenClaim = {
  /** Marks the event as handled for good, even when the lease has ended and another caller has the claim now. */
  done(): Promise<void>;
  /**
   * Gives up the claim, so that the event can be claimed at once. Must not change a later claim of another caller, or
   * an event that is done.
   */
  release(): Promise<void>;
};

/**
 * Remembers the handled events, so that each is handled once. An event may come several times, also at the same time
 * and to several processes.
 */
export type SeenStore = {
  /**
   * Returns a claim to the first caller, `in_progress` while a caller has the claim, or `done` after the event was
   * handled. A claim that nobody ended, because its process died, is free again after `leaseSeconds`.
   */
  claim(id: string, leaseSeconds: number): Promise<SeenClaim | 'in_progress' | 'done'>;
};
