import { setTimeout as pause } from 'node:timers/promises';
import type { Paces, Reads } from '#src/engine/deps.ts';
import type { Tx } from '#src/store/db/database.ts';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';
import type { Claimed } from './claim-due.ts';

const lookMs = 250;

/**
 * Makes a claim. If the answer to its commit was lost, what it has claimed is read as soon as the database answers, and is
 * returned as if the answer had come. Nothing of it was sent, so it must not end as an attempt whose request may have been.
 */
export async function claimOrRecall<Work>(
  deps: Reads & Paces,
  claim: () => Promise<Claimed<Work>>,
  read: (tx: Tx) => Promise<Work[]>,
): Promise<Claimed<Work>> {
  const startedAt = performance.now();
  // A claim of a certain age that nobody holds is taken back as lost.
  const isLate = () => performance.now() - startedAt > deps.pace.strayAfterSeconds * 600;
  try {
    return await claim();
  } catch (error) {
    if (sqlErrorKind(error) !== 'again') throw error;
    // The commit may still be on its way: PostgreSQL goes on with it when the connection is gone.
    for (await pause(lookMs); !isLate(); await pause(lookMs)) {
      const work = await deps.db.transaction(read).catch(orAway);
      if (work === null) continue;
      if (work.length === 0 || isLate()) break;
      return { work, more: true };
    }
    throw error;
  }
}

function orAway(error: unknown): null {
  if (sqlErrorKind(error) === 'again') return null;
  throw error;
}
