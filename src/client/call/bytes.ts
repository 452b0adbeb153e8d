import { decodeBase64 } from '#src/domain/text/base64.ts';

/** Bytes in any of the usual forms. */
export type Bytes = ArrayBufferView | ArrayBuffer;

/** Returns the same bytes without a copy. */
export function asUint8Array(bytes: Bytes): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  if (!ArrayBuffer.isView(bytes)) return new Uint8Array(bytes);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** True for a typed array (a Buffer too), a DataView or an ArrayBuffer, also one from another realm. */
export function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}

/** Encodes bytes as base64 with padding. */
export function encodeBase64(bytes: Bytes): string {
  const view = asUint8Array(bytes);
  let binary = '';
  // A function call takes only a limited number of arguments.
  for (let at = 0; at < view.length; at += 8_192) binary += String.fromCharCode(...view.subarray(at, at + 8_192));
  return btoa(binary);
}

/** Returns the bytes of a body in Ringback's response: the UTF-8 of its text, or its decoded base64. */
export function bodyBytes(body: string, encoding: 'utf8' | 'base64'): Uint8Array {
  if (encoding === 'utf8') return new TextEncoder().encode(body);
  const bytes = decodeBase64(body);
  if (bytes === null) throw new TypeError('The body is said to be base64 but is not.');
  return bytes;
}
