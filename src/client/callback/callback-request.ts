import type { Bytes } from '#src/client/call/bytes.ts';

/**
 * Headers in the forms that frameworks use: `Headers`, Node's `IncomingHttpHeaders`, or a plain object with names in
 * any case.
 */
export type CallbackHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

// biome-ignore lint/suspicious/noExplicitAny: Node's own types use any, and no other type is assignable both ways.
type Listener = (...values: any[]) => void;

/** The parts of a Node byte stream that the receiver uses. */
export type ByteStream = {
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  pause(): unknown;
  readonly readableDidRead?: boolean | undefined;
  readonly readableEnded?: boolean | undefined;
  readonly destroyed?: boolean | undefined;
};

/**
 * Node's `IncomingMessage`, also as Express, Next's `pages/api` and cloud functions pass it on: with the bytes already
 * read into `body` or `rawBody`. A parsed `body` cannot be verified.
 */
export type NodeCallbackRequest = ByteStream & {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly rawBody?: unknown;
};

/** A received callback: a `Request`, a Node request, or its headers and its body exactly as it came. */
export type CallbackRequest =
  | Request
  | NodeCallbackRequest
  | { headers: CallbackHeaders; body: string | Bytes | ByteStream };

/** True for a `Request` of this realm or any other. */
export function isRequest(request: CallbackRequest): request is Request {
  return 'clone' in request && typeof request.clone === 'function';
}

/**
 * Returns the value of a header by its lower-case name. Values in an array are joined by spaces. Undefined when absent
 * or empty.
 */
export function readHeader(headers: CallbackHeaders, name: string): string | undefined {
  if (isHeaders(headers)) return headers.get(name)?.trim() || undefined;
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== name) continue;
    const text = typeof value === 'string' ? value : value?.join(' ');
    if (text?.trim()) return text.trim();
  }
  return undefined;
}

/** Converts headers to a `Headers` object. Node adds the pseudo-headers of HTTP/2, which are left out. */
export function toHeaders(headers: CallbackHeaders): Headers {
  if (isHeaders(headers)) return new Headers(headers);
  const made = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(':')) continue;
    for (const one of typeof value === 'string' ? [value] : value) made.append(name, one);
  }
  return made;
}

function isHeaders(headers: CallbackHeaders): headers is Headers {
  return typeof headers.get === 'function';
}
