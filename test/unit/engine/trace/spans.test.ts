import { describe, expect, it } from 'vitest';
import type { Outcome } from '#src/domain/decide/outcome.ts';
import { carrySpan } from '#src/engine/trace/job-spans.ts';
import { endSpan, requestFacts } from '#src/engine/trace/outcome-facts.ts';
import type { OpenSpan, SpanFacts } from '#src/engine/tracer.ts';

const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 1 };

function span(): OpenSpan & { ended: [SpanFacts, boolean][] } {
  const ended: [SpanFacts, boolean][] = [];
  const headers: [string, string][] = [
    ['traceparent', '00-a-b-01'],
    ['tracestate', 'x=1'],
  ];
  return { ended, headers, context: { parent: '00-a-b-01' }, end: (...end) => ended.push(end) };
}

const request = {
  url: 'http://a.test/',
  method: 'GET',
  body: null,
  timeoutMs: 1,
  maxResponseBytes: 1,
  maxRedirects: 0,
};

describe('a request with a span', () => {
  it('carries its headers', () => {
    expect(carrySpan({ ...request, headers: [['accept', '*/*']] }, span()).headers).toEqual([
      ['accept', '*/*'],
      ['traceparent', '00-a-b-01'],
      ['tracestate', 'x=1'],
    ]);
  });

  it('keeps a traceparent that it has, and does not pair it with the state of another trace', () => {
    const own: [string, string][] = [['TraceParent', 'own']];
    expect(carrySpan({ ...request, headers: own }, span()).headers).toEqual(own);
  });

  it('stays as it is where traces are off', () => {
    const given = { ...request, headers: [] };
    expect(carrySpan(given, null)).toBe(given);
  });
});

describe('the facts of a request', () => {
  it.each([
    ['https://api.test/v1?a=1', 'api.test', 443],
    ['http://api.test/', 'api.test', 80],
    ['http://[::1]:8080/', '::1', 8080],
  ])('name the server of %s', (url, address, port) => {
    expect(requestFacts('GET', url, 1)).toEqual({
      'http.request.method': 'GET',
      'url.full': url,
      'server.address': address,
      'server.port': port,
    });
  });

  it('mask parameters that sound secret, though nobody named them', () => {
    const facts = requestFacts('GET', 'https://api.test/v1?api_key=sk-1234&page=2', 1);
    expect(facts['url.full']).toBe('https://api.test/v1?api_key=********&page=2');
  });

  it('give a method of its own as _OTHER', () => {
    const facts = requestFacts('PURGE', 'http://a.test/', 3);
    expect(facts).toMatchObject({ 'http.request.method': '_OTHER', 'http.request.method_original': 'PURGE' });
    expect(facts['http.request.resend_count']).toBe(2);
  });
});

describe('the end of a span', () => {
  it('never repeats a message', () => {
    const failed = span();
    const outcome: Outcome = {
      kind: 'connection_error',
      code: 'dns_error',
      message: 'secret.internal is not known',
      requestSent: false,
      timings,
    };
    endSpan(failed, outcome);
    endSpan(failed, { kind: 'interrupted', by: 'shutdown' });
    expect(failed.ended).toEqual([
      [{ 'error.type': 'dns_error' }, true],
      [{ 'error.type': 'interrupted' }, true],
    ]);
  });
});
