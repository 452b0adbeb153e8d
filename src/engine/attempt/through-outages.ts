import type { Outcome } from '#src/domain/decide/outcome.ts';
import { patiently } from '#src/engine/patiently.ts';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';

/** What `throughOutages` returns when its work was aborted meanwhile. */
export const aborted = Symbol('aborted');

/** The outcome of an attempt that was aborted before its request was made. */
export const abortedOutcome: Outcome = { kind: 'interrupted', by: 'shutdown' };

/**
 * Reads again while the database is away, because that is not the fault of the job or the delivery. Returns `aborted` if
 * the signal was aborted meanwhile.
 */
export async function throughOutages<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T | typeof aborted> {
  try {
    return await patiently(read, { isOver: () => signal.aborted });
  } catch (error) {
    if (sqlErrorKind(error) === 'again') return aborted;
    throw error;
  }
}
