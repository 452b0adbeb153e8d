import type { BodyView } from '#src/contract/job/job.ts';
import type { BodyStart } from '#src/contract/job/job-view.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Returns a body as text if the content type is textual (or absent) and the bytes are UTF-8, otherwise as base64. No
 * byte is lost either way.
 */
export function bodyView(bytes: Uint8Array, contentType: string | null): BodyView {
  if (isTextual(contentType)) {
    try {
      return { body: decoder.decode(bytes), encoding: 'utf8' };
    } catch {
      // The bytes are not UTF-8, although the content type is textual.
    }
  }
  return { body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'), encoding: 'base64' };
}

/** Returns the beginning of a body that is `size` bytes long. */
export function bodyStart(start: Uint8Array, contentType: string | null, size: number): BodyStart {
  const bodyCut = size > start.byteLength;
  return { ...(bodyCut ? cutBodyView(start, contentType) : bodyView(start, contentType)), size, bodyCut };
}

/**
 * Returns a body that was cut at any byte. A character that lost its last bytes is left out, because otherwise the
 * whole text would be shown as base64.
 */
export function cutBodyView(bytes: Uint8Array, contentType: string | null): BodyView {
  const text = bodyView(wholeCharacters(bytes), contentType);
  return text.encoding === 'utf8' ? text : bodyView(bytes, contentType);
}

function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.byteLength); back++) {
    const byte = bytes[bytes.byteLength - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte < 0xc0) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needs > back ? bytes.subarray(0, bytes.byteLength - back) : bytes;
  }
  return bytes;
}

function isTextual(contentType: string | null): boolean {
  if (contentType === null) return true;
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return (
    type.startsWith('text/') ||
    /[/+](json|xml|x-www-form-urlencoded|javascript|ecmascript|x-ndjson|graphql|yaml|x-yaml)$/.test(type)
  );
}

/** Returns the first value of a header, by its lower-case name; null if it is absent. */
export function headerValue(headers: readonly (readonly [string, string])[], name: string): string | null {
  for (const [key, value] of headers) if (key === name) return value;
  return null;
}
