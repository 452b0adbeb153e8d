import type { Clock, Reads, Seals } from '#src/engine/deps.ts';
import { makeLiveCache } from '#src/engine/live-cache.ts';
import { liveWebhookSecrets } from '#src/store/endpoint/secret-rows.ts';
import { isListener } from '#src/store/listener/listeners.ts';
import { openWebhookSecret } from '#src/store/seal/sealed-parts.ts';
import { type Signer, signerOf } from './signer.ts';

const secretsLiveMs = 2_000;

type LiveSigner = { sign: Signer; expiresAtMs: number };

/** The signers of an endpoint, or of a project's own callbacks. */
export type Signers = {
  of(projectId: string, endpointId: string | null): Promise<readonly Signer[]>;
  /** Drops all signers, because secrets have changed. They are looked up again. */
  forget(): void;
};

/**
 * Makes the cache of signers. Secrets are looked up again after two seconds, so a rotation also reaches a process that
 * missed its signal.
 */
export function makeSigners(deps: Reads & Seals & Clock): Signers {
  const cache = makeLiveCache<LiveSigner[]>(secretsLiveMs, deps.now);
  const load = async (projectId: string, endpointId: string | null): Promise<LiveSigner[]> => {
    const own = await liveWebhookSecrets(deps.db, projectId, endpointId);
    // A developer's listener has no secrets of its own, so the project's secrets sign for it. Any other endpoint
    // without secrets gets no signature, because it may have been deleted a moment ago.
    const isLent = endpointId !== null && own.length === 0 && (await isListener(deps.db, endpointId));
    const rows = isLent ? await liveWebhookSecrets(deps.db, projectId) : own;
    return rows.map((row) => ({
      sign: signerOf(row.kind, openWebhookSecret(deps.cipher, row.id, row.sealed)),
      // The database's clock gives a secret's remaining life; this process's clock counts it down.
      expiresAtMs: row.expires_in_ms === null ? Number.POSITIVE_INFINITY : deps.now() + row.expires_in_ms,
    }));
  };
  return {
    async of(projectId, endpointId) {
      const key = endpointId ?? projectId;
      const live = await cache.of(key, () => load(projectId, endpointId));
      // If there is no secret, the result is not cached, so that the next attempt finds a new one at once.
      if (live.length === 0) cache.forget(key);
      return live.filter((signer) => signer.expiresAtMs > deps.now()).map((signer) => signer.sign);
    },
    forget: () => cache.forget(),
  };
}
