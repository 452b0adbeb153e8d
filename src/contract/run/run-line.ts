/** What of a waiting run has not ended: the numbers of requests, callbacks and sleeps. */
export type RunWait = { requests: number; callbacks: number; sleeps: number };

/** What a list says of a run besides its summary. */
export type RunTally = {
  steps: number;
  /** Null unless the run waits. */
  waitsFor: RunWait | null;
};
