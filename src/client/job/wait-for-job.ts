import { isJsonAnswer, notRingback, toAnswerError } from '#src/client/call/answer-error.ts';
import type { Connection } from '#src/client/call/connection.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import { pause } from '#src/client/call/pause.ts';
import { callRetries, mayPass, repeatDelayMs } from '#src/client/call/repeat-call.ts';
import type { Job } from '#src/contract/job/job.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';

/** How long to wait for a job's end. */
export type WaitOptions = {
  /** Stops the waiting, not the job; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Gives up with `wait_timeout` after so many milliseconds. Default: never, since a job always ends. */
  timeoutMs?: number | undefined;
};

/** How long one request is held by Ringback. Proxies commonly cut silent connections after 30 s. */
const holdSeconds = 25;
/** How much longer than that it may take before the connection counts as dead. */
const graceMs = 15_000;
/** How late `wait_timeout` may come, so that also the last request can be answered. */
const lastLookMs = 2_000;
/** How often in a row it may fail, once it has worked: about three minutes, a restart of everything included. */
const reconnects = 12;
/** An answer that comes at once although the job goes on must not be asked for again at once. */
const shortestRoundMs = 1_000;

/**
 * The job once it has ended, however it ended. Asks Ringback to hold the answer until then (`GET /v1/jobs/{id}?wait=25`),
 * again and again; connections that break are made anew. Throws `not_found` for a job that is not there.
 */
export async function waitForJob(connection: Connection, id: string, options: WaitOptions = {}): Promise<Job> {
  const { signal, timeoutMs = Number.POSITIVE_INFINITY } = options;
  const until = performance.now() + timeoutMs;
  let failures = 0;
  let seen: Job | null = null;
  for (;;) {
    signal?.throwIfAborted();
    const begun = performance.now();
    const leftMs = Math.max(0, until - begun);
    let delayMs = 0;
    try {
      const seconds = Math.min(holdSeconds, Math.floor(leftMs / 1_000));
      const deadAfterMs = Math.min(seconds * 1_000 + graceMs, leftMs + lastLookMs);
      seen = await holdOn(connection, id, seconds, deadAfterMs, signal);
      if (isTerminal(seen.state)) return seen;
      failures = 0;
      delayMs = Math.max(0, shortestRoundMs - (performance.now() - begun));
    } catch (error) {
      signal?.throwIfAborted();
      if (!mayPass(error) || failures === (seen === null ? callRetries : reconnects)) throw error;
      delayMs = repeatDelayMs(error, failures);
      failures++;
    }
    const remainingMs = until - performance.now();
    if (remainingMs <= 0) throw timedOut(id, timeoutMs, seen);
    await pause(Math.min(delayMs, remainingMs), signal);
  }
}

async function holdOn(
  connection: Connection,
  id: string,
  seconds: number,
  deadAfterMs: number,
  signal: AbortSignal | undefined,
): Promise<Job> {
  const dead = new AbortController();
  const stop = () => dead.abort();
  const timer = setTimeout(stop, deadAfterMs);
  signal?.addEventListener('abort', stop);
  try {
    const target = `${connection.url()}/v1/jobs/${encodeURIComponent(id)}?wait=${seconds}`;
    const response = await connection.fetch(target, { headers: { accept: 'application/json' }, signal: dead.signal });
    if (!response.ok) throw await toAnswerError(response);
    if (!isJsonAnswer(response)) throw notRingback(response);
    return (await response.json()) as Job;
  } catch (error) {
    if (error instanceof RingbackError || signal?.aborted) throw error;
    throw new RingbackError('network_error', 'The connection broke while waiting for the job.', { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function timedOut(id: string, timeoutMs: number, seen: Job | null): RingbackError {
  const state = seen === null ? '' : ` (${seen.state} when last seen)`;
  return new RingbackError('wait_timeout', `Job ${id} had not ended after ${timeoutMs} ms${state}. It goes on.`);
}
