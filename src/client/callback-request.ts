import { asUint8Array, type Bytes, isBytes } from './bytes.ts';
import { CallbackVerificationError } from './callback-event.ts';

/** Headers as frameworks have them: `Headers`, Node's `IncomingHttpHeaders`, or a plain object in any case. */
export type CallbackHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A received callback: a `Request`, or its headers and its body exactly as it came. */
export type CallbackRequest = Request | { headers: CallbackHeaders; body: string | Bytes };

/** The value of a header by its lower-case name; repeats are joined by spaces. Undefined when absent or empty. */
export function readHeader(headers: CallbackHeaders, name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name)?.trim() || undefined;
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== name) continue;
    const text = typeof value === 'string' ? value : value?.join(' ');
    if (text?.trim()) return text.trim();
  }
  return undefined;
}

/** The body's bytes. Of a `Request` a copy is read, which leaves the caller's own unread; `maxBytes` bounds it. */
export async function readBody(request: CallbackRequest, maxBytes: number): Promise<Uint8Array> {
  if (isRequest(request)) return readStream(request, maxBytes);
  const { body } = request;
  if (typeof body !== 'string' && !isBytes(body)) {
    throw new TypeError('verifyCallback needs the body as it came (text or bytes): a parsed one cannot be verified.');
  }
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : asUint8Array(body);
  return bytes.length <= maxBytes ? bytes : tooLarge(maxBytes);
}

function isRequest(request: CallbackRequest): request is Request {
  return 'clone' in request && typeof request.clone === 'function';
}

async function readStream(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (request.bodyUsed) throw new TypeError('The body of the request was read before; pass { headers, body } instead.');
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) tooLarge(maxBytes);
  const reader = request.clone().body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      // Settles only when the caller's own branch is cancelled too.
      void reader.cancel();
      tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge(maxBytes: number): never {
  throw new CallbackVerificationError('body_too_large', `The body is longer than ${maxBytes} bytes.`);
}
