import { databaseErrorOf } from '#src/cli/failure/explain-failure.ts';
import { StartError } from '#src/cli/start-error.ts';
import { readSessionKind, type SessionKind } from '#src/store/doctor/session-kind.ts';

/** What is wrong with a pooler, and what helps. */
export type PoolerProblem = Readonly<{ says: string; cure: string }>;

/**
 * Throws a StartError if the database cannot be reached, or if a pooler before it does not keep sessions: nearly every
 * statement would fail, and what each says does not name the cause.
 */
export async function requireSessions(databaseUrl: string): Promise<void> {
  const session = await readSessionKind(databaseUrl).catch((error: unknown) => {
    throw databaseErrorOf(error, databaseUrl);
  });
  const problem = poolerProblem(session);
  if (problem) throw new StartError(`DATABASE_URL: ${problem.says}. ${problem.cure}`);
}

/** Returns what is wrong with how an address treats connections, or null. */
export function poolerProblem(session: SessionKind): PoolerProblem | null {
  if (session.kind === 'kept') return null;
  if (session.kind === 'shared') {
    return {
      says: 'a pooler gives each transaction another connection, and Ringback needs one that keeps sessions',
      cure: 'Use the address of a pool in session mode (PgBouncer: pool_mode = session), or that of PostgreSQL itself.',
    };
  }
  return {
    says: `a pooler refuses connections that say ${session.parameter} as they are opened`,
    cure: 'Give PgBouncer: ignore_startup_parameters = statement_timeout, idle_in_transaction_session_timeout, extra_float_digits',
  };
}
