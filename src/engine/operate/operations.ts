import type { Operation, OperationListInput, OperationPage } from '#src/contract/job/operation.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import type { Clock, Guards, Links, Logs, Queues, Reads, Routes, UpstreamsInside, Wakes } from '#src/engine/deps.ts';
import { operationUuid } from '#src/engine/show/known-id.ts';
import { badCursor, cutPage } from '#src/engine/show/page-cut.ts';
import {
  findOperation,
  findRunning,
  listOperations,
  type RunningOperationRow,
  stopOperation,
} from '#src/store/operation/operation-rows.ts';
import { stepJobOperation } from './job-operation.ts';
import { stepResendMany } from './resend-many.ts';
import { stepResending } from './resend-operation.ts';
import { storedOperation } from './stored-operation.ts';
import { toOperation } from './to-operation.ts';

/** Returns an operation. Throws `not_found` if the project has no such operation. */
export async function getOperation(deps: Reads, projectId: string, id: string): Promise<Operation> {
  const row = await findOperation(deps.db, projectId, operationUuid(id));
  if (!row) throw new Refusal('not_found', `there is no operation ${id}`, 'id');
  return toOperation(row);
}

/** Returns a page of the project's operations, newest first. Throws `invalid_input` for a bad cursor. */
export async function operationPage(deps: Reads, projectId: string, input: OperationListInput): Promise<OperationPage> {
  const limit = input.limit ?? readLimits.pageSize.default;
  const beforeId = input.cursor === undefined ? null : parseId('op', input.cursor);
  if (input.cursor !== undefined && beforeId === null) throw badCursor();
  const filter = { projectId, beforeId, state: input.state ?? null, limit: limit + 1 };
  const rows = await listOperations(deps.db, filter);
  const { page, last } = cutPage(rows, limit);
  return {
    operations: page.map(toOperation),
    nextCursor: last && formatId('op', last.id),
  };
}

/**
 * Stops an operation and returns it; an ended operation stays as it is. A step in progress is finished first. After
 * this has returned, the operation does nothing more. Throws `not_found`.
 */
export async function endOperation(deps: Reads, projectId: string, id: string): Promise<Operation> {
  await stopOperation(deps.db, projectId, operationUuid(id));
  return getOperation(deps, projectId, id);
}

/**
 * Does one step of every running operation, with as many items as its rate allows since its last step by any worker.
 * Returns the number of deliveries and jobs processed. Call it every second.
 */
export async function stepOperations(
  deps: Reads & Links & Queues & Wakes & Routes & UpstreamsInside & Guards & Clock & Logs,
): Promise<number> {
  let dealtWith = 0;
  for (const row of await findRunning(deps.db)) {
    // An operation whose step fails must not stop the others.
    dealtWith += await step(deps, row).catch((error: unknown) => {
      deps.log.warn({ err: error, operationId: formatId('op', row.id) }, 'a step of an operation failed');
      return 0;
    });
  }
  return dealtWith;
}

function step(
  deps: Reads & Links & Queues & Wakes & Routes & UpstreamsInside & Guards & Clock & Logs,
  row: RunningOperationRow,
): Promise<number> {
  const { on } = storedOperation(row);
  if (on === 'jobs') return stepJobOperation(deps, row);
  return on === 'deliveries' ? stepResendMany(deps, row) : stepResending(deps, row.id);
}
