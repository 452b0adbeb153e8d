import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { HttpRequest, HttpResponse } from './http.ts';

/** A Node request as our own routes see it. */
export function fromNode(
  request: IncomingMessage,
  response: ServerResponse,
  about: Pick<HttpRequest, 'peer' | 'requestId'>,
): HttpRequest {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: singleHeaders(request),
    body: (maxBytes) => readBody(request, maxBytes),
    signal: gone.signal,
    ...about,
  };
}

/** Node joins repeated fields by itself, but for `set-cookie`, which no request has. */
export function singleHeaders(request: IncomingMessage): Record<string, string | undefined> {
  return request.headers as Record<string, string | undefined>;
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Refusal('body_too_large', `the request is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** Writes an answer. A request whose body was not read to its end closes its connection, or the rest would be read as the next request. */
export async function toNode(answer: HttpResponse, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (answer.stream) return stream(answer, answer.stream, response);
  const body =
    answer.body === undefined
      ? Buffer.alloc(0)
      : typeof answer.body === 'string'
        ? Buffer.from(answer.body)
        : answer.body;
  // RFC 9110 §8.6: an answer without content must not say how long it is.
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
    // One chunk ahead of the caller, and no more: an export's chunks are large.
    await pipeline(Readable.from(chunks, { highWaterMark: 1 }), response, { end: false });
    if (answer.trailers) response.addTrailers(answer.trailers());
    response.end();
  } catch (error) {
    // Cut off, not ended: half an answer must not look whole.
    response.destroy();
    // The caller has gone, as callers of streams do.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
