import type { Db } from '#src/store/db/database.ts';
import { findPlainKeys, replaceFingerprints } from '#src/store/job/idempotency.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';

const together = 1_000;

/**
 * Keys the fingerprints of idempotency keys that were stored as plain hashes. From a plain hash a short secret in the
 * request could be guessed.
 */
export async function keyFingerprints(db: Db, cipher: Cipher): Promise<void> {
  for (;;) {
    const plain = await findPlainKeys(db, together);
    const keys = plain.map((before) => ({
      before,
      fingerprint: cipher.fingerprint(before.fingerprint, sealContext.idempotencyKey(before.project_id, before.key)),
    }));
    if (keys.length > 0) await replaceFingerprints(db, keys);
    if (plain.length < together) return;
  }
}
