import { decodeBase64 } from '#src/domain/text/base64.ts';
import { parseSignatureHeader, webhookIdHeader, webhookSignatureHeader } from '#src/domain/text/signature.ts';
import type { CallbackVerificationError } from './callback-event.ts';
import { type CallbackHeaders, readHeader } from './callback-request.ts';

/** The shortest time between two warnings. */
const warnEveryMs = 60_000;
/** The length of a signature in bytes: HMAC-SHA256 and ed25519. */
const signatureBytes: Record<string, number> = { v1: 32, v1a: 64 };

let warnedAt = Number.NEGATIVE_INFINITY;

/**
 * Returns the `webhook-id` of a callback that looks like Ringback's except for the key of its signature, so that a
 * wrong secret is the likely reason. Returns null for any other refusal, such as a stranger's request.
 */
export function refusedId({ code }: CallbackVerificationError, headers: CallbackHeaders): string | null {
  if (code !== 'no_matching_signature') return null;
  const id = readHeader(headers, webhookIdHeader) ?? '';
  const entries = parseSignatureHeader(readHeader(headers, webhookSignatureHeader) ?? '');
  const isWhole = entries.some(
    ({ version, signature }) => decodeBase64(signature)?.length === (signatureBytes[version] ?? -1),
  );
  // A value that is no id of Ringback must not get into a log.
  return isWhole && /^\w{1,64}$/.test(id) ? id : null;
}

/** Warns on the console, at most once a minute in this process. `isGiven`: the secret is not from the environment. */
export function warnOfRefused(id: string, isGiven: boolean): void {
  const now = performance.now();
  if (now - warnedAt < warnEveryMs) return;
  warnedAt = now;
  const secret = isGiven ? 'Does `secrets` hold' : 'Is RINGBACK_WEBHOOK_SECRET';
  // biome-ignore lint/suspicious/noConsole: only the sender sees a 401, but the wrong secret is in this app.
  console.warn(
    `A callback was refused, since no signature fits (webhook-id ${id}). ${secret} the secret of this Ringback's project, ` +
      'or of the endpoint that the callback is for? This is said at most once a minute.',
  );
}
