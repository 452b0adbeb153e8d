import { type Pace, pace } from '#src/engine/pace.ts';

/**
 * The pace of tests. What tests wait for takes a third of the time of production or less. A claim, a message or a worker
 * counts as lost only after 5 s: longer than the limit of a poll in `vitest.config.ts`, so that no test without a limit
 * of its own passes by a repair, and long enough for a process that computes for 2 s. What no test waits for is as in
 * production.
 */
export const testPace: Pace = {
  ...pace,
  heartbeatMs: 500,
  outOfTouchMs: 3_000,
  unbrokenMs: 5_000,
  silentAfterSeconds: 5,
  stepMs: 200,
  checkClaimsMs: 600,
  readmitMs: 2_000,
  readmitIdleSeconds: 5,
  takeBackMs: 1_000,
  strayAfterSeconds: 5,
  measureBytesMs: 200,
  egressRetryMs: 2_000,
  listenerBeatMs: 3_000,
  liveBeatMs: 2_400,
  eventsBeatMs: 1_500,
  renewCallsMs: 600,
  callHeldSeconds: 4,
  giveUpCallsMs: 1_500,
  alertMs: 100,
  alertOverSeconds: 0,
  alertMailMs: 100,
};
