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

/** Error for a sealed value that the present keys cannot open. */
export class SealError extends Error {
  override name = 'SealError';
}

/** A key of the ring. Its id is stored with what it sealed, so that old values stay readable after a rotation. */
export type EncryptionKey = { id: string; key: Uint8Array };

/**
 * AES-256-GCM. The first key of the ring seals, and any key of the ring opens. `context` names the row of a value and
 * is authenticated with it, so that a sealed value moved to another row does not open.
 */
export type Cipher = {
  seal(plain: Uint8Array | string, context: string): Buffer;
  open(sealed: Uint8Array, context: string): Buffer;
  /** Returns false if an older key sealed the value. */
  isCurrent(sealed: Uint8Array): boolean;
  /**
   * Returns an HMAC-SHA256 in base64url, with a key derived from the first key of the ring. The same text has the same
   * signature.
   */
  sign(text: string): string;
  /**
   * Returns true if a key of the ring signed exactly this text. The comparison takes the same time wherever a wrong
   * signature differs.
   */
  isSigned(text: string, signature: string): boolean;
  /**
   * Returns the fingerprint of a request by its SHA-256 digest. Without a key of the ring nobody can tell from it what
   * the request was. `context` names the row, so that equal requests have different fingerprints in different rows.
   */
  fingerprint(digest: Uint8Array, context: string): Buffer;
  /**
   * Returns true if a stored fingerprint is that of this digest, and null if the key it was made with is not in the ring.
   */
  isFingerprint(stored: Uint8Array, digest: Uint8Array, context: string): boolean | null;
};

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const digestBytes = 32;

/**
 * Makes a cipher. Layout of a sealed value: version (1 byte), length of the key id (1), key id, nonce (12), ciphertext,
 * tag (16). Layout of a fingerprint: version, length of the key id, key id, HMAC-SHA256 (32).
 */
export function makeCipher(ring: EncryptionKey[]): Cipher {
  const current = ring[0];
  if (!current) throw new Error('the key ring is empty');
  const header = headerOf(current.id);
  // A key that is given as bytes is prepared anew by each call, which took most of its time.
  const byId = new Map(ring.map((entry) => [entry.id, createSecretKey(entry.key)]));
  const sealing = createSecretKey(current.key);
  const [signing, ...older] = ring.map((entry) => derivedKey(entry, 'ringback signing'));
  const marking = ring.map((entry) => ({
    header: headerOf(entry.id),
    key: derivedKey(entry, 'ringback fingerprint'),
  }));
  if (!signing) throw new Error('the key ring is empty');
  return {
    isCurrent: (sealed) => Buffer.compare(sealed.subarray(0, header.byteLength), header) === 0,
    sign: (text) => signatureOf(text, signing),
    isSigned: (text, signature) => [signing, ...older].some((key) => isSame(signatureOf(text, key), signature)),
    fingerprint: (digest, context) => fingerprintOf(digest, context, marking[0] as MarkingKey),
    isFingerprint(stored, digest, context) {
      const key = marking.find((one) => Buffer.compare(stored.subarray(0, one.header.byteLength), one.header) === 0);
      if (key === undefined || stored.byteLength !== key.header.byteLength + digestBytes) return null;
      return Buffer.compare(stored, fingerprintOf(digest, context, key)) === 0;
    },
    seal(plain, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce, { authTagLength: tagBytes });
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

function headerOf(keyId: string): Buffer {
  return Buffer.concat([Buffer.from([version, Buffer.byteLength(keyId)]), Buffer.from(keyId)]);
}

/** Derives a key for one purpose by HKDF-SHA256 (RFC 5869), so that no key both encrypts and signs. */
function derivedKey({ key }: EncryptionKey, purpose: string): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync('sha256', key, '', purpose, 32)));
}

type MarkingKey = { header: Buffer; key: KeyObject };

function fingerprintOf(digest: Uint8Array, context: string, { header, key }: MarkingKey): Buffer {
  return Buffer.concat([header, createHmac('sha256', key).update(context).update('\n').update(digest).digest()]);
}

function signatureOf(text: string, key: KeyObject): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/**
 * Compares two signatures as text and not as decoded bytes: two spellings of the same bytes are different signatures.
 */
function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
