import { type CallbackFormat, readCallbackFormat } from '#src/contract/gateway/response-call.ts';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import { parseSubmit } from '#src/contract/submit/parse-submit.ts';
import type { CallbackInput } from '#src/contract/submit/submit-input.ts';
import { gatewayLimits } from '#src/domain/limits.ts';
import { modelConnectionRetry } from '#src/domain/policy/stored-policy.ts';
import type { StreamResult } from '#src/domain/stream/stream-event.ts';
import type { GatewayCall } from '#src/engine/submit/gateway-call.ts';
import type { Actor } from '#src/server/call/actor.ts';
import type { HttpRequest } from '#src/server/http/http.ts';
import { submitOne } from '#src/server/jobs/submit-jobs.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { UpstreamRow } from '#src/store/upstream/upstream-rows.ts';

/** A call of an upstream that a gateway has taken. */
export type TakenCall = GatewayCall & {
  upstream: Pick<UpstreamRow, 'name' | 'timeout_ms' | 'retry'>;
  method: string;
  /** What follows the upstream's base URL, with the query. */
  path: string;
  headers: Record<string, string>;
  /** The body, byte for byte as it is sent; null: none. */
  body: Uint8Array | null;
  resultTtlSeconds: number;
  /** What becomes of the events of a stream; absent: they are not kept. */
  stream?: StreamResult | null;
  /** True for a call of a model, which is made again when its connection breaks: nothing but the answer comes of it. */
  repeatable?: boolean;
  /** Other fields of the submission. */
  more?: object;
};

/** Stores the job that makes a call. Its body is not read again, so it may be of any kind. */
export function submitCall(
  deps: ServerDeps,
  actor: Actor,
  { headers }: Pick<HttpRequest, 'headers'>,
  { gateway, call, callbackFormat, upstream, body, stream = null, more, repeatable = false, ...given }: TakenCall,
): Promise<SubmittedJob> {
  const timeout = upstream.timeout_ms === null ? { timeout: { durationInMs: gatewayLimits.callMs } } : {};
  const again = repeatable && upstream.retry !== 'none' ? { connectionError: { retry: modelConnectionRetry } } : {};
  const spec = parseSubmit({ ...timeout, ...again, ...more, ...given, upstream: upstream.name });
  const key = headers['idempotency-key'] ?? null;
  return submitOne(deps, actor, { ...spec, body, stream }, key, {
    gateway,
    call,
    ...(callbackFormat && { callbackFormat }),
  });
}

/** The header that names the callback of a call: a URL, or an endpoint of the project. */
const callbackHeader = 'ringback-callback';
/** The header that names the shape in which the callback URL of a model response hears of its end. */
const callbackFormatHeader = 'ringback-callback-format';

/** Returns the shape of a response's callback: the one that was asked for, and OpenAI's by default. */
export function callbackFormatOf(
  { headers }: Pick<HttpRequest, 'headers'>,
  named: CallbackFormat | undefined,
): Pick<GatewayCall, 'callbackFormat'> {
  const header = headers[callbackFormatHeader];
  const format = header === undefined ? named : readCallbackFormat(header, callbackFormatHeader);
  return format === 'ringback' ? {} : { callbackFormat: 'openai' };
}

/** Returns the callback that a request asks for, as a field of the submission. */
export function callbackOf({ headers }: Pick<HttpRequest, 'headers'>, named: string | null = null): object {
  const callback = headers[callbackHeader] ?? named;
  return callback === null ? {} : { callback: callbackInput(callback) };
}

function callbackInput(callback: string): string | CallbackInput {
  return /^https?:/i.test(callback) ? callback : { endpoint: callback };
}
