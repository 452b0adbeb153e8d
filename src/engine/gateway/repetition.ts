import type { Seals } from '#src/engine/deps.ts';

/** Returns what is stored to know a repeated request by. Without a key of the ring nobody can tell the request from it. */
export function repetitionDigest({ cipher }: Seals, projectId: string, digest: Uint8Array): Uint8Array {
  return cipher.fingerprint(digest, `model_call:${projectId}`);
}
