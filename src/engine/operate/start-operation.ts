import type { Tx } from '#src/store/db/database.ts';
import { findRunningOperation, insertOperation, type OperationRow } from '#src/store/operation/operation-rows.ts';

/** Who starts an operation: `createdBy` is the id of a key or a user. */
export type Starter = { projectId: string; createdBy: string };

/** Starts an operation, or finds the one with the same input that is under way. */
export async function insertRunning(
  tx: Tx,
  operation: Parameters<typeof insertOperation>[1],
): Promise<{ row: OperationRow; isNew: boolean }> {
  // The one that stood in the way may end between the two statements; then there is room for this one.
  for (;;) {
    const inserted = await insertOperation(tx, operation);
    if (inserted) return { row: inserted, isNew: true };
    const running = await findRunningOperation(tx, operation);
    if (running) return { row: running, isNew: false };
  }
}
