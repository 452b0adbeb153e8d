import { maskBody } from '#src/engine/attempt/attempt-record.ts';
import type { Reads, Seals } from '#src/engine/deps.ts';
import { findRequestSecrets } from '#src/store/job/read-jobs.ts';
import { openBody } from '#src/store/seal/sealed-parts.ts';

/** Returns the stored request body of a job with its secrets masked, or null if it was erased. */
export async function shownRequestBody(
  deps: Reads & Seals,
  jobId: string,
  redact: string[],
): Promise<Uint8Array | null> {
  const [stored] = await findRequestSecrets(deps.db, [jobId]);
  if (!stored?.body) return null;
  return maskBody(openBody(deps.cipher, jobId, stored.body, stored.body_sealed === true), redact);
}
