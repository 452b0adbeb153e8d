import type { Outcome } from '#src/domain/decide/outcome.ts';
import { maskUrlQuery, secretParameters } from '#src/domain/redact/redact.ts';
import type { OpenSpan, SpanFacts } from '#src/engine/tracer.ts';

/** Methods that the conventions know. Others are given as `_OTHER`, so that nobody makes up names for charts. */
const knownMethods = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

/**
 * Returns what a span says of a request. `url` must be the URL as it is shown. Parameters whose names sound secret are
 * masked on top, because a span goes to another system than the one that the submitter chose what to hide from.
 */
export function requestFacts(method: string, url: string, sendings: number): SpanFacts {
  const { protocol, hostname, port } = new URL(url);
  return {
    ...methodFacts(method),
    'url.full': maskUrlQuery(url, secretParameters(url)),
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    ...(sendings > 1 && { 'http.request.resend_count': sendings - 1 }),
  };
}

/** Returns what a span says of a method. */
export function methodFacts(method: string): SpanFacts {
  return knownMethods.has(method)
    ? { 'http.request.method': method }
    : { 'http.request.method': '_OTHER', 'http.request.method_original': method };
}

/**
 * Ends the span of an attempt with its outcome. Messages are left out: they may repeat what a target or a name server
 * said.
 */
export function endSpan(span: OpenSpan, outcome: Outcome): void {
  if (outcome.kind === 'response') {
    const { status } = outcome;
    const failed = status >= 400;
    span.end({ 'http.response.status_code': status, ...(failed && { 'error.type': String(status) }) }, failed);
    return;
  }
  span.end({ 'error.type': outcome.kind === 'connection_error' ? outcome.code : outcome.kind }, true);
}
