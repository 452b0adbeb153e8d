import type { Bytes } from '#src/client/call/bytes.ts';

/** Headers as frameworks have them: `Headers`, Node's `IncomingHttpHeaders`, or a plain object in any case. */
export type CallbackHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

// biome-ignore lint/suspicious/noExplicitAny: Node's own types say so, and no others are assignable both ways.
type Listener = (...values: any[]) => void;

/** A stream of bytes as Node has it, of which only this much is used. */
export type ByteStream = {
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  pause(): unknown;
  readonly readableDidRead?: boolean | undefined;
  readonly readableEnded?: boolean | undefined;
  readonly destroyed?: boolean | undefined;
};

/**
 * Node's `IncomingMessage`, also as Express, Next's `pages/api` and cloud functions hand it on: with the bytes already
 * read into `body` or `rawBody`. A `body` that was parsed is of no use.
 */
export type NodeCallbackRequest = ByteStream & {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly rawBody?: unknown;
};

/** A received callback: a `Request`, Node's, or its headers and its body exactly as it came. */
export type CallbackRequest =
  | Request
  | NodeCallbackRequest
  | { headers: CallbackHeaders; body: string | Bytes | ByteStream };

/** True for a `Request` of this realm or any other. */
export function isRequest(request: CallbackRequest): request is Request {
  return 'clone' in request && typeof request.clone === 'function';
}

/** The value of a header by its lower-case name; repeats are joined by spaces. Undefined when absent or empty. */
export function readHeader(headers: CallbackHeaders, name: string): string | undefined {
  if (isHeaders(headers)) return headers.get(name)?.trim() || undefined;
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== name) continue;
    const text = typeof value === 'string' ? value : value?.join(' ');
    if (text?.trim()) return text.trim();
  }
  return undefined;
}

/** The headers in their one standard form. HTTP/2's pseudo-headers, which Node puts among them, are left out. */
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
