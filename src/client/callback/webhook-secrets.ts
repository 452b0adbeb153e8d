import { readEnvironment } from '#src/client/call/environment.ts';
import { decodeSecret } from '#src/domain/text/signature.ts';
import { CallbackVerificationError } from './callback-event.ts';
import { type CallbackHeaders, toHeaders } from './callback-request.ts';
import { type KeyPage, readKeyPage, type WebhookKey } from './key-page.ts';

/**
 * A secret (`whsec_…`) or a public key (`whpk_…`), several of them separated by commas, or a list. Any of them may have
 * signed.
 */
export type SecretList = string | readonly string[];

type Found = SecretList | KeyPage | null | undefined;

/**
 * The secrets to verify a callback with, or the page of a project's public keys (`{ jwks: url }`), or a function that
 * finds them by the callback's headers, for a receiver of several projects. The headers are not verified: use them only
 * to look up a secret. When the function finds no secret, the callback is refused.
 */
export type WebhookSecrets = SecretList | KeyPage | ((headers: Headers) => Found | Promise<Found>);

/** Keys, and a function that reads them anew where that may bring others. */
export type FoundKeys = { keys: WebhookKey[]; again?: () => Promise<WebhookKey[]> };

/**
 * Returns the keys of the given secrets, else of `RINGBACK_WEBHOOK_SECRET`. Rejects with `bad_secret` or
 * `keys_unavailable`.
 */
export async function readKeys(secrets: WebhookSecrets | undefined, headers: CallbackHeaders): Promise<FoundKeys> {
  const found = typeof secrets === 'function' ? await secrets(toHeaders(headers)) : secrets;
  if (isKeyPage(found)) {
    return { keys: await readKeyPage(found), again: () => readKeyPage(found, { again: true }) };
  }
  if (typeof secrets === 'function') return { keys: found === null || found === undefined ? [] : toKeys(found) };
  const keys = toKeys(found ?? readEnvironment().webhookSecret ?? []);
  if (keys.length > 0) return { keys };
  throw badSecret('No webhook secret was given, and RINGBACK_WEBHOOK_SECRET is not set.');
}

function isKeyPage(found: Found): found is KeyPage {
  return typeof found === 'object' && found !== null && 'jwks' in found;
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
