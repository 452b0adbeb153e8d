import type { ConnectionErrorCode } from '#src/domain/decide/outcome.ts';
import { ConnectTimeoutError } from './dial.ts';
import type { FailedAt } from './exchange.ts';
import { BlockedError } from './guard.ts';
import { codeOf, DnsError } from './resolve.ts';
import { ResponseHeadError } from './response-head.ts';
import { ProxyError } from './tunnel.ts';

/** The meaning of an error, before it becomes an outcome with timings. */
export type Failure =
  | { kind: 'connection_error'; code: ConnectionErrorCode; message: string }
  | { kind: 'connect_timeout' }
  | { kind: 'blocked'; message: string; detail?: string | undefined }
  | { kind: 'invalid_request'; message: string };

const byCode: Record<string, ConnectionErrorCode> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  ECONNABORTED: 'connection_reset',
  EPIPE: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  ENETUNREACH: 'network_unreachable',
  ENETDOWN: 'network_unreachable',
  EHOSTUNREACH: 'network_unreachable',
  EHOSTDOWN: 'network_unreachable',
  EADDRNOTAVAIL: 'network_unreachable',
  UND_ERR_HEADERS_OVERFLOW: 'http_invalid',
  EPROTO: 'tls_error',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_certificate',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'tls_certificate',
};

/** Matches the names of OpenSSL's X509_V_ERR_… errors, as Node passes them on. */
const certificateCode =
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_CERT_|ERROR_IN_CRL_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_)/;

const refusedByClient = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
]);

const brokenHead = 'its headers are not valid, as with a content-length beside transfer-encoding';

const said: Record<ConnectionErrorCode, string> = {
  dns_error: 'The host name could not be resolved',
  connection_refused: 'The target refused the connection',
  connection_reset: 'The target closed the connection before answering in full',
  network_unreachable: 'There is no way to the target from here',
  tls_certificate: "The target's TLS certificate is not valid",
  tls_error: 'The TLS connection to the target failed',
  http_invalid: 'The target answered with something that is not valid HTTP/1.1',
  too_many_redirects: 'The target redirected too often',
  connection_error: 'The request failed',
};

/**
 * Classifies an error by its class and code only. The texts of Node, OpenSSL and undici change between releases, so they
 * are at most repeated.
 */
export function classify(error: unknown, at: FailedAt): Failure {
  const code = codeOf(error);
  if (error instanceof BlockedError) return { kind: 'blocked', message: error.message, detail: error.detail };
  if (error instanceof ConnectTimeoutError) return { kind: 'connect_timeout' };
  // The proxy belongs to our own network: the target is not to blame.
  if (error instanceof ProxyError)
    return { kind: 'connection_error', code: 'network_unreachable', message: error.message };
  if (error instanceof DnsError) return connectionError('dns_error', codeOf(error.cause));
  if (error instanceof ResponseHeadError) return connectionError('http_invalid', error.message);
  if (error instanceof Error && error.name === 'HTTPParserError')
    return connectionError('http_invalid', parserReason(error.message));
  if (code === null) return connectionError('connection_error', null);
  if (refusedByClient.has(code)) return { kind: 'invalid_request', message: (error as Error).message };
  // ETIMEDOUT means that the kernel gave up on a connection, with SYNs unanswered or data unacknowledged.
  if (code === 'ETIMEDOUT') return at.sent ? connectionError('connection_reset', code) : { kind: 'connect_timeout' };
  // After an unexpected 101, undici closes the connection itself, with the same code as when the peer closes it.
  if (code === 'UND_ERR_SOCKET' && at.responding && !at.peerEnded)
    return connectionError('http_invalid', 'it switched to another protocol (101), which nobody asked for');
  // undici's parser throws an assertion error where llhttp accepts an invalid response (a status of 099).
  if (code === 'ERR_ASSERTION') return connectionError('http_invalid', `its status is below 100, ${code}`);
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    if (at.bodyFellShort) return connectionError('connection_reset', code);
    // undici says the same of every error in a head that has a content-length.
    const what = at.headed ? 'its body does not end where its content-length says' : brokenHead;
    return connectionError('http_invalid', `${what}, ${code}`);
  }
  return connectionError(byCode[code] ?? otherTls(code) ?? 'connection_error', code);
}

/**
 * Returns what llhttp found wrong with a response, such as "Invalid header token". undici passes it on in parentheses,
 * and no code with it.
 */
function parserReason(message: string): string | null {
  return /\((.+)\)$/.exec(message)?.[1] ?? null;
}

export function connectionError(code: ConnectionErrorCode, detail: string | null): Failure {
  return { kind: 'connection_error', code, message: detail === null ? said[code] : `${said[code]} (${detail})` };
}

function otherTls(code: string): ConnectionErrorCode | null {
  if (certificateCode.test(code)) return 'tls_certificate';
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') ? 'tls_error' : null;
}
