import { setTimeout as pause } from 'node:timers/promises';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';

/** What `throughOutages` returns when its work was aborted meanwhile. */
export const aborted = Symbol('aborted');

/** The outcome of an attempt that was aborted before its request was made. */
export const abortedOutcome: Outcome = { kind: 'interrupted', by: 'shutdown' };

/**
 * Reads again every 250 ms while the database is away, because that is not the fault of the job or the delivery. Returns
 * `aborted` if the signal was aborted meanwhile.
 */
export async function throughOutages<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T | typeof aborted> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (sqlErrorKind(error) !== 'again') throw error;
      if (signal.aborted) return aborted;
      await pause(250);
    }
  }
}
