import { createHmac, createPrivateKey, createSecretKey, sign } from 'node:crypto';
import { decodeSecret } from '#src/domain/text/signature.ts';

/**
 * Signs content with one secret, and returns the signature with its version. An event has a signature by every live
 * secret of its receiver.
 */
export type Signer = (content: Uint8Array) => { version: 'v1' | 'v1a'; signature: string };

/** PKCS#8 bytes of an ed25519 key (RFC 8410 §7) before its 32-byte seed. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Returns the signer of a secret. `v1` signs with HMAC-SHA256 and a `whsec_…` secret, `v1a` with ed25519 and a `whsk_…`
 * secret (base64 of seed and public key). Throws if the secret is not readable.
 */
export function signerOf(kind: string, secret: string): Signer {
  if (kind === 'v1a') {
    const seed = Buffer.from(secret.slice('whsk_'.length), 'base64').subarray(0, 32);
    const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
    return (content) => ({ version: 'v1a', signature: sign(null, content, key).toString('base64') });
  }
  const bytes = decodeSecret(secret);
  if (bytes === null) throw new Error('a webhook secret is not readable');
  const key = createSecretKey(bytes);
  return (content) => ({ version: 'v1', signature: createHmac('sha256', key).update(content).digest('base64') });
}
