import { RingbackError } from './errors.ts';
import { pause } from './pause.ts';

/** The number of times that the client repeats a failed call. */
const callRetries = 3;
/** The same for a call of a function that will wait anyway: half a minute, enough for a restart of everything. */
export const patientRetries = 6;

/** The longest `Retry-After` that the client waits for. A longer one fails the call, and the caller decides. */
export const longestRetryAfterMs = 60_000;

/** The failures after which a call may be repeated. */
export type Repeatable =
  /** Any temporary failure: for reads, and for writes that happen only once however often they are sent. */
  | 'always'
  /** Only a certain refusal, a 429. */
  | 'when_refused';

/**
 * Makes a call, and repeats it up to `mostRetries` times (three by default) when that may help. The wait grows each time, and is never shorter
 * than `Retry-After`.
 */
export async function repeatCall<T>(
  call: () => Promise<T>,
  repeatable: Repeatable,
  signal?: AbortSignal | undefined,
  mostRetries: number = callRetries,
): Promise<T> {
  for (let retries = 0; ; retries++) {
    try {
      return await call();
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (retries === mostRetries || !mayPass(error, repeatable)) throw error;
      const waitMs = repeatDelayMs(error, retries);
      if (waitMs > longestRetryAfterMs) throw error;
      await pause(waitMs, signal);
    }
  }
}

/** True for a failure that may not happen again when the call is repeated. */
export function mayPass(error: unknown, repeatable: Repeatable = 'always'): error is RingbackError {
  if (!(error instanceof RingbackError)) return false;
  const away: readonly unknown[] = ['network_error', 502, 503, 504];
  return error.status === 429 || (repeatable === 'always' && away.includes(error.status ?? error.code));
}

/**
 * Returns the delay before a repeat: 250 ms, doubled each time, times a random factor from 1 to 2, at most 30 s.
 * `Retry-After` replaces it when longer.
 */
export function repeatDelayMs(error: RingbackError, retries: number): number {
  const backoffMs = Math.min(30_000, 250 * 2 ** retries * (1 + Math.random()));
  return Math.max(error.retryAfterMs ?? 0, backoffMs);
}
