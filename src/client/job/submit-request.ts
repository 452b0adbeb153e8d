import { type Bytes, encodeBase64, isBytes } from '#src/client/call/bytes.ts';
import type { CallbackInput, HeadersInput, SubmitInput } from '#src/contract/submit/submit-input.ts';
import type { RedactedString } from '#src/domain/redact/redacted-string.ts';
import { isRedactedString } from '#src/domain/redact/redacted-string.ts';
import { checkFields, checkIsRequest } from './check-request.ts';

/** The value of a header: text, or the result of `redactString`. Undefined leaves the header out. */
export type HeaderValue = string | RedactedString | undefined;

/** Headers in any of the forms that `fetch` accepts. */
export type HeadersLike = Headers | Readonly<Record<string, HeaderValue>> | Iterable<readonly [string, HeaderValue]>;

/** What a request to a target may have, with JavaScript's own types such as Headers and Date. */
type RequestDetails = Omit<SubmitInput, 'url' | 'upstream' | 'path' | 'headers' | 'body' | 'callback' | 'runAt'> & {
  /** At most 64 headers, 16 KiB in total. A value may be a `redactString`. */
  headers?: HeadersLike | undefined;
  /** The body: text, bytes, or `{ base64 }`, at most 8 MiB. Give either `body` or `json`. */
  body?: string | Bytes | { base64: string } | undefined;
  /** The receiver of the job's end: a URL, or an object with options and a URL or a registered endpoint. */
  callback?: string | URL | CallbackOptions | undefined;
  /** The earliest start of the job, at most 90 days ahead. Text is ISO 8601 with an offset or `Z`. */
  runAt?: string | Date | undefined;
};

/** Where a request goes: to a URL, or to a path of an upstream. */
type RequestTarget =
  | {
      /** An http or https URL of at most 2,048 characters, without user name, password and fragment. */
      url: string | URL;
      upstream?: undefined;
      path?: undefined;
    }
  | {
      url?: undefined;
      /** Name of an upstream, whose base URL, credentials, retries, timeout and flow are used. */
      upstream: string;
      /** Path below the base URL of the upstream, with its query: `/responses?x=1`. */
      path: string;
    };

/**
 * The request that `submit` takes: Ringback's `SubmitInput`, with JavaScript's own types such as URL, Headers and Date.
 * It has a `url`, or `upstream` and `path`.
 */
export type SubmitRequest = RequestDetails & RequestTarget;

/** A part of a request, as `rerun` takes it: what is given takes the place of what the job had. */
export type SubmitEdits = RequestDetails & {
  url?: string | URL | undefined;
  upstream?: string | undefined;
  path?: string | undefined;
};

/** A callback with options; see `CallbackInput`. */
export type CallbackOptions = Omit<CallbackInput, 'url' | 'headers'> & {
  /** The URL of the receiver. Give either `url` or `endpoint`. */
  url?: string | URL | undefined;
  headers?: HeadersLike | undefined;
};

/**
 * Converts a request to the form that is sent. Fields that were not given stay absent. Throws `invalid_input` for a
 * value that cannot be sent.
 */
export function toSubmitInput(request: SubmitEdits): SubmitInput {
  checkIsRequest(request);
  return toEdits(request);
}

/** Converts a part of a request, as `rerun` takes it, to the form that is sent. Throws `invalid_input`. */
export function toEdits(request: SubmitEdits): Partial<SubmitInput> {
  checkFields(request);
  const { url, headers, body, callback, runAt, ...rest } = request;
  return {
    ...rest,
    ...(url === undefined ? {} : { url: String(url) }),
    ...(headers === undefined ? {} : { headers: toHeadersInput(headers) }),
    ...(body === undefined ? {} : { body: isBytes(body) ? { base64: encodeBase64(body) } : body }),
    ...(callback === undefined ? {} : { callback: toCallback(callback) }),
    ...(runAt === undefined ? {} : { runAt: runAt instanceof Date ? runAt.toISOString() : runAt }),
  };
}

/**
 * Converts headers to a plain object. In pairs a name may come more than once. Its values are then joined by a comma,
 * as `Headers` does (RFC 9110 §5.3), and their secret parts stay secret.
 */
export function toHeadersInput(headers: HeadersLike): HeadersInput {
  const pairs = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  const joined = new Map<string, [name: string, value: string | RedactedString]>();
  for (const [name, value] of pairs) {
    if (value === undefined) continue;
    const before = joined.get(name.toLowerCase());
    const given = typeof value === 'string' || isRedactedString(value) ? value : String(value);
    joined.set(name.toLowerCase(), before ? [before[0], join(before[1], given)] : [name, given]);
  }
  // A header may be named `__proto__`. An assignment would set the prototype instead of a header.
  return Object.fromEntries(joined.values());
}

function toCallback(callback: string | URL | CallbackOptions): string | CallbackInput {
  if (typeof callback === 'string') return callback;
  if (callback instanceof URL) return callback.href;
  const { url, headers, ...rest } = callback;
  return {
    ...rest,
    ...(url === undefined ? {} : { url: String(url) }),
    ...(headers === undefined ? {} : { headers: toHeadersInput(headers) }),
  };
}

function join(first: string | RedactedString, second: string | RedactedString): string | RedactedString {
  if (typeof first === 'string' && typeof second === 'string') return `${first}, ${second}`;
  const [a, b] = [parts(first), parts(second)];
  const seam = `${a.strings.at(-1)}, ${b.strings[0]}`;
  const strings = [...a.strings.slice(0, -1), seam, ...b.strings.slice(1)];
  return { $redacted: { strings, values: [...a.values, ...b.values] } };
}

/**
 * Returns the plain and the secret parts of a value. A redacted string without marked parts is a secret as a whole, and
 * must stay one when it is joined.
 */
function parts(value: string | RedactedString): RedactedString['$redacted'] {
  if (typeof value === 'string') return { strings: [value], values: [] };
  const { strings, values } = value.$redacted;
  return values.length > 0 ? value.$redacted : { strings: ['', ''], values: [strings.join('')] };
}
