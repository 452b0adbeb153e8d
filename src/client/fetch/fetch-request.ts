import { asUint8Array, isBytes } from '#src/client/call/bytes.ts';
import { RingbackError } from '#src/client/call/errors.ts';
import { withFixedBoundary, writeBody } from '#src/client/job/fetch-body.ts';
import { type HeadersLike, toHeadersInput } from '#src/client/job/submit-request.ts';
import type { HeadersInput } from '#src/contract/submit/submit-input.ts';
import { bodyBytes } from '#src/domain/limits.ts';
import type { FetchInput } from './fetch-types.ts';

/** The arguments of `fetch`, read to the end. */
export type FetchRequest = {
  /** The URL without its fragment. */
  url: string;
  method: string;
  /** The headers that Ringback may send. */
  headers: HeadersInput;
  /** Text only if it can be sent as text. */
  body: string | Uint8Array | null;
  redirect: RequestRedirect;
};

/** The headers about the connection and the message, which the platform's own `fetch` sets or drops too. */
const dropped = new Set([
  ...['host', 'content-length', 'connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'expect', 'upgrade'],
  // Ringback decodes bodies that nobody asked to be encoded, so a Response has decoded ones, as that of `fetch`.
  'accept-encoding',
  'traceparent',
]);

const upperCase = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Returns the Request that was passed as first argument, also one of another realm or library. Else null. */
export function asRequest(input: FetchInput): Request | null {
  return typeof input === 'object' && 'headers' in input && 'url' in input ? input : null;
}

/** Returns the signal of the arguments. That of `init` goes before that of the Request, also when it is null. */
export function readFetchSignal(input: FetchInput, init: Pick<RequestInit, 'signal'>): AbortSignal | undefined {
  return (init.signal === undefined ? asRequest(input)?.signal : init.signal) ?? undefined;
}

/** Returns the URL to fetch, without its fragment. Throws a TypeError for what is no URL or has a password. */
export function readFetchUrl(input: FetchInput): URL {
  const text = asRequest(input)?.url ?? String(input);
  const base = globalThis.location?.href;
  if (!URL.canParse(text, base)) throw new TypeError(`Failed to parse URL from ${text}`);
  const url = new URL(text, base);
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('A URL with a user name or password cannot be fetched. Send them as `authorization`.');
  }
  url.hash = '';
  return url;
}

/**
 * Reads the arguments as `fetch` does. `init` goes before the Request. A stream is read to its end. The same content
 * gives the same bytes each time, that of a form too.
 */
export async function readFetchRequest(url: URL, input: FetchInput, init: RequestInit): Promise<FetchRequest> {
  const request = asRequest(input);
  const given = init.method ?? request?.method ?? 'GET';
  const method = upperCase.has(given.toUpperCase()) ? given.toUpperCase() : given;
  const { body, contentType } = await readBody(init.body, request);
  if (body !== null && (method === 'GET' || method === 'HEAD')) {
    throw new TypeError('Request with GET/HEAD method cannot have body.');
  }
  checkSize(body);
  const headers = readHeaders((init.headers ?? request?.headers ?? {}) as HeadersLike, contentType);
  return { url: url.href, method, headers, body, redirect: init.redirect ?? request?.redirect ?? 'follow' };
}

/** Returns a header by its name in lower case. Undefined if it is missing or a `redactString`. */
export function textHeader({ headers }: Pick<FetchRequest, 'headers'>, name: string): string | undefined {
  const found = Object.entries(headers).find(([given]) => given.toLowerCase() === name)?.[1];
  return typeof found === 'string' ? found : undefined;
}

type Body = { body: string | Uint8Array | null; contentType: { type: string; wins: boolean } | null };

async function readBody(given: unknown, request: Request | null): Promise<Body> {
  if (given === undefined || given === null) return request === null ? none : bodyOfRequest(request);
  if (isBytes(given)) return { body: asUint8Array(given), contentType: null };
  const written = await writeBody(isAsyncIterable(given) ? new Response(given as unknown as BodyInit).body : given);
  if (written !== null) return { body: written.body, contentType: asDefault(written.contentType) };
  const text = String(given);
  // Ringback stores text without U+0000 and lone surrogates. The encoder replaces the latter, as `fetch` does.
  const body = /\0|\p{Surrogate}/u.test(text) ? new TextEncoder().encode(text) : text;
  return { body, contentType: asDefault('text/plain;charset=UTF-8') };
}

const none: Body = { body: null, contentType: null };

/** Reads the body of a Request. A form in it has been written out with a random boundary, which is replaced. */
async function bodyOfRequest(request: Request): Promise<Body> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length === 0) return none;
  const type = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(type)) return { body: bytes, contentType: null };
  const { body, contentType } = withFixedBoundary(bytes, type);
  return { body, contentType: contentType === null ? null : { type: contentType, wins: true } };
}

function asDefault(type: string | null): Body['contentType'] {
  return type === null ? null : { type, wins: false };
}

function readHeaders(given: HeadersLike, contentType: Body['contentType']): HeadersInput {
  const kept = Object.entries(toHeadersInput(given)).filter(([name]) => {
    const lower = name.toLowerCase();
    if (lower === 'content-type') return contentType?.wins !== true;
    const isProxys = lower.startsWith('proxy-') && lower !== 'proxy-authorization';
    return !dropped.has(lower) && !isProxys && !lower.startsWith('webhook-');
  });
  const isTyped = kept.some(([name]) => name.toLowerCase() === 'content-type');
  if (contentType !== null && !isTyped) kept.push(['content-type', contentType.type]);
  return Object.fromEntries(kept);
}

function checkSize(body: string | Uint8Array | null): void {
  if (body === null || body.length <= bodyBytes) return;
  const most = bodyBytes.toLocaleString('en-US');
  const message = `The body has ${body.length.toLocaleString('en-US')} bytes, and Ringback takes 8 MiB (${most} bytes) at most.`;
  throw new RingbackError('body_too_large', message, { field: 'body' });
}

function isAsyncIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
