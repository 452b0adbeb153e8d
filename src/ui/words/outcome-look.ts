import type { ConnectionErrorCode, OutcomeKind } from '#src/domain/decide/outcome.ts';

type Tried = { outcome: OutcomeKind; status: number | null };

const words: Record<Exclude<OutcomeKind, 'response'>, string> = {
  timeout: 'timeout',
  connection_error: 'no connection',
  blocked: 'blocked',
  invalid_request: 'not sent',
  interrupted: 'interrupted',
  cancelled: 'cancelled',
  unstorable: 'not stored',
};

/** Returns an attempt's status code, or the word for what came instead of one. */
export function outcomeWord({ outcome, status }: Tried): string {
  return outcome === 'response' ? String(status ?? '–') : words[outcome];
}

const connectionWords: Record<ConnectionErrorCode, string> = {
  dns_error: 'no address',
  connection_refused: 'refused',
  connection_reset: 'reset',
  network_unreachable: 'unreachable',
  tls_certificate: 'certificate',
  tls_error: 'TLS error',
  http_invalid: 'not HTTP',
  too_many_redirects: 'redirects',
  connection_error: 'no connection',
};

/** Returns the code of an error in words, short ones for errors of the connection. */
export function codeWord(code: string): string {
  return Object.hasOwn(connectionWords, code)
    ? connectionWords[code as ConnectionErrorCode]
    : code.replaceAll('_', ' ');
}

/** Returns the word for an attempt like `outcomeWord`, or a closer one for a connection error whose code is known. */
export function failureWord(tried: Tried, code: string | undefined): string {
  return tried.outcome === 'connection_error' && code !== undefined ? codeWord(code) : outcomeWord(tried);
}

/**
 * Returns the colour class: green for 2xx and 3xx, amber for statuses that mean "later", grey for an outcome that is
 * nobody's fault, red for all others.
 */
export function outcomeColour({ outcome, status }: Tried): string {
  if (outcome === 'blocked' || outcome === 'interrupted' || outcome === 'cancelled') return 'state-cancelled';
  if (outcome !== 'response' || status === null) return 'state-failed';
  if (status === 408 || status === 429) return 'state-retrying';
  return status >= 200 && status < 400 ? 'state-completed' : 'state-failed';
}

/** Returns how an attempt's bar is drawn: full for a success, short for everything else, striped for a timeout. */
export function outcomeBar(tried: Tried): 'success' | 'problem' | 'timeout' {
  if (tried.outcome === 'timeout') return 'timeout';
  return outcomeColour(tried) === 'state-completed' ? 'success' : 'problem';
}
