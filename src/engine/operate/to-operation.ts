import type { BulkInput } from '#src/contract/job/bulk.ts';
import type {
  DeliveryOperationInput,
  Operation,
  OperationError,
  OperationInput,
  OperationKind,
  OperationState,
} from '#src/contract/job/operation.ts';
import { formatId } from '#src/domain/text/id.ts';
import { iso } from '#src/engine/show/to-job.ts';
import type { OperationRow } from '#src/store/operation/operation-rows.ts';

/** Stored `operation.input` of an operation on jobs: the job ids in order, or the filter. */
export type StoredJobsInput = Pick<BulkInput, 'jobs'> & { perSecond: number };

/** Returns an operation as the API shows it. */
export function toOperation(row: OperationRow): Operation {
  return {
    id: formatId('op', row.id),
    kind: row.kind as OperationKind,
    state: row.state as OperationState,
    input: inputView(row.input as DeliveryOperationInput | StoredJobsInput),
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

/** Returns the input as the API shows it. A list of job ids is replaced by its length, because it may be long. */
function inputView(input: DeliveryOperationInput | StoredJobsInput): OperationInput {
  if (input.jobs === undefined) return input;
  const { ids, filter } = input.jobs;
  return { jobs: ids === undefined ? { filter } : { picked: ids.length }, perSecond: input.perSecond };
}
