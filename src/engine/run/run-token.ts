import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Returns a new secret: the token of one turn, or the key of a run's callback URLs. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Returns the hash of a token. It has 256 bits of entropy, so a slow hash would protect nothing more. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Returns true if the hash is that of the token. */
export function isToken(token: string, hash: Uint8Array): boolean {
  return timingSafeEqual(hashToken(token), hash);
}

/** Returns the last part of the callback URL of a key, made with the run's secret. */
export function callbackMac(secret: string, key: string): string {
  return createHmac('sha256', secret).update(key).digest('base64url');
}

/** Returns true if the part is that of the key. The comparison takes the same time wherever it differs. */
export function isCallbackMac(secret: string, key: string, given: string): boolean {
  const [a, b] = [Buffer.from(callbackMac(secret, key)), Buffer.from(given)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
