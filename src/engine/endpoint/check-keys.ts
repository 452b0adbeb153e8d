import type { EngineDeps } from '#src/engine/deps.ts';
import { allLiveWebhookSecrets } from '#src/store/endpoint/secret-rows.ts';
import { sealContext } from '#src/store/job/job-options.ts';

/** A wrong encryption key must be found at the start, not at the first delivery. */
export async function checkKeys(deps: Pick<EngineDeps, 'db' | 'cipher'>): Promise<void> {
  for (const { id, sealed } of await allLiveWebhookSecrets(deps.db)) {
    try {
      deps.cipher.open(sealed, sealContext.webhookSecret(id));
    } catch (error) {
      throw new Error(`RINGBACK_ENCRYPTION_KEYS does not open what this database holds: ${(error as Error).message}`);
    }
  }
}
