import { uuidV7 } from '#src/domain/text/uuid.ts';
import type { Clock, Reads, Seals } from '#src/engine/deps.ts';
import { findRepeated } from '#src/store/job/model-calls.ts';

/** How long a client may repeat a request that it has got no answer to. Its own time-out is ten minutes. */
const repeatableMs = 1_800_000;

/** Returns what is stored to know a repeated request by. Without a key of the ring nobody can tell the request from it. */
export function repetitionDigest({ cipher }: Seals, projectId: string, digest: Uint8Array): Uint8Array {
  return cipher.fingerprint(digest, `model_call:${projectId}`);
}

/** Returns the UUID of the newest job of the same request, or null if there was none lately. */
export function findRepetition(
  deps: Reads & Seals & Clock,
  projectId: string,
  digest: Uint8Array,
): Promise<string | null> {
  const oldest = uuidV7(deps.now() - repeatableMs, new Uint8Array(16));
  return findRepeated(deps.db, repetitionDigest(deps, projectId, digest), oldest);
}
