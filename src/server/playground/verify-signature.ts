import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  decodeSecret,
  isWithinTolerance,
  parseSignatureHeader,
  parseTimestampHeader,
  signedContent,
  webhookIdHeader,
  webhookSignatureHeader,
  webhookTimestampHeader,
} from '#src/domain/signature.ts';

/** Why a webhook's signature does not verify with any of these secrets, in words for people; null when it does. */
export function whyUnverified(
  headers: Readonly<Record<string, string | undefined>>,
  body: Uint8Array,
  secrets: readonly string[],
  nowMs: number,
): string | null {
  const id = headers[webhookIdHeader];
  const timestampText = headers[webhookTimestampHeader];
  const signature = headers[webhookSignatureHeader];
  if (!id) return `there is no ${webhookIdHeader} header`;
  if (!timestampText) return `there is no ${webhookTimestampHeader} header`;
  if (!signature) return `there is no ${webhookSignatureHeader} header`;
  const timestamp = parseTimestampHeader(timestampText);
  if (timestamp === null) return `${webhookTimestampHeader} is not a number of seconds`;
  if (!isWithinTolerance(timestamp, nowMs)) return `${webhookTimestampHeader} is more than five minutes from now`;
  const given = parseSignatureHeader(signature).filter((entry) => entry.version === 'v1');
  if (given.length === 0) return `${webhookSignatureHeader} has no v1 signature`;
  const content = signedContent(id, timestamp, body);
  const matches = secrets.some((secret) => {
    const key = decodeSecret(secret);
    if (key === null) return false;
    const expected = createHmac('sha256', key).update(content).digest();
    return given.some((entry) => sameBytes(expected, Buffer.from(entry.signature, 'base64')));
  });
  return matches ? null : 'the signature was not made with a live secret of this Ringback, or the body was changed';
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
