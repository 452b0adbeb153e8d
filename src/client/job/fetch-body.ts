import { isBytes } from '#src/client/call/bytes.ts';

/** The bodies of `fetch` that only the platform can write out, by their names. */
const written = new Set(['FormData', 'URLSearchParams', 'Blob', 'File', 'ReadableStream']);

/** A body's bytes, and the content type that `fetch` would send with them. */
export type WrittenBody = { body: Uint8Array; contentType: string | null };

/**
 * Writes out a form, search parameters, a Blob or a stream. Returns null for every other value. The same content gives
 * the same bytes each time, because a repeated request with other bytes would count as another request.
 */
export async function writeBody(body: unknown): Promise<WrittenBody | null> {
  const name = Object.prototype.toString.call(body).slice('[object '.length, -1);
  if (isBytes(body) || !written.has(name)) return null;
  const response = new Response(body as BodyInit);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const contentType = response.headers.get('content-type');
  return name === 'FormData' ? withFixedBoundary(bytes, contentType ?? '') : { body: bytes, contentType };
}

/**
 * Replaces the boundary of a form, which the platform makes up each time, with the first of `ringback-form-0`, `-1`, …
 * that is not in the form. A form that has such a boundary already keeps it.
 */
export function withFixedBoundary(bytes: Uint8Array, contentType: string): WrittenBody {
  const random = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (random === undefined) return { body: bytes, contentType };
  const text = toLatin1(bytes);
  let count = 0;
  while (random !== `ringback-form-${count}` && text.includes(`ringback-form-${count}`)) count++;
  const boundary = `ringback-form-${count}`;
  const fixed = text.replaceAll(random, boundary);
  return {
    body: Uint8Array.from({ length: fixed.length }, (_, at) => fixed.charCodeAt(at)),
    contentType: `multipart/form-data; boundary=${boundary}`,
  };
}

/** Returns a text with one character for each byte. TextDecoder cannot do this: its latin1 is windows-1252. */
function toLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
}
