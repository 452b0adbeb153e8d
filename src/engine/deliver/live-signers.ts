import type { Clock, Reads, Seals } from '#src/engine/deps.ts';
import { liveWebhookSecrets } from '#src/store/endpoint/webhook-secret-rows.ts';
import { isListener } from '#src/store/listener/listeners.ts';
import { openWebhookSecret } from '#src/store/seal/sealed-parts.ts';
import { type Signer, signerOf } from './signer.ts';

const secretsLiveMs = 2_000;

type LiveSigner = { sign: Signer; expiresAtMs: number };

/** The signers of an endpoint, or of a project's own callbacks. */
export type Signers = {
  of(projectId: string, endpointId: string | null): Promise<readonly Signer[]>;
  /** Secrets have changed: they are looked up anew. */
  forget(): void;
};

/** Looked up again after two seconds, so that a rotation takes hold also where it was not told of. */
export function makeSigners(deps: Reads & Seals & Clock): Signers {
  const cache = new Map<string, { until: number; live: Promise<LiveSigner[]> }>();
  const load = async (projectId: string, endpointId: string | null): Promise<LiveSigner[]> => {
    const own = await liveWebhookSecrets(deps.db, projectId, endpointId);
    // A developer's listener has none of its own and is signed for with the project's. An endpoint that has none is not:
    // it may have been deleted a moment ago.
    const isLent = endpointId !== null && own.length === 0 && (await isListener(deps.db, endpointId));
    const rows = isLent ? await liveWebhookSecrets(deps.db, projectId) : own;
    return rows.map((row) => ({
      sign: signerOf(row.kind, openWebhookSecret(deps.cipher, row.id, row.sealed)),
      // The database's clock says how long a secret lives; from here on ours counts it down.
      expiresAtMs: row.expires_in_ms === null ? Number.POSITIVE_INFINITY : deps.now() + row.expires_in_ms,
    }));
  };
  const of = async (projectId: string, endpointId: string | null) => {
    const key = endpointId ?? projectId;
    let known = cache.get(key);
    if (!known || known.until <= deps.now()) {
      known = { until: deps.now() + secretsLiveMs, live: load(projectId, endpointId) };
      known.live.catch(() => cache.delete(key));
      cache.set(key, known);
    }
    const live = await known.live;
    // Whoever waits for a secret need not wait for the next look as well.
    if (live.length === 0) cache.delete(key);
    return live.filter((signer) => signer.expiresAtMs > deps.now()).map((signer) => signer.sign);
  };
  return { of, forget: () => cache.clear() };
}
