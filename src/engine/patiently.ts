import { setTimeout as pause } from 'node:timers/promises';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';

/** `isOver` tells when to give up. `onOutage` is called with the first error of an outage. */
export type Patience = { isOver: () => boolean; onOutage?: ((error: unknown) => void) | undefined };

const firstWaitMs = 20;
const longestWaitMs = 1_000;

/**
 * Acts again and again while the database is away, and returns the result. Throws an error that is no outage, and the last
 * error when it gives up.
 */
export async function patiently<Value>(act: () => Promise<Value>, { isOver, onOutage }: Patience): Promise<Value> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return await act();
    } catch (error) {
      if (sqlErrorKind(error) !== 'again' || isOver()) throw error;
      if (waitMs === firstWaitMs) onOutage?.(error);
      await pause(waitMs);
      // A process that was stopped meanwhile may go on hours later, when nobody waits for the result any more.
      if (isOver()) throw error;
    }
  }
}

/** Returns a function that tells whether so many milliseconds have passed since this call. */
export function overAfter(ms: number): () => boolean {
  const startedAt = performance.now();
  return () => performance.now() - startedAt > ms;
}
