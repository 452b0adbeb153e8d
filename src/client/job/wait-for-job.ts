import { isJsonAnswer, notRingback, toAnswerError } from '#src/client/call/answer-error.ts';
import type { Connection } from '#src/client/call/connection.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import { pause } from '#src/client/call/pause.ts';
import {
  longestRetryAfterMs,
  mayPass,
  patientRetries,
  repeatCall,
  repeatDelayMs,
} from '#src/client/call/repeat-call.ts';
import type { Job } from '#src/contract/job/job.ts';
import type { SubmitInput } from '#src/contract/submit/submit-input.ts';
import { isTerminal } from '#src/domain/decide/job-state.ts';

/** The options of `wait`. */
export type WaitOptions = {
  /** Stops the waiting, not the job. The promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /**
   * The longest wait in milliseconds. After it the promise rejects with `wait_timeout`. Default: no limit, since a job
   * always ends.
   */
  timeoutMs?: number | undefined;
};

/** The seconds that Ringback holds one request. Proxies commonly close silent connections after 30 s. */
const holdSeconds = 25;
/** The extra time for the response. After it the connection counts as dead. */
const graceMs = 15_000;
/** The longest delay of `wait_timeout`. It lets the last request still be answered. */
const lastLookMs = 2_000;
/**
 * The shortest time between two requests. A response that comes at once for a running job must not cause the next
 * request at once.
 */
const shortestRoundMs = 1_000;

/**
 * Waits until the job has ended, whatever its final state is, and returns it. Asks Ringback again and again to hold the
 * response until then (`GET /v1/jobs/{id}?wait=25`). The wait outlives Ringback being down: a failure to reach it, a
 * 429, 502, 503 or 504, and a response that was cut are followed by another request after a pause, until `timeoutMs` or
 * `signal` ends the wait. Throws `not_found` for an unknown job, and `wait_timeout`.
 */
export function waitForJob(connection: Connection, id: string, options?: WaitOptions): Promise<Job> {
  return waitForEnd<Job>(connection, { noun: 'job', id, hasEnded: ({ state }) => isTerminal(state) }, options);
}

/** What is waited for, and how its end is known. */
type Awaited<Shown> = { noun: 'job' | 'run'; id: string; hasEnded: (shown: Shown) => boolean };

/** Waits for the end of a job or of a run. See `waitForJob`. */
export async function waitForEnd<Shown extends { state: string }>(
  connection: Connection,
  awaited: Awaited<Shown>,
  options: WaitOptions = {},
): Promise<Shown> {
  const { signal, timeoutMs = Number.POSITIVE_INFINITY } = options;
  const until = performance.now() + timeoutMs;
  let failures = 0;
  let seen: Shown | null = null;
  let broken: RingbackError | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const begun = performance.now();
    const leftMs = Math.max(0, until - begun);
    let delayMs = 0;
    try {
      const seconds = Math.min(holdSeconds, Math.floor(leftMs / 1_000));
      const deadAfterMs = Math.min(seconds * 1_000 + graceMs, leftMs + lastLookMs);
      const path = `${awaited.noun}s/${encodeURIComponent(awaited.id)}?wait=${seconds}`;
      seen = await heldCall<Shown>(connection, path, {}, deadAfterMs, signal);
      if (awaited.hasEnded(seen)) return seen;
      failures = 0;
      broken = undefined;
      delayMs = Math.max(0, shortestRoundMs - (performance.now() - begun));
    } catch (error) {
      signal?.throwIfAborted();
      if (!mayPass(error)) throw error;
      broken = error;
      delayMs = Math.min(longestRetryAfterMs, repeatDelayMs(error, failures));
      failures++;
    }
    const remainingMs = until - performance.now();
    if (remainingMs <= 0) throw timedOut(awaited, timeoutMs, seen, broken);
    await pause(Math.min(delayMs, remainingMs), signal);
  }
}

/**
 * Submits a job and waits until it has ended. Ringback holds the response to the submission, so that a short job takes
 * one request. A lost response is followed by the same submission, which finds the job by its idempotency key; `wait`
 * goes on with a job that takes longer.
 */
export async function submitAndWait(
  connection: Connection,
  input: SubmitInput,
  { signal }: Pick<WaitOptions, 'signal'> = {},
): Promise<Job> {
  signal?.throwIfAborted();
  const headers = { prefer: `wait=${holdSeconds}`, 'content-type': 'application/json' };
  const submission = { method: 'POST', headers, body: JSON.stringify(input) };
  const submit = () => heldCall<Job>(connection, 'jobs', submission, holdSeconds * 1_000 + graceMs, signal);
  const job = await repeatCall(submit, 'always', signal, patientRetries);
  return isTerminal(job.state) ? job : waitForJob(connection, job.id, { signal });
}

/** Makes a call whose response Ringback holds. After `deadAfterMs` the connection counts as broken. */
async function heldCall<Shown>(
  connection: Connection,
  path: string,
  { headers, ...init }: { method?: string; headers?: Record<string, string>; body?: string },
  deadAfterMs: number,
  signal: AbortSignal | undefined,
): Promise<Shown> {
  const dead = new AbortController();
  const stop = () => dead.abort();
  const timer = setTimeout(stop, deadAfterMs);
  signal?.addEventListener('abort', stop);
  try {
    const response = await connection.fetch(`${connection.url()}/v1/${path}`, {
      ...init,
      headers: { ...headers, accept: 'application/json' },
      signal: dead.signal,
    });
    if (!response.ok) throw await toAnswerError(response);
    if (!isJsonAnswer(response)) throw notRingback(response);
    return (await response.json()) as Shown;
  } catch (error) {
    if (error instanceof RingbackError || signal?.aborted) throw error;
    throw new RingbackError('network_error', 'The connection broke while waiting for the end.', { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

function timedOut<Shown extends { state: string }>(
  { noun, id }: Awaited<Shown>,
  timeoutMs: number,
  seen: Shown | null,
  cause: RingbackError | undefined,
): RingbackError {
  const state = seen === null ? '' : ` (${seen.state} when last seen)`;
  const why = cause === undefined ? '' : ` The last request for it failed: ${cause.message}`;
  const message = `${noun === 'job' ? 'Job' : 'Run'} ${id} had not ended after ${timeoutMs} ms${state}. It goes on.${why}`;
  return new RingbackError('wait_timeout', message, { cause });
}
