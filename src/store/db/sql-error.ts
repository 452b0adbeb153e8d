/**
 * Returns what a database error means for its batch. `data`: one of its rows cannot be stored (SQLSTATE classes 22, 23,
 * 54). `again`: the same batch may succeed in a moment (serialization, deadlock, connection, shutdown, no resources).
 * `other`: anything else.
 */
export function sqlErrorKind(error: unknown): 'data' | 'again' | 'other' {
  if (!(error instanceof Error)) return 'other';
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return isConnectionLoss(error) ? 'again' : 'other';
  if (code === '40001' || code === '40P01' || code === '25006') return 'again';
  const sqlClass = code.slice(0, 2);
  if (code.length === 5 && (sqlClass === '08' || sqlClass === '53' || code.startsWith('57P0') || code === '57014'))
    return 'again';
  if (code.length === 5 && (sqlClass === '22' || sqlClass === '23' || sqlClass === '54')) return 'data';
  return /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)/.test(code) ? 'again' : 'other';
}

/**
 * Returns true for a connection that ended during a query. node-postgres gives such errors no code, so they are
 * recognised by their texts.
 */
function isConnectionLoss(error: Error): boolean {
  return /Query read timeout|Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/i.test(
    error.message,
  );
}
