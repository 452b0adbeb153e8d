import type { BodyView } from '#src/contract/job.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text when the content type is textual (or absent) and the bytes are UTF-8, base64 otherwise: never a lossy middle. */
export function bodyView(bytes: Uint8Array, contentType: string | null): BodyView {
  if (isTextual(contentType)) {
    try {
      return { body: decoder.decode(bytes), encoding: 'utf8' };
    } catch {
      // Not UTF-8 whatever the header says.
    }
  }
  return { body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'), encoding: 'base64' };
}

function isTextual(contentType: string | null): boolean {
  if (contentType === null) return true;
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return (
    type.startsWith('text/') ||
    /[/+](json|xml|x-www-form-urlencoded|javascript|ecmascript|x-ndjson|graphql|yaml|x-yaml)$/.test(type)
  );
}

/** The first value of a header, by lower-case name. */
export function headerValue(headers: readonly (readonly [string, string])[], name: string): string | null {
  for (const [key, value] of headers) if (key === name) return value;
  return null;
}
