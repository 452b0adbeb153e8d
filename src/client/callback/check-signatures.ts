import { decodeBase64 } from '#src/domain/text/base64.ts';
import type { SignatureEntry } from '#src/domain/text/signature.ts';
import type { WebhookKey } from './key-page.ts';

/** The most ed25519 signatures to check, more than Ringback ever sends. Each check reads the whole body. */
const maxPublicSignatures = 10;

/** Returns true when any key made any of the signatures of its own kind. */
export async function isSigned(
  content: Uint8Array,
  keys: readonly WebhookKey[],
  entries: readonly SignatureEntry[],
): Promise<boolean> {
  let found = false;
  for (const { version, bytes } of keys) {
    const signatures = entries
      .filter((entry) => entry.version === version)
      .map((entry) => decodeBase64(entry.signature));
    const given = signatures.filter((signature) => signature !== null);
    const check = version === 'v1a' ? fitsPublicKey : fitsSecret;
    found = (await check(content as Uint8Array<ArrayBuffer>, bytes, given)) || found;
  }
  return found;
}

/** Checks `v1` signatures. The content is hashed once for each secret, however many signatures a stranger sends. */
async function fitsSecret(
  content: Uint8Array<ArrayBuffer>,
  secret: Uint8Array<ArrayBuffer>,
  signatures: readonly Uint8Array[],
): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const expected = new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
  let found = false;
  for (const signature of signatures) found = isSame(expected, signature) || found;
  return found;
}

/** Checks `v1a` signatures (ed25519). The check uses no secret, so its time need not be constant. */
async function fitsPublicKey(
  content: Uint8Array<ArrayBuffer>,
  publicKey: Uint8Array<ArrayBuffer>,
  signatures: readonly Uint8Array[],
): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  for (const signature of signatures.slice(0, maxPublicSignatures)) {
    if (await crypto.subtle.verify('Ed25519', key, new Uint8Array(signature), content)) return true;
  }
  return false;
}

/** Compares two signatures. The comparison takes the same time wherever the first difference is. */
function isSame(expected: Uint8Array, given: Uint8Array): boolean {
  if (given.length !== expected.length) return false;
  let difference = 0;
  for (let at = 0; at < expected.length; at++) difference |= (expected[at] ?? 0) ^ (given[at] ?? 0);
  return difference === 0;
}
