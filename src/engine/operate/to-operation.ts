import type { Operation, OperationError, OperationInput, OperationState } from '#src/contract/job/operation.ts';
import { formatId } from '#src/domain/text/id.ts';
import { iso } from '#src/engine/show/to-job.ts';
import type { OperationRow } from '#src/store/operation/operation-rows.ts';
import { type StoredOperation, storedOperation } from './stored-operation.ts';

/** Returns an operation as the API shows it. */
export function toOperation(row: OperationRow): Operation {
  const stored = storedOperation(row);
  return {
    id: formatId('op', row.id),
    kind: stored.kind,
    state: row.state as OperationState,
    input: inputView(stored),
    total: row.total,
    totalCapped: row.total_capped,
    done: row.done,
    failed: row.failed,
    errors: row.errors as OperationError[],
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    endedAt: iso(row.ended_at),
  };
}

/** Returns the input as the API shows it. A list of ids is replaced by its length, because it may be long. */
function inputView(stored: StoredOperation): OperationInput {
  if (stored.on === 'endpoint') return stored.input;
  const { perSecond } = stored.input;
  if (stored.on === 'jobs') return { jobs: selectionView(stored.input.jobs), perSecond };
  return { deliveries: selectionView(stored.input.deliveries), perSecond };
}

function selectionView<Filter>(selection: { ids: string[]; filter?: undefined } | { ids?: undefined; filter: Filter }) {
  return selection.ids === undefined ? { filter: selection.filter } : { picked: selection.ids.length };
}
