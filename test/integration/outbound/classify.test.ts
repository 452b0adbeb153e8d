import { describe, expect, it } from 'vitest';
import { classify } from '#src/outbound/classify.ts';
import { ConnectTimeoutError } from '#src/outbound/dial.ts';
import type { FailedAt } from '#src/outbound/exchange.ts';

const before: FailedAt = { sent: false, responding: false, peerEnded: false, bodyFellShort: false };

function failing(code: string): Error {
  return Object.assign(new Error('a text that changes with every release'), { code });
}

describe('an error', () => {
  it.each([
    ['ECONNREFUSED', 'connection_refused'],
    ['ECONNRESET', 'connection_reset'],
    ['EPIPE', 'connection_reset'],
    ['UND_ERR_SOCKET', 'connection_reset'],
    ['ENETUNREACH', 'network_unreachable'],
    ['EHOSTUNREACH', 'network_unreachable'],
    ['EADDRNOTAVAIL', 'network_unreachable'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls_certificate'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_certificate'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls_certificate'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls_certificate'],
    ['CERT_HAS_EXPIRED', 'tls_certificate'],
    ['CERT_NOT_YET_VALID', 'tls_certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_certificate'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls_error'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_error'],
    ['EPROTO', 'tls_error'],
    ['UND_ERR_HEADERS_OVERFLOW', 'http_invalid'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'http_invalid'],
    ['ERR_ASSERTION', 'http_invalid'],
    ['EMFILE', 'connection_error'],
  ])('with the code %s is %s, and its message says so', (code, kind) => {
    const failure = classify(failing(code), before);
    expect(failure).toMatchObject({ kind: 'connection_error', code: kind });
    expect(failure).toHaveProperty('message', expect.stringContaining(code));
  });

  it('of the parser has no code and goes by its name', () => {
    const error = Object.assign(new Error('Response does not match'), { name: 'HTTPParserError' });
    expect(classify(error, before)).toMatchObject({ code: 'http_invalid' });
  });

  it('that is no error at all is still an outcome', () => {
    expect(classify(undefined, before)).toMatchObject({ kind: 'connection_error', code: 'connection_error' });
    expect(classify('text', before)).toMatchObject({ kind: 'connection_error', code: 'connection_error' });
  });

  it('of a connection that never came up is a timeout, of one that went silent a reset', () => {
    expect(classify(failing('ETIMEDOUT'), before).kind).toBe('connect_timeout');
    expect(classify(new ConnectTimeoutError(), before).kind).toBe('connect_timeout');
    expect(classify(failing('ETIMEDOUT'), { ...before, sent: true })).toMatchObject({ code: 'connection_reset' });
  });
});
