import type { Bytes } from '#src/client/call/bytes.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import type { BackoffFields, Duration } from '#src/contract/submit/retry-input.ts';
import { type BackgroundFetchRules, onlyFailures, type SentRules } from './background-rules.ts';
import { writeBody } from './fetch-body.ts';
import { type HeadersLike, type SubmitRequest, toHeadersInput } from './submit-request.ts';

/** The fields of `fetch` that mean something only in a browser or to the process that sends. They are ignored. */
const ignored = [
  ...['cache', 'credentials', 'integrity', 'keepalive', 'mode', 'referrer', 'referrerPolicy'],
  ...['window', 'priority', 'duplex', 'dispatcher', 'next', 'cf'],
];
type OwnField = 'method' | 'headers' | 'body' | 'redirect' | 'signal';

/**
 * The request options of a background fetch: those of `fetch`. The fields of a browser's `fetch`, such as `cache` and
 * `credentials`, are ignored.
 */
export type BackgroundFetchOptions = { readonly [Field in Exclude<keyof RequestInit, OwnField>]?: unknown } & {
  /** The HTTP method. Default `GET`, or `POST` when there is a body. */
  readonly method?: string | undefined;
  /** The request's headers. A value may be a `redactString`. */
  readonly headers?: HeadersLike | RequestInit['headers'] | undefined;
  /** Any body of `fetch`, at most 8 MiB. A stream is read to its end before anything is submitted. */
  readonly body?: Bytes | RequestInit['body'] | undefined;
  /** `follow` (default): up to 10 redirects are followed. `manual` and `error`: none, and a redirect is a failure. */
  readonly redirect?: 'follow' | 'manual' | 'error' | (string & {}) | undefined;
  /** Stops the waiting. The job continues, and another call with the same key finds it. */
  readonly signal?: AbortSignal | null | undefined;
};

/** The time limit of one attempt, and the retries after a timeout. */
export type BackgroundFetchTimeout = {
  /** The time limit, from 1 second to 30 minutes: a number of milliseconds, or text like `"90s"`. */
  durationInMs: Duration;
  /** The retries after a timeout. Absent: none. */
  retry?: BackoffFields | undefined;
};

/** Retry rules, timeout and retries of connections in one object, instead of the fourth and fifth argument. */
export type BackgroundFetchPolicy = {
  retry?: BackgroundFetchRules | undefined;
  timeout?: BackgroundFetchTimeout | undefined;
  /** The retries after a failure without a response. They apply whether or not the request was sent. Absent: none. */
  connectionError?: { retry?: BackoffFields | undefined } | undefined;
};

/** The key of a background fetch within its run: text, or a list of JSON values. */
export type CacheKey = string | readonly unknown[];

/** The arguments of a background fetch. */
export type FetchArguments = [
  cacheKey: CacheKey,
  url: string | URL,
  options?: BackgroundFetchOptions | undefined,
  retryOptions?: BackgroundFetchRules | BackgroundFetchPolicy | undefined,
  timeoutOptions?: BackgroundFetchTimeout | undefined,
];

/** Returns the same arguments with a body that `toRequest` can read: text, bytes or none. */
export async function withWrittenBody(args: FetchArguments): Promise<FetchArguments> {
  const [cacheKey, url, options, ...policies] = args;
  const written = await writeBody(options?.body);
  if (written === null) return args;
  const headers = toHeadersInput((options?.headers ?? {}) as HeadersLike);
  const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const type = isTyped || written.contentType === null ? {} : { 'content-type': written.contentType };
  return [cacheKey, url, { ...options, body: written.body, headers: { ...headers, ...type } }, ...policies];
}

/** Returns the request that a background fetch submits. A form, a Blob or a stream must be written out before. */
export function toRequest(runId: string, args: FetchArguments): SubmitRequest {
  const [cacheKey, url, options] = args;
  const { body, headers, redirect, signal: _, ...rest } = options ?? {};
  const other: Record<string, unknown> = { ...rest };
  for (const field of ignored) delete other[field];
  const { sent, timeout, connectionError } = readPolicy(args);
  return {
    ...other,
    url,
    ...(headers === undefined ? {} : { headers: headers as HeadersLike }),
    ...(body === undefined || body === null ? {} : { body: body as string | Bytes }),
    // A redirect must fail with `error`. It does so with `manual`, since no status of a redirect is a success.
    ...(redirect === undefined ? {} : { redirect: (redirect === 'error' ? 'manual' : redirect) as 'manual' }),
    retry: sent.rules,
    timeout: { ...timeout, retry: timeout?.retry ?? { limit: 0 } },
    connectionError: { retry: connectionError?.retry ?? { limit: 0 } },
    idempotencyKey: keyOf(runId, cacheKey),
  };
}

/** Returns a refusal whose field and message have the names of the caller's arguments. Returns others unchanged. */
export function inCallersWords(error: unknown, args: FetchArguments): unknown {
  if (!(error instanceof RingbackError) || error.field === undefined) return error;
  const { code, field, status, requestId, retryAfterMs, cause } = error;
  const named = callersName(field, args);
  const message = error.message.replaceAll(`\`${field}\``, `\`${named}\``);
  return new RingbackError(code, message, { field: named, status, requestId, retryAfterMs, cause });
}

function callersName(field: string, args: FetchArguments): string {
  const [first = '', ...rest] = field.split('.');
  const { sent, inOne, timeoutName } = readPolicy(args);
  switch (first) {
    case 'url':
      return field;
    case 'idempotencyKey':
      return 'cacheKey';
    case 'timeout':
      return [timeoutName, ...rest].join('.');
    case 'connectionError':
      return `retryOptions.${field}`;
    case 'retry': {
      const [rule, ...inRule] = rest;
      const path = rule === undefined ? [] : [sent.names.get(rule) ?? rule, ...inRule];
      return [inOne ? 'retryOptions.retry' : 'retryOptions', ...path].join('.');
    }
    default:
      return `options.${field}`;
  }
}

function readPolicy([, , , retryOptions, timeoutOptions]: FetchArguments) {
  const inOne = isPolicy(retryOptions);
  const policy: BackgroundFetchPolicy = inOne ? retryOptions : { retry: retryOptions };
  // What is no object is sent as it is, and Ringback refuses it by its name.
  const given: unknown = policy.retry ?? {};
  const isObject = typeof given === 'object' && given !== null;
  const sent = isObject
    ? onlyFailures(given as BackgroundFetchRules)
    : ({ rules: given, names: new Map() } as SentRules);
  const timeoutName = policy.timeout === undefined ? 'timeoutOptions' : 'retryOptions.timeout';
  const { timeout = timeoutOptions, connectionError } = policy;
  return { sent, timeout, connectionError, inOne, timeoutName };
}

/** Recognizes a policy by the names of its fields, which no status pattern has. */
function isPolicy(options: FetchArguments[3]): options is BackgroundFetchPolicy {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return false;
  return ['retry', 'timeout', 'connectionError'].some((name) => name in options);
}

/**
 * Returns the idempotency key. The colons of the run id are escaped, or run `a:b` with key `c` would be run `a` with
 * key `b:c`. A list comes after `%:`, which no escaped id ends in.
 */
function keyOf(runId: string, key: CacheKey): string {
  const run = escapeRunId(runId);
  if (typeof key === 'string' && key !== '') return `${run}:${key}`;
  if (Array.isArray(key) && key.length > 0) return `${run}%:${JSON.stringify(key, inOrder)}`;
  throw new TypeError('backgroundFetch needs a cache key: text, or a list.');
}

/** Returns the run id as a part of a key. It has no colon, and a `%` only before `25` and `3A`. */
export function escapeRunId(runId: string): string {
  return runId.replaceAll('%', '%25').replaceAll(':', '%3A');
}

/** Puts the fields of an object in order, so that equal objects are the same text. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
