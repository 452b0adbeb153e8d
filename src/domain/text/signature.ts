import { decodeBase64 } from './base64.ts';

/** The header with the event's id. It is the same on every attempt and resend (Standard Webhooks 1.0.0). */
export const webhookIdHeader = 'webhook-id';
/** The header with the Unix time of this attempt, in seconds. */
export const webhookTimestampHeader = 'webhook-timestamp';
/** The header with one signature for each live secret. */
export const webhookSignatureHeader = 'webhook-signature';

/** The largest difference between the sender's and the receiver's clock, in both directions, in seconds. */
export const signatureToleranceSeconds = 300;

/** Version of a signature. `v1` is HMAC-SHA256 with a shared secret; `v1a` is ed25519. */
export type SignatureVersion = 'v1' | 'v1a';

/** One signature of a signature header, in base64. Unknown versions are kept; the reader skips them. */
export type SignatureEntry = { version: string; signature: string };

const utf8 = new TextEncoder();

/** Returns the text before the body in the signed content: `id.timestamp.` */
export function signedPrefix(id: string, timestampSeconds: number): string {
  return `${id}.${timestampSeconds}.`;
}

/** Returns the bytes that are signed: `id.timestamp.` and the body exactly as it is sent. */
export function signedContent(id: string, timestampSeconds: number, body: Uint8Array): Uint8Array {
  const prefix = utf8.encode(signedPrefix(id, timestampSeconds));
  const content = new Uint8Array(prefix.length + body.length);
  content.set(prefix);
  content.set(body, prefix.length);
  return content;
}

/**
 * Returns the value of the signature header: entries separated by spaces, in the given order (newest key first). A bare
 * string is a `v1` signature in base64.
 */
export function formatSignatures(
  entries: readonly (string | { version: SignatureVersion; signature: string })[],
): string {
  return entries
    .map((entry) => (typeof entry === 'string' ? `v1,${entry}` : `${entry.version},${entry.signature}`))
    .join(' ');
}

/** Returns the entries of a signature header. Parts without a version or without a signature are left out. */
export function parseSignatureHeader(header: string): SignatureEntry[] {
  const entries: SignatureEntry[] = [];
  for (const part of header.split(' ')) {
    const comma = part.indexOf(',');
    if (comma > 0 && comma < part.length - 1) {
      entries.push({ version: part.slice(0, comma), signature: part.slice(comma + 1) });
    }
  }
  return entries;
}

/** Returns the whole seconds of a timestamp header, or null if it is not a plain number. */
export function parseTimestampHeader(header: string): number | null {
  return /^\d{1,12}$/.test(header) ? Number(header) : null;
}

/** Returns true if a timestamp is at most the tolerance away from now, in the past or in the future. */
export function isWithinTolerance(
  timestampSeconds: number,
  nowMs: number,
  toleranceSeconds = signatureToleranceSeconds,
): boolean {
  return Math.abs(Math.floor(nowMs / 1_000) - timestampSeconds) <= toleranceSeconds;
}

/**
 * Returns the key bytes of a secret: base64, with or without its prefix (`whsec_` shared, `whsk_` and `whpk_` ed25519).
 * Returns null if it is empty or not base64.
 */
export function decodeSecret(secret: string): Uint8Array | null {
  const bytes = decodeBase64(secret.replace(/^wh(?:sec|sk|pk)_/, ''));
  return bytes === null || bytes.length === 0 ? null : bytes;
}
