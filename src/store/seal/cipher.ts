import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** What is sealed cannot be opened with the keys that are here. */
export class SealError extends Error {
  override name = 'SealError';
}

/** A key of the ring: its id is stored with what it sealed, so that old values stay readable after a rotation. */
export type EncryptionKey = { id: string; key: Uint8Array };

/**
 * AES-256-GCM with the first key of the ring for sealing and any of them for opening. `context` names the row a value
 * belongs to and is authenticated with it, so that a sealed value moved to another row does not open.
 */
export type Cipher = {
  seal(plain: Uint8Array | string, context: string): Buffer;
  open(sealed: Uint8Array, context: string): Buffer;
  /** False when it was sealed with an older key. */
  isCurrent(sealed: Uint8Array): boolean;
  /** HMAC-SHA256 in base64url, under a key derived from the first of the ring: the same text has the same signature. */
  sign(text: string): string;
  /** Whether a key of the ring signed this very text; takes the same time wherever a wrong signature differs. */
  isSigned(text: string, signature: string): boolean;
};

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** Layout of a sealed value: version (1), length of the key id (1), key id, nonce (12), ciphertext, tag (16). */
export function makeCipher(ring: EncryptionKey[]): Cipher {
  const current = ring[0];
  if (!current) throw new Error('the key ring is empty');
  const header = Buffer.concat([Buffer.from([version, Buffer.byteLength(current.id)]), Buffer.from(current.id)]);
  const byId = new Map(ring.map((entry) => [entry.id, entry.key]));
  const [signing, ...older] = ring.map(signingKey);
  if (!signing) throw new Error('the key ring is empty');
  return {
    isCurrent: (sealed) => Buffer.compare(sealed.subarray(0, header.byteLength), header) === 0,
    sign: (text) => signatureOf(text, signing),
    isSigned: (text, signature) => [signing, ...older].some((key) => isSame(signatureOf(text, key), signature)),
    seal(plain, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(context));
      const text = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
      return Buffer.concat([header, nonce, text, cipher.final(), cipher.getAuthTag()]);
    },
    open(value, context) {
      const sealed = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      const nonceAt = 2 + (sealed[1] ?? 0);
      const keyId = sealed.toString('utf8', 2, nonceAt);
      const key = byId.get(keyId);
      if (sealed[0] !== version || !key)
        throw new SealError(`no encryption key "${keyId}" in RINGBACK_ENCRYPTION_KEYS`);
      const textAt = nonceAt + nonceBytes;
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(nonceAt, textAt), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(textAt, -tagBytes)), decipher.final()]);
      } catch (cause) {
        throw new SealError(`the encryption key "${keyId}" in RINGBACK_ENCRYPTION_KEYS does not open what it sealed`, {
          cause,
        });
      }
    },
  };
}

/** What encrypts does not sign: another key for it, by HKDF-SHA256 (RFC 5869). */
function signingKey({ key }: EncryptionKey): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync('sha256', key, '', 'ringback signing', 32)));
}

function signatureOf(text: string, key: KeyObject): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** The letters are compared, not what they decode to: two spellings of the same bytes are two signatures. */
function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
