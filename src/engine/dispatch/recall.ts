import { setTimeout as pause } from 'node:timers/promises';
import type { Paces, Reads } from '#src/engine/deps.ts';
import { overAfter, patiently } from '#src/engine/patiently.ts';
import type { Tx } from '#src/store/db/database.ts';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';
import type { Claimed } from './claim-due.ts';

/** Time for PostgreSQL to end the commit of a connection that broke. */
const settleMs = 250;

/**
 * Makes a claim. If the answer to its commit was lost, what it has claimed is read as soon as the database answers, and is
 * returned as if the answer had come. Nothing of it was sent, so it must not end as an attempt whose request may have been.
 */
export async function claimOrRecall<Work>(
  deps: Reads & Paces,
  claim: () => Promise<Claimed<Work>>,
  read: (tx: Tx) => Promise<Work[]>,
): Promise<Claimed<Work>> {
  // A claim that nobody holds is taken back as lost at a certain age. A recall ends at three fifths of it.
  const isLate = overAfter(deps.pace.strayAfterSeconds * 600);
  try {
    return await claim();
  } catch (error) {
    if (sqlErrorKind(error) !== 'again') throw error;
    // The commit may still be on its way: PostgreSQL goes on with it when the connection is gone.
    await pause(settleMs);
    const work = await patiently(() => deps.db.transaction(read), { isOver: isLate });
    if (work.length === 0 || isLate()) throw error;
    return { work, more: true };
  }
}
