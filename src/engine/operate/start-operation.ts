import type { Logs, Reads } from '#src/engine/deps.ts';
import type { Tx } from '#src/store/db/database.ts';
import {
  findRunningOperation,
  insertOperation,
  type OperationRow,
  updateTotal,
} from '#src/store/operation/operation-rows.ts';

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

/** Number of what an operation is to do. `capped` is true if it may be more. */
export type Total = { total: number; capped: boolean };

/**
 * Returns the operation with its total. The operation runs already, so a failed count is logged and the total is marked
 * as capped; no error is thrown.
 */
export async function withTotal(
  deps: Reads & Logs,
  row: OperationRow,
  count: () => Promise<Total>,
): Promise<OperationRow> {
  const update = async ({ total, capped }: Total) => (await updateTotal(deps.db, row.id, total, capped)) ?? row;
  try {
    return await update(await count());
  } catch (err) {
    deps.log.error({ err, operationId: row.id }, 'the total of an operation could not be counted');
    return update({ total: 0, capped: true }).catch(() => ({ ...row, total_capped: true }));
  }
}
