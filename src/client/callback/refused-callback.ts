import { decodeBase64 } from '#src/domain/text/base64.ts';
import { parseSignatureHeader, webhookIdHeader, webhookSignatureHeader } from '#src/domain/text/signature.ts';
import type { CallbackVerificationError } from './callback-event.ts';
import { type CallbackHeaders, readHeader } from './callback-request.ts';

/** How long a warning stands for those that would follow it. */
const warnEveryMs = 60_000;
/** Of a signature, in bytes: HMAC-SHA256 and ed25519. */
const signatureBytes: Record<string, number> = { v1: 32, v1a: 64 };

let warnedAt = Number.NEGATIVE_INFINITY;

/**
 * The `webhook-id` of a callback that is like Ringback's in all but its signature's key, so that the wrong secret is the
 * likely reason; null for any other refusal, such as what a stranger tries.
 */
export function refusedId({ code }: CallbackVerificationError, headers: CallbackHeaders): string | null {
  if (code !== 'no_matching_signature') return null;
  const id = readHeader(headers, webhookIdHeader) ?? '';
  const entries = parseSignatureHeader(readHeader(headers, webhookSignatureHeader) ?? '');
  const isWhole = entries.some(
    ({ version, signature }) => decodeBase64(signature)?.length === (signatureBytes[version] ?? -1),
  );
  // What is no id of ours is nothing to put into a log either.
  return isWhole && /^\w{1,64}$/.test(id) ? id : null;
}

/** Says so on the console, once a minute in this process. `isGiven`: the secret is not the environment's. */
export function warnOfRefused(id: string, isGiven: boolean): void {
  const now = performance.now();
  if (now - warnedAt < warnEveryMs) return;
  warnedAt = now;
  const secret = isGiven ? 'Does `secrets` hold' : 'Is RINGBACK_WEBHOOK_SECRET';
  // biome-ignore lint/suspicious/noConsole: a 401 is seen by the sender alone, and it is here that the secret is wrong.
  console.warn(
    `A callback was refused, since no signature fits (webhook-id ${id}). ${secret} the secret of this Ringback's project, ` +
      'or of the endpoint that the callback is for? This is said at most once a minute.',
  );
}
