import { RingbackError } from './errors.ts';
import { pause } from './pause.ts';

/** How often a call of the client itself is tried again. */
export const callRetries = 3;

/** Ringback asks for patience longer than this: the caller decides. */
const longestRetryAfterMs = 60_000;

/** What a call may be tried again after. */
export type Repeatable =
  /** Anything that may pass: reads, and writes that can happen only once however often they are sent. */
  | 'always'
  /** Only what was certainly refused. */
  | 'when_refused';

/** Calls, and calls again when that may help: up to three times, later each time, and never before `Retry-After`. */
export async function repeatCall<T>(
  call: () => Promise<T>,
  repeatable: Repeatable,
  signal?: AbortSignal | undefined,
): Promise<T> {
  for (let retries = 0; ; retries++) {
    try {
      return await call();
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (retries === callRetries || !mayPass(error, repeatable)) throw error;
      const waitMs = repeatDelayMs(error, retries);
      if (waitMs > longestRetryAfterMs) throw error;
      await pause(waitMs, signal);
    }
  }
}

/** True for a failure that the same call may not meet again. */
export function mayPass(error: unknown, repeatable: Repeatable = 'always'): error is RingbackError {
  if (!(error instanceof RingbackError)) return false;
  if (error.status === 429) return true;
  if (repeatable === 'when_refused') return false;
  return error.code === 'network_error' || error.status === 502 || error.status === 503 || error.status === 504;
}

/** 250 ms, doubled each time and spread up to twofold, at most 30 s; or what Ringback asks for, if that is longer. */
export function repeatDelayMs(error: RingbackError, retries: number): number {
  const backoffMs = Math.min(30_000, 250 * 2 ** retries * (1 + Math.random()));
  return Math.max(error.retryAfterMs ?? 0, backoffMs);
}
