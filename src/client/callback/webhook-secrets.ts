import { readEnvironment } from '#src/client/call/environment.ts';
import { decodeSecret, type SignatureVersion } from '#src/domain/text/signature.ts';
import { CallbackVerificationError } from './callback-event.ts';
import { type CallbackHeaders, toHeaders } from './callback-request.ts';

/**
 * A secret (`whsec_…`) or a public key (`whpk_…`), several of them separated by commas, or a list. Any of them may have
 * signed.
 */
export type SecretList = string | readonly string[];

/**
 * The secrets to verify a callback with, or a function that finds them by the callback's headers, for a receiver of
 * several projects. The headers are not verified: use them only to look up a secret. When the function finds no secret,
 * the callback is refused.
 */
export type WebhookSecrets =
  | SecretList
  | ((headers: Headers) => SecretList | null | undefined | Promise<SecretList | null | undefined>);

/** A key that verifies signatures: the bytes of a shared secret (`v1`) or of an ed25519 public key (`v1a`). */
export type WebhookKey = { version: SignatureVersion; bytes: Uint8Array<ArrayBuffer> };

/** Returns the keys of the given secrets, else of `RINGBACK_WEBHOOK_SECRET`. Rejects with `bad_secret`. */
export async function readKeys(secrets: WebhookSecrets | undefined, headers: CallbackHeaders): Promise<WebhookKey[]> {
  if (typeof secrets === 'function') {
    const found = await secrets(toHeaders(headers));
    return found === null || found === undefined ? [] : toKeys(found);
  }
  const list = secrets ?? readEnvironment().webhookSecret ?? [];
  const keys = toKeys(list);
  if (keys.length > 0) return keys;
  throw badSecret('No webhook secret was given, and RINGBACK_WEBHOOK_SECRET is not set.');
}

function toKeys(list: SecretList): WebhookKey[] {
  if (typeof list !== 'string') return list.map(toKey);
  const parts = list.split(',').filter((part) => part.trim() !== '');
  if (parts.length === 0) throw badSecret('The webhook secret given is empty.');
  return parts.map(toKey);
}

/**
 * Reads a secret or a public key by its prefix. A public key used as a shared secret would let everybody who knows it
 * sign.
 */
function toKey(secret: string): WebhookKey {
  const text = typeof secret === 'string' ? secret.trim() : '';
  if (text.startsWith('whsk_')) throw badSecret('`whsk_` is for signing; to verify, give the public key, `whpk_…`.');
  const isPublic = text.startsWith('whpk_');
  const bytes = decodeSecret(text);
  if (bytes !== null && (!isPublic || bytes.length === 32)) {
    return { version: isPublic ? 'v1a' : 'v1', bytes: new Uint8Array(bytes) };
  }
  throw badSecret(
    'A webhook secret is `whsec_` and base64, a public key `whpk_` and base64 of 32 bytes; one given is neither.',
  );
}

function badSecret(message: string): CallbackVerificationError {
  return new CallbackVerificationError('bad_secret', message);
}
