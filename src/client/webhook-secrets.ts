import { decodeSecret } from '#src/domain/signature.ts';
import { CallbackVerificationError } from './callback-event.ts';
import { type CallbackHeaders, toHeaders } from './callback-request.ts';
import { readEnvironment } from './environment.ts';

/** One secret (`whsec_…`), several with commas between them, or a list. Any one of them may have signed. */
export type SecretList = string | readonly string[];

/**
 * The secrets to check a callback with, or what finds them by its headers, as a receiver of several projects does. Those
 * headers are whatever a stranger sent: good for looking a secret up, not for believing. Finding none means that the
 * callback is nobody's.
 */
export type WebhookSecrets =
  | SecretList
  | ((headers: Headers) => SecretList | null | undefined | Promise<SecretList | null | undefined>);

/** The keys of the secrets given, or else of `RINGBACK_WEBHOOK_SECRET`. Rejects with `bad_secret`. */
export async function readKeys(
  secrets: WebhookSecrets | undefined,
  headers: CallbackHeaders,
): Promise<Uint8Array<ArrayBuffer>[]> {
  if (typeof secrets === 'function') {
    const found = await secrets(toHeaders(headers));
    return found === null || found === undefined ? [] : toKeys(found);
  }
  const list = secrets ?? readEnvironment().webhookSecret ?? [];
  const keys = toKeys(list);
  if (keys.length > 0) return keys;
  throw badSecret('No webhook secret was given, and RINGBACK_WEBHOOK_SECRET is not set.');
}

function toKeys(list: SecretList): Uint8Array<ArrayBuffer>[] {
  if (typeof list !== 'string') return list.map(toKey);
  const parts = list.split(',').filter((part) => part.trim() !== '');
  if (parts.length === 0) throw badSecret('The webhook secret given is empty.');
  return parts.map(toKey);
}

function toKey(secret: string): Uint8Array<ArrayBuffer> {
  const text = typeof secret === 'string' ? secret.trim() : '';
  // A public key is known to many: taken for a shared secret, it would let any of them sign.
  const key = /^wh[sp]k_/.test(text) ? null : decodeSecret(text);
  if (key !== null) return new Uint8Array(key);
  throw badSecret('A webhook secret is `whsec_` and base64; one given is not.');
}

function badSecret(message: string): CallbackVerificationError {
  return new CallbackVerificationError('bad_secret', message);
}
