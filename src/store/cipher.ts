import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

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
  return {
    isCurrent: (sealed) => Buffer.compare(sealed.subarray(0, header.byteLength), header) === 0,
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
      if (sealed[0] !== version || !key) throw new Error(`no encryption key "${keyId}" in RINGBACK_ENCRYPTION_KEYS`);
      const textAt = nonceAt + nonceBytes;
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(nonceAt, textAt), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      return Buffer.concat([decipher.update(sealed.subarray(textAt, -tagBytes)), decipher.final()]);
    },
  };
}
