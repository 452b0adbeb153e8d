import type { Tx } from '#src/store/db/database.ts';
import { findRunningOperation, insertOperation, type OperationRow } from '#src/store/operation/operation-rows.ts';

/** The starter of an operation. `createdBy` is the id of an API key or a user. */
export type Starter = { projectId: string; createdBy: string };

/** Inserts an operation, or returns the running one with the same kind and input. */
export async function insertRunning(
  tx: Tx,
  operation: Parameters<typeof insertOperation>[1],
): Promise<{ row: OperationRow; isNew: boolean }> {
  // The running operation may end between the two statements. Then the insert is done again.
  for (;;) {
    const inserted = await insertOperation(tx, operation);
    if (inserted) return { row: inserted, isNew: true };
    const running = await findRunningOperation(tx, operation);
    if (running) return { row: running, isNew: false };
  }
}
