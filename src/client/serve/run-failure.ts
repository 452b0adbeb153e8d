import { JobFailedError, RingbackError } from '#src/client/call/errors.ts';
import { mayPass } from '#src/client/call/repeat-call.ts';

/** An error as the run keeps it. */
export type Failure = { code: string; message: string };

/** Returns an error as the run keeps it. */
export function toFailure(error: unknown): Failure {
  const code = error instanceof RingbackError || error instanceof JobFailedError ? error.code : 'handler_threw';
  return { code, message: error instanceof Error ? error.message : String(error) };
}

/** The deepest cause that is looked at. SDKs wrap the error of their fetch once or twice. */
const deepest = 8;

/** Returns true for the code of an outage or a fault of Ringback's own, which says nothing about the call. */
export function isOfRingback(code: string): boolean {
  return code === 'internal' || code === 'unavailable';
}

/** Returns true for an error that the same calls would lead to again: a failed job, or a mistake in the handler. */
export function isFinal(error: unknown): boolean {
  let one = error;
  for (let depth = 0; depth < deepest && one instanceof Error; depth++) {
    if (one instanceof JobFailedError) return true;
    if (one instanceof RingbackError) return !isOfRingback(one.code) && !mayPass(one);
    one = one.cause;
  }
  return false;
}
