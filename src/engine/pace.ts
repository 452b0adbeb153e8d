import { queryTimeoutMs } from '#src/store/db/database.ts';

/**
 * The intervals at which processes repeat their work, and the waits after which they act. Production always has the
 * values of `pace`; tests pass shorter ones. The unit is at the end of each name.
 */
export type Pace = Readonly<{
  /** Time after which a query without an answer fails, because a database that hangs counts as unreachable. */
  queryTimeoutMs: number;
  /** Time between two heartbeats of a worker. A gap of more than two of them counts as a break. */
  heartbeatMs: number;
  /**
   * Time without a heartbeat after which a worker claims nothing, because others may soon take over its jobs. It is
   * shorter than the silence after which they do.
   */
  outOfTouchMs: number;
  /** Time for which a worker's own heartbeats must be unbroken before it may judge the silence of others. */
  unbrokenMs: number;
  /** Time without a heartbeat after which a worker counts as dead. Its claims are then taken from it. */
  silentAfterSeconds: number;
  /** Time between two runs of a worker's short tasks: admitting, expiring, taking over, lines and schedules. */
  stepMs: number;
  /** Time between two steps of running operations. */
  operateMs: number;
  /** Time between two checks whether a worker still has the claims of what it sends. */
  checkClaimsMs: number;
  /** Time between two searches for rows whose message was lost. */
  readmitMs: number;
  /** Wait of a due row after which its message counts as lost, while the queue is empty. */
  readmitIdleSeconds: number;
  /** The same wait while the queue is busy, because the message may only be late. */
  readmitBusySeconds: number;
  /** Time between two searches of a worker for claims that it does not hold. */
  takeBackMs: number;
  /** Minimum age of a claim that a worker takes back from itself. */
  strayAfterSeconds: number;
  /** Time between two deletions of what has expired. */
  retainMs: number;
  /** Time between two clearings of rows past their project's retention. The dashboard shows it. */
  retainProjectsMs: number;
  /** Time between two looks for projects whose bytes are to be measured for their quota. */
  measureBytesMs: number;
  /** Time between two runs of a worker that add up statistics. */
  foldMs: number;
  /** The same time in a web process. */
  foldInWebMs: number;
  /** Delay of a delivery that our own network did not let out. */
  egressRetryMs: number;
  /** Time between two searches of a web process for silent listeners. */
  sweepListenersMs: number;
  /** Silence after which a listener is deleted. */
  listenerSilentSeconds: number;
  /** Time between two pings of a listener's stream. Each checks again that its caller is still allowed. */
  listenerBeatMs: number;
  /** Time between two pings of a browser's stream. Each checks again that its owner is still allowed. */
  liveBeatMs: number;
  /** Silence after which a stream of a job's events says that it lives. Its caller is then checked again. */
  eventsBeatMs: number;
  /** Time between two words of a web process that the connections of calls in the foreground are open. */
  renewCallsMs: number;
  /** Time for which each of these words holds. Clients repeat a request within it when they have lost the connection. */
  callHeldSeconds: number;
  /** Time between two looks at the alerts of a project, over all processes. */
  alertMs: number;
  /** Time that an alert must be gone before it counts as over. */
  alertOverSeconds: number;
  /** Time between two looks for e-mails about alerts. */
  alertMailMs: number;
  /** Time between two looks for calls that nobody waits for. The second one that finds a call gives it up. */
  giveUpCallsMs: number;
  /** Longest rest of a look that takes at most a twentieth of the time. */
  longestRestMs: number;
  /** The same of the one that adds up statistics and measures what waits: a chart has a point each minute. */
  longestFoldRestMs: number;
}>;

/** The pace of production. */
export const pace: Pace = Object.freeze({
  queryTimeoutMs,
  heartbeatMs: 3_000,
  outOfTouchMs: 10_000,
  unbrokenMs: 15_000,
  silentAfterSeconds: 15,
  stepMs: 1_000,
  operateMs: 1_000,
  checkClaimsMs: 3_000,
  readmitMs: 10_000,
  readmitIdleSeconds: 15,
  readmitBusySeconds: 120,
  takeBackMs: 5_000,
  strayAfterSeconds: 15,
  retainMs: 5_000,
  retainProjectsMs: 60_000,
  measureBytesMs: 5_000,
  foldMs: 5_000,
  foldInWebMs: 15_000,
  egressRetryMs: 10_000,
  sweepListenersMs: 20_000,
  listenerSilentSeconds: 60,
  listenerBeatMs: 15_000,
  liveBeatMs: 12_000,
  eventsBeatMs: 15_000,
  renewCallsMs: 3_000,
  callHeldSeconds: 12,
  alertMs: 15_000,
  alertOverSeconds: 60,
  alertMailMs: 5_000,
  giveUpCallsMs: 5_000,
  longestRestMs: 300_000,
  longestFoldRestMs: 60_000,
});
