import type { Outcome, Received, RedirectHop } from '#src/domain/decide/outcome.ts';
import { workerHeader } from '#src/domain/egress/own-address.ts';
import { checkTargetUrl, type EgressRules, mayReachRingback } from '#src/domain/egress/target-url.ts';
import type { EgressProxy } from '#src/domain/egress/way-out.ts';
import { limits } from '#src/domain/limits.ts';
import { asksForEncoding, contentCodings } from '#src/domain/text/content-coding.ts';
import { Attempt } from './attempt.ts';
import { classify, connectionError, type Failure } from './classify.ts';
import { Pool, type PoolLimits } from './connection-pool.ts';
import { Deadlines } from './deadlines.ts';
import { type Bytes, type Decoded, decodeBody, encodedLimit } from './decode.ts';
import { makeDial } from './dial.ts';
import { type Answer, type BodyLimit, exchange, type Hop } from './exchange.ts';
import { makeGuard } from './guard.ts';
import { redirected, redirectLocation } from './redirect.ts';
import type { OutboundRequest, Send } from './request.ts';
import { type Lookup, makeLookup } from './resolve.ts';

export type SendOptions = PoolLimits & {
  egress: EgressRules;
  /** A replacement for DNS. The guard still checks its answers. */
  lookup?: Lookup;
  /** The proxy that all requests go through, but for those to this machine. */
  proxy?: EgressProxy | null;
};

/** The most body bytes to read of a redirect that is followed. Reading the body lets the connection be reused. */
const redirectBodyBytes = 16 * 1024;

/**
 * Headers that describe the connection or frame the message. Only undici may set them: a caller's value could
 * contradict undici's, which makes request smuggling possible.
 */
const framing = new Set([
  ...['host', 'connection', 'keep-alive', 'proxy-connection', 'transfer-encoding'],
  ...['te', 'trailer', 'upgrade', 'expect'],
]);

/**
 * Makes the only function that sends requests to targets. `close` interrupts the running requests and closes every
 * connection.
 */
export function makeSend(options: SendOptions): { send: Send; close(): Promise<void> } {
  const { egress } = options;
  const deadlines = new Deadlines();
  const guard = makeGuard(egress, options.lookup ?? makeLookup());
  const pool = new Pool(makeDial(guard, deadlines, options.proxy ?? null), options);
  const underWay = new Set<Attempt>();
  let closed = false;

  const send: Send = async (request) => {
    const attempt = new Attempt(request.timeoutMs);
    const interrupt = () => attempt.stop('interrupted');
    if (closed || request.signal?.aborted) return { kind: 'interrupted', by: 'shutdown' };
    request.signal?.addEventListener('abort', interrupt);
    deadlines.add(attempt);
    underWay.add(attempt);
    try {
      return await follow(request, attempt, pool, egress);
    } finally {
      deadlines.remove(attempt);
      underWay.delete(attempt);
      request.signal?.removeEventListener('abort', interrupt);
    }
  };

  return {
    send,
    async close() {
      closed = true;
      for (const attempt of underWay) attempt.stop('interrupted');
      await pool.close();
    },
  };
}

async function follow(request: OutboundRequest, attempt: Attempt, pool: Pool, egress: EgressRules): Promise<Outcome> {
  const redirects: RedirectHop[] = [];
  const framed = request.headers.find(([name]) => framing.has(name.toLowerCase()));
  if (framed !== undefined) return refused(`the header ${framed[0]} is not the caller's to set`, attempt);
  const decodes = !asksForEncoding(request.headers);
  const bodyLimit: BodyLimit = (status, headers) => {
    if (request.maxRedirects > 0 && redirectLocation(status, headers) !== null) return redirectBodyBytes;
    if (contentCodings(headers).length === 0) return request.takeBody?.(status, headers) ?? request.maxResponseBytes;
    return decodes ? encodedLimit(request.maxResponseBytes) : request.maxResponseBytes;
  };

  const first = checkTargetUrl(request.url, egress);
  if (!first.ok) return outcomeOf(barred(first), attempt);
  let hop: Hop = {
    url: new URL(first.href),
    method: request.method,
    headers: decodes ? [...request.headers, ['accept-encoding', 'identity']] : request.headers,
    body: request.body,
    repeatable: request.repeatable ?? false,
    tls: request.tls ?? null,
  };
  for (;;) {
    const exchanged = await exchange(pool, attempt, marked(hop, egress), bodyLimit);
    if (exchanged.kind !== 'answer') {
      const outcome =
        exchanged.kind === 'stopped' ? stopped(attempt) : outcomeOf(classify(exchanged.error, exchanged.at), attempt);
      if (exchanged.partial === null || (outcome.kind !== 'timeout' && outcome.kind !== 'connection_error'))
        return outcome;
      const bytes = await beginning(exchanged.partial, decodes);
      return { ...outcome, partial: received(exchanged.partial, bytes, redirects, attempt) };
    }

    const location = request.maxRedirects === 0 ? null : redirectLocation(exchanged.status, exchanged.headers);
    if (location === null) {
      const bytes = decodes ? taken(request, exchanged, await decoded(exchanged, request.maxResponseBytes)) : exchanged;
      return { kind: 'response', ...received(exchanged, bytes, redirects, attempt), timings: attempt.timings() };
    }
    if (redirects.length >= request.maxRedirects) {
      return outcomeOf(connectionError('too_many_redirects', null), attempt);
    }
    const next = redirected(hop, exchanged.status, location, request.sensitiveHeaders ?? []);
    if (next === null) return outcomeOf(badRedirect('Its location is no URL of http or https.'), attempt);
    const checked = checkTargetUrl(next.url.href, egress, redirectLimits);
    // An unusable Location is a fault of the target, not of the request.
    if (!checked.ok)
      return outcomeOf(checked.code === 'blocked_target' ? barred(checked) : badRedirect(checked.message), attempt);
    if (request.secretBody === true && next.body !== null && next.url.origin !== hop.url.origin)
      return refused(
        `its redirect leads to another origin (${next.url.origin}), where a body with secrets is not sent`,
        attempt,
      );
    redirects.push({ status: exchanged.status, from: hop.url.href, to: next.url.href });
    hop = next;
  }
}

/** The limits of a URL that a target redirects to. Servers put whole states of a sign-in into such URLs. */
const redirectLimits = { length: limits.redirectUrlLength, queryParameters: Number.POSITIVE_INFINITY };

function badRedirect(why: string): Failure {
  return {
    kind: 'connection_error',
    code: 'http_invalid',
    message: `The target's redirect cannot be followed. ${why}`,
  };
}

/** Marks a request that may reach Ringback itself. What a caller gave under that name is not sent there. */
function marked(hop: Hop, egress: EgressRules): Hop {
  if (!mayReachRingback(hop.url, egress)) return hop;
  const others = hop.headers.filter(([name]) => name.toLowerCase() !== workerHeader);
  return { ...hop, headers: [...others, [workerHeader, '1']] };
}

function barred({ code, message }: { code: 'invalid_url' | 'blocked_target'; message: string }): Failure {
  return code === 'blocked_target' ? { kind: 'blocked', message } : { kind: 'invalid_request', message };
}

/** Decodes a body that is encoded although the request asked for `identity`. Many servers compress nevertheless. */
function decoded(answer: Answer, limit: number): Bytes | Promise<Decoded> {
  const codings = contentCodings(answer.headers);
  return codings.length === 0 || answer.body.byteLength === 0 ? answer : decodeBody(answer, codings, limit);
}

/** Hands a body that came encoded, and is decoded, to what takes it. */
function taken({ takeBody }: OutboundRequest, { status, headers }: Answer, bytes: Bytes | Decoded): Bytes | Decoded {
  const sink = 'decoded' in bytes ? takeBody?.(status, headers) : null;
  if (!sink) return bytes;
  const truncated = !sink.push(bytes.body) || bytes.truncated;
  return { ...bytes, body: sink.bytes(), truncated };
}

/** Returns as much of a cut body as an attempt keeps. */
function beginning(partial: Answer, decodes: boolean): Bytes | Promise<Bytes | Decoded> {
  const most = limits.attemptBodyBytes;
  if (decodes && contentCodings(partial.headers).length > 0) return decoded(partial, most);
  return { body: partial.body.slice(0, most), truncated: true };
}

function received(
  { status, headers }: Answer,
  bytes: Bytes | Decoded,
  redirects: RedirectHop[],
  attempt: Attempt,
): Received {
  const { body, truncated } = bytes;
  const { remoteAddress } = attempt;
  const decoding = 'note' in bytes ? { note: bytes.note } : 'decoded' in bytes ? { decoded: bytes.decoded } : {};
  return { status, headers, body, truncated, ...decoding, redirects, remoteAddress };
}

function stopped(attempt: Attempt): Outcome {
  return attempt.stopped === 'interrupted' ? { kind: 'interrupted', by: 'shutdown' } : timeout(attempt);
}

function timeout(attempt: Attempt): Outcome {
  const timings = attempt.timings();
  const { phase, requestSent } = attempt;
  return { kind: 'timeout', afterMs: Math.round(timings.totalMs), phase, requestSent, timings };
}

function refused(message: string, attempt: Attempt): Outcome {
  return { kind: 'invalid_request', message, timings: attempt.timings() };
}

function outcomeOf(failure: Failure, attempt: Attempt): Outcome {
  if (failure.kind === 'connect_timeout') return timeout(attempt);
  const timings = attempt.timings();
  return failure.kind === 'connection_error'
    ? { ...failure, requestSent: attempt.requestSent, timings }
    : { ...failure, timings };
}
