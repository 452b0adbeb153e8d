import { asUint8Array, isBytes } from '#src/client/call/bytes.ts';
import { CallbackVerificationError } from './callback-event.ts';
import { type ByteStream, type CallbackRequest, isRequest, readHeader } from './callback-request.ts';

/** The body is not available as it came. This is a mistake of the receiver, and `message` tells how to fix it. */
export class RawBodyError extends TypeError {
  override readonly name = 'RawBodyError';
  readonly code = 'body_not_raw';
}

const parsed =
  'The body has to be as it came (text or bytes): one that was parsed cannot be verified. In Express, mount the route ' +
  "before express.json(); in Next's pages/api, export const config = { api: { bodyParser: false } }.";
const wasRead =
  'The body was read before it could be verified. Verify first and read a clone, or pass { headers, body } with the ' +
  'body as it came.';

/**
 * Reads the body's bytes. A stream is read up to `maxBytes` at most, and to the end of that chunk. For a `Request` a
 * copy is read, so the caller's own body stays unread. Rejects with `body_too_large`, `body_incomplete`, or
 * RawBodyError.
 */
export async function readBody(request: CallbackRequest, maxBytes: number): Promise<Uint8Array> {
  if (isRequest(request)) return readRequest(request, maxBytes);
  const { body, rawBody } = request as { body?: unknown; rawBody?: unknown };
  const kept = [rawBody, body].find((one) => typeof one === 'string' || isBytes(one));
  if (typeof kept === 'string' || isBytes(kept)) {
    const bytes = typeof kept === 'string' ? new TextEncoder().encode(kept) : asUint8Array(kept);
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  }
  const stream = [body, request].find(isByteStream);
  if (stream === undefined) throw new RawBodyError(parsed);
  // Some parsers set an empty body although they have read nothing, so the check asks whether the stream was read.
  if (stream.readableDidRead ?? (body !== undefined && body !== stream)) {
    throw new RawBodyError(body === undefined || body === stream ? wasRead : parsed);
  }
  if (isAnnouncedAbove(maxBytes, readHeader(request.headers, 'content-length'))) throw tooLarge(maxBytes);
  return readByteStream(stream, maxBytes);
}

async function readRequest(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (request.bodyUsed || request.body?.locked) throw new RawBodyError(wasRead);
  if (isAnnouncedAbove(maxBytes, request.headers.get('content-length'))) throw tooLarge(maxBytes);
  const reader = request.clone().body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (reader !== undefined) {
    const { done, value } = await reader.read().catch(incomplete);
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      // The cancel settles only when the caller's own branch is cancelled too, so it is not awaited.
      reader.cancel().catch(() => {});
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  return join(chunks, size);
}

function readByteStream(stream: ByteStream, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (stream.destroyed) return reject(brokenOff(undefined));
    const chunks: Uint8Array[] = [];
    let size = 0;
    const onData = (chunk: Uint8Array | string) => {
      const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
      size += bytes.length;
      if (size <= maxBytes) return void chunks.push(bytes);
      stream.pause();
      finish();
      reject(tooLarge(maxBytes));
    };
    const onEnd = () => {
      finish();
      resolve(join(chunks, size));
    };
    const onClose = () => {
      finish();
      reject(brokenOff(undefined));
    };
    const finish = () => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('close', onClose);
    };
    stream.on('end', onEnd);
    stream.on('close', onClose);
    // This listener stays, because an `error` event without a listener ends the process.
    stream.on('error', (cause: unknown) => reject(brokenOff(cause)));
    stream.on('data', onData);
  });
}

function isByteStream(value: unknown): value is ByteStream {
  if (typeof value !== 'object' || value === null) return false;
  return 'on' in value && typeof value.on === 'function' && 'pause' in value && typeof value.pause === 'function';
}

function isAnnouncedAbove(maxBytes: number, contentLength: string | null | undefined): boolean {
  return Number(contentLength ?? 0) > maxBytes;
}

function join(chunks: Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function incomplete(cause: unknown): never {
  throw brokenOff(cause);
}

function brokenOff(cause: unknown): CallbackVerificationError {
  const message = 'The connection broke before all of the body had come.';
  return new CallbackVerificationError('body_incomplete', message, cause);
}

function tooLarge(maxBytes: number): CallbackVerificationError {
  return new CallbackVerificationError('body_too_large', `The body is longer than ${maxBytes} bytes.`);
}
