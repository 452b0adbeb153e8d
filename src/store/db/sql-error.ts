import { fileErrorCode } from './file-error.ts';

/**
 * Returns what a database error means for its batch. `data`: one of its rows cannot be stored (SQLSTATE classes 22, 23,
 * 54). `again`: the same batch may succeed in a moment (serialization, deadlock, connection, shutdown, no resources, here
 * or there).
 * `other`: anything else.
 */
export function sqlErrorKind(error: unknown): 'data' | 'again' | 'other' {
  if (!(error instanceof Error)) return 'other';
  const code = codeOf(error);
  if (code === undefined) return isConnectionLoss(error) ? 'again' : 'other';
  if (prismaAgain.has(code)) return 'again';
  if (againCodes.has(code)) return 'again';
  const sqlClass = code.slice(0, 2);
  if (code.length === 5 && (sqlClass === '08' || sqlClass === '53' || code.startsWith('57P0') || code === '57014'))
    return 'again';
  if (code.length === 5 && (sqlClass === '22' || sqlClass === '23' || sqlClass === '54')) return 'data';
  // What this machine's system or its network says: no route, no name, no free port, no more files, no socket there. What
  // it says of a file stays as it is until somebody changes it.
  return isSystemError(error) || /^(ECONN|EPIPE|ETIMEDOUT)/.test(code) ? 'again' : 'other';
}

/**
 * A serialization failure, a deadlock, a server that only reads for now, and a transaction that PostgreSQL ended because
 * this process was too slow for it.
 */
const againCodes: ReadonlySet<string> = new Set(['40001', '40P01', '25006', '25P03', '25P04']);

/**
 * Codes of Prisma's own for what has no SQLSTATE, or whose SQLSTATE it drops: no server, no answer, a closed connection, a
 * transaction that did not begin or was given up, a deadlock.
 */
const prismaAgain: ReadonlySet<string> = new Set(['P1001', 'P1008', 'P1017', 'P2028', 'P2034']);

/** Returns the SQLSTATE of an error, or Prisma's own code. Prisma keeps the SQLSTATE inside most of its errors. */
function codeOf(error: Error & { code?: unknown; meta?: unknown }): string | undefined {
  const { driverAdapterError } = (error.meta ?? {}) as { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  const code = driverAdapterError?.cause?.originalCode ?? error.code;
  return typeof code === 'string' ? code : undefined;
}

function isSystemError(error: Error & { syscall?: unknown }): boolean {
  return typeof error.syscall === 'string' && fileErrorCode(error) === null;
}

/**
 * Returns true for a connection that ended during a query. node-postgres gives such errors no code, so they are
 * recognised by their texts.
 */
function isConnectionLoss(error: Error): boolean {
  return /^timeout expired$|Query read timeout|Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|error establishing an SSL connection/i.test(
    error.message,
  );
}
