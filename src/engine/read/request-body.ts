import { maskBody } from '#src/engine/attempt/attempt-record.ts';
import type { Reads, Seals } from '#src/engine/deps.ts';
import { findRequestSecrets } from '#src/store/job/read-jobs.ts';
import { openBody } from '#src/store/seal/sealed-parts.ts';

/** The stored request body of a job as it may be shown, or null when it is gone. Its secrets leave this function masked. */
export async function shownRequestBody(
  deps: Reads & Seals,
  jobId: string,
  redact: string[],
): Promise<Uint8Array | null> {
  const [stored] = await findRequestSecrets(deps.db, [jobId]);
  if (!stored?.body) return null;
  return maskBody(openBody(deps.cipher, jobId, stored.body, stored.body_sealed === true), redact);
}
