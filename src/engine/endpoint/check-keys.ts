import type { Reads, Seals } from '#src/engine/deps.ts';
import { allLiveWebhookSecrets } from '#src/store/endpoint/secret-rows.ts';
import { SealError } from '#src/store/seal/cipher.ts';
import { openWebhookSecret } from '#src/store/seal/sealed-parts.ts';

/**
 * Checks that the encryption keys open every live webhook secret. Throws a SealError if they do not, so that a wrong key
 * is found at the start and not at the first delivery.
 */
export async function checkKeys(deps: Reads & Seals): Promise<void> {
  for (const { id, sealed } of await allLiveWebhookSecrets(deps.db)) {
    try {
      openWebhookSecret(deps.cipher, id, sealed);
    } catch (cause) {
      throw new SealError(
        `RINGBACK_ENCRYPTION_KEYS does not open what this database holds: ${(cause as Error).message}`,
        { cause },
      );
    }
  }
}
