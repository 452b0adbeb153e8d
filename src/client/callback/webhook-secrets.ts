import { readEnvironment } from '#src/client/call/environment.ts';
import { decodeSecret, type SignatureVersion } from '#src/domain/text/signature.ts';
import { CallbackVerificationError } from './callback-event.ts';
import { type CallbackHeaders, toHeaders } from './callback-request.ts';

/**
 * One secret (`whsec_…`) or public key (`whpk_…`), several with commas between them, or a list. Any one of them may have
 * signed.
 */
export type SecretList = string | readonly string[];

/**
 * The secrets to check a callback with, or what finds them by its headers, as a receiver of several projects does. Those
 * headers are whatever a stranger sent: good for looking a secret up, not for believing. Finding none means that the
 * callback is nobody's.
 */
export type WebhookSecrets =
  | SecretList
  | ((headers: Headers) => SecretList | null | undefined | Promise<SecretList | null | undefined>);

/** What a signature is checked with: the bytes of a shared secret (`v1`), or of an ed25519 public key (`v1a`). */
export type WebhookKey = { version: SignatureVersion; bytes: Uint8Array<ArrayBuffer> };

/** The keys of the secrets given, or else of `RINGBACK_WEBHOOK_SECRET`. Rejects with `bad_secret`. */
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

/** The prefix says what it is: a public key taken for a shared secret would let whoever has seen it sign. */
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
