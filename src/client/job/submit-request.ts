import { type Bytes, encodeBase64, isBytes } from '#src/client/call/bytes.ts';
import type { CallbackInput, HeadersInput, SubmitInput } from '#src/contract/submit/submit-input.ts';
import type { RedactedString } from '#src/domain/redact/redacted-string.ts';
import { isRedactedString } from '#src/domain/redact/redacted-string.ts';
import { checkFields, checkIsRequest } from './check-request.ts';

/** A header's value: text, or what `redactString` made. Undefined leaves the header out. */
export type HeaderValue = string | RedactedString | undefined;

/** Headers in any of the forms that `fetch` takes. */
export type HeadersLike = Headers | Readonly<Record<string, HeaderValue>> | Iterable<readonly [string, HeaderValue]>;

/** What `submit` takes: `SubmitInput` as Ringback defines it, written as JavaScript has it at hand. */
export type SubmitRequest = Omit<SubmitInput, 'url' | 'headers' | 'body' | 'callback' | 'runAt'> & {
  /** http or https, at most 2,048 characters, without user name, password and fragment. */
  url: string | URL;
  /** At most 64 and 16 KiB. A value may be a `redactString`. */
  headers?: HeadersLike | undefined;
  /** Text, bytes, or `{ base64 }`; at most 8 MiB. Or give `json`. */
  body?: string | Bytes | { base64: string } | undefined;
  /** Where to report the job's end: a URL, or one or a registered endpoint with options. */
  callback?: string | URL | CallbackOptions | undefined;
  /** Not before this instant, at most 90 days ahead. Text is ISO 8601 with an offset or `Z`. */
  runAt?: string | Date | undefined;
};

/** A callback with options; see `CallbackInput`. */
export type CallbackOptions = Omit<CallbackInput, 'url' | 'headers'> & {
  /** Either this or `endpoint`. */
  url?: string | URL | undefined;
  headers?: HeadersLike | undefined;
};

/**
 * The same request as it goes over the wire. Fields that were not given are not there either. Throws `invalid_input` for
 * what cannot go there.
 */
export function toSubmitInput(request: SubmitRequest): SubmitInput {
  checkIsRequest(request);
  return { ...toEdits(request), url: String(request.url) };
}

/** Part of a request, as `rerun` takes it, as it goes over the wire. */
export function toEdits(request: Partial<SubmitRequest>): Partial<SubmitInput> {
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
 * Headers as a plain object. In pairs a name may come more than once: the values are joined by a comma, as `Headers` does
 * (RFC 9110 §5.3), and what was secret in them stays so.
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
  // A header may be called `__proto__`, which an assignment would not take for a name.
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

/** A redacted string that marks nothing is a secret as a whole, and must not lose that by being joined. */
function parts(value: string | RedactedString): RedactedString['$redacted'] {
  if (typeof value === 'string') return { strings: [value], values: [] };
  const { strings, values } = value.$redacted;
  return values.length > 0 ? value.$redacted : { strings: ['', ''], values: [strings.join('')] };
}
