import { randomFillSync } from 'node:crypto';
import { uuidV7 } from '#src/domain/text/uuid.ts';

const pool = new Uint8Array(16 * 256);
let used = pool.length;

/** Returns a new UUIDv7. Random bytes are drawn for 256 ids at a time. */
export function newId(nowMs: number): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return uuidV7(nowMs, pool.subarray(used - 16, used));
}
