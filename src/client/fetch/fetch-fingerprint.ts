import type { FetchRequest } from './fetch-request.ts';

/**
 * Returns a short text that is the same for the same request: method, URL, content type and body, which are what
 * Ringback compares under one key, and the headers in `also`. Uses SHA-256, and throws where the platform has none.
 */
export async function fingerprint(request: FetchRequest, also: readonly string[] = []): Promise<string> {
  const { method, url, body } = request;
  const headers = Object.entries(request.headers)
    .map(([name, value]): [string, unknown] => [name.toLowerCase(), value])
    .filter(([name]) => name === 'content-type' || also.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const encoder = new TextEncoder();
  const head = encoder.encode(`${JSON.stringify([method, url, headers])}\n`);
  const bytes = typeof body === 'string' ? encoder.encode(body) : (body ?? new Uint8Array());
  const all = new Uint8Array(head.length + bytes.length);
  all.set(head);
  all.set(bytes, head.length);
  return sha256(all);
}

/** Returns the SHA-256 of bytes in hexadecimal digits. Throws where the platform has none. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  if (crypto.subtle === undefined) {
    throw new TypeError('This page is no secure context: serve it over https.');
  }
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
