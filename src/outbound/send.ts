import type { HeaderList, Outcome, RedirectHop } from '#src/domain/decide/outcome.ts';
import { checkTargetUrl, type EgressRules } from '#src/domain/egress/target-url.ts';
import { Attempt } from './attempt.ts';
import { classify, connectionError, type Failure } from './classify.ts';
import { Pool } from './connection-pool.ts';
import { Deadlines } from './deadlines.ts';
import { makeDial } from './dial.ts';
import { type Answer, type BodyLimit, exchange, type Hop } from './exchange.ts';
import { makeGuard } from './guard.ts';
import { redirected, redirectLocation } from './redirect.ts';
import type { OutboundRequest, Send } from './request.ts';
import { type Lookup, makeLookup } from './resolve.ts';

export type SendOptions = {
  egress: EgressRules;
  /** The most connections to one origin. Further requests wait for one, within their deadline. */
  connectionsPerOrigin: number;
  /** A replacement for DNS. The guard still checks its answers. */
  lookup?: Lookup;
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
  const pool = new Pool(makeDial(guard, deadlines), options.connectionsPerOrigin);
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
  const bodyLimit: BodyLimit = (status, headers) =>
    request.maxRedirects > 0 && redirectLocation(status, headers) !== null
      ? redirectBodyBytes
      : request.maxResponseBytes;

  const first = checkTargetUrl(request.url, egress);
  if (!first.ok) return outcomeOf(barred(first), attempt);
  let hop: Hop = {
    url: new URL(first.href),
    method: request.method,
    headers: complete(request.headers),
    body: request.body,
  };
  for (;;) {
    const exchanged = await exchange(pool, attempt, hop, bodyLimit);
    if (exchanged.kind === 'stopped') return stopped(attempt);
    if (exchanged.kind === 'failure') return outcomeOf(classify(exchanged.error, exchanged.at), attempt);

    const location = request.maxRedirects === 0 ? null : redirectLocation(exchanged.status, exchanged.headers);
    if (location === null) return response(exchanged, redirects, attempt);
    if (redirects.length >= request.maxRedirects) {
      return outcomeOf(connectionError('too_many_redirects', null), attempt);
    }
    const next = redirected(hop, exchanged.status, location, request.sensitiveHeaders ?? []);
    const checked = next === null ? null : checkTargetUrl(next.url.href, egress);
    if (checked?.ok === false && checked.code === 'blocked_target') return outcomeOf(barred(checked), attempt);
    // An unusable Location is a fault of the target, not of the request.
    if (next === null || !checked?.ok) {
      return outcomeOf(connectionError('http_invalid', 'its redirect leads to no usable URL'), attempt);
    }
    redirects.push({ status: exchanged.status, from: hop.url.href, to: next.url.href });
    hop = next;
  }
}

function barred({ code, message }: { code: 'invalid_url' | 'blocked_target'; message: string }): Failure {
  return code === 'blocked_target' ? { kind: 'blocked', message } : { kind: 'invalid_request', message };
}

/**
 * Adds `accept-encoding: identity` unless the caller set that header. Bodies are stored as they come, so targets should
 * not compress them.
 */
function complete(headers: HeaderList): HeaderList {
  const chosen = headers.some(([name]) => name.toLowerCase() === 'accept-encoding');
  return chosen ? headers : [...headers, ['accept-encoding', 'identity']];
}

function response(answer: Answer, redirects: RedirectHop[], attempt: Attempt): Outcome {
  const { status, headers, body, truncated } = answer;
  const { remoteAddress } = attempt;
  return {
    kind: 'response',
    ...{ status, headers, body, truncated, redirects, remoteAddress },
    timings: attempt.timings(),
  };
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
