import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HttpRequest, HttpResponse } from './http.ts';

/** Converts a Node request to the form that our own routes use. */
export function fromNode(
  request: IncomingMessage,
  response: ServerResponse,
  about: Pick<HttpRequest, 'peer' | 'requestId'>,
): HttpRequest {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const gone = new AbortController();
  // A reason that is given saves an error with its stack for each request.
  response.once('close', () => gone.abort(response.writableFinished ? 'answered' : undefined));
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    search: mark < 0 ? '' : target.slice(mark),
    headers: singleHeaders(request),
    body: (maxBytes, each) => readBody(request, maxBytes, each),
    signal: gone.signal,
    ...about,
  };
}

/**
 * Returns the headers with one value each. Node joins repeated headers itself, except `set-cookie`, which requests do
 * not have.
 */
export function singleHeaders(request: IncomingMessage): Record<string, string | undefined> {
  const headers = request.headers as Record<string, string | undefined>;
  const { rawHeaders } = request;
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === '__proto__');
  // Node assigns headers to a plain object, which loses one of this name.
  return at < 0 ? headers : Object.fromEntries([...Object.entries(headers), ['__proto__', rawHeaders[at + 1]]]);
}

async function readBody(request: IncomingMessage, maxBytes: number, each?: (part: Buffer) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Refusal('body_too_large', `the request is larger than ${maxBytes} bytes`);
    each?.(chunk);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/**
 * Writes a response. When the request body was not fully read, the connection is closed, or its rest would be read as
 * the next request.
 */
export async function toNode(answer: HttpResponse, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (answer.stream) return stream(answer, answer.stream, response);
  const body =
    answer.body === undefined
      ? Buffer.alloc(0)
      : typeof answer.body === 'string'
        ? Buffer.from(answer.body)
        : answer.body;
  // RFC 9110 §8.6: a response without content must not have a `content-length`.
  const length = answer.status === 204 || answer.status === 304 ? {} : { 'content-length': body.byteLength };
  const headers: Record<string, string | string[] | number> = { ...answer.headers, ...length };
  if (!request.complete) headers.connection = 'close';
  response.writeHead(answer.status, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function stream(answer: HttpResponse, chunks: AsyncIterable<string>, response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  response.writeHead(answer.status, answer.headers);
  try {
    // Only one chunk is read ahead of the caller, because the chunks of an export are large.
    await pipeline(Readable.from(chunks, { highWaterMark: 1 }), response, { end: false });
    if (answer.trailers) response.addTrailers(answer.trailers());
    response.end();
  } catch (error) {
    // The connection is cut off, not ended, so that half a response does not look complete.
    response.destroy();
    // A caller of a stream may disconnect at any time. That is not an error.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
