import type { BulkInput } from '#src/contract/job/bulk.ts';
import {
  type DeliveryOperationInput,
  type DeliveryOperationKind,
  isJobOperation,
  type JobOperationKind,
  type OperationKind,
  type ResendManyInput,
} from '#src/contract/job/operation.ts';
import type { OperationRow } from '#src/store/operation/operation-rows.ts';

/** Stored input of an operation on jobs: the job ids in order, or the filter. */
export type StoredJobsInput = Pick<BulkInput, 'jobs'> & { perSecond: number };

/** Stored input of an operation on deliveries of any receiver: the ids in order, or the filter. */
export type StoredDeliveriesInput = Pick<ResendManyInput, 'deliveries'> & { perSecond: number };

/** Kind and input of an operation, as this version of Ringback has written them. */
export type StoredOperation =
  | { on: 'jobs'; kind: JobOperationKind; input: StoredJobsInput }
  | { on: 'deliveries'; kind: 'resend_deliveries'; input: StoredDeliveriesInput }
  | { on: 'endpoint'; kind: DeliveryOperationKind; input: DeliveryOperationInput };

/** Returns kind and input of an operation's row. They were checked before they were written, so the kind tells all. */
export function storedOperation(row: Pick<OperationRow, 'kind' | 'input'>): StoredOperation {
  const isOnJobs = isJobOperation(row.kind as OperationKind);
  const on = isOnJobs ? 'jobs' : row.kind === 'resend_deliveries' ? 'deliveries' : 'endpoint';
  return { on, kind: row.kind, input: row.input } as StoredOperation;
}

/** Returns the input of an operation on jobs. */
export function jobsInputOf(row: OperationRow): StoredJobsInput {
  const stored = storedOperation(row);
  if (stored.on !== 'jobs') throw new TypeError(`${row.kind} is no operation on jobs`);
  return stored.input;
}

/** Returns the input of an operation on deliveries of any receiver. */
export function deliveriesInputOf(row: OperationRow): StoredDeliveriesInput {
  const stored = storedOperation(row);
  if (stored.on !== 'deliveries') throw new TypeError(`${row.kind} is no operation on deliveries`);
  return stored.input;
}

/** Returns the input of an operation on the deliveries of one endpoint. */
export function deliveryInputOf(row: OperationRow): DeliveryOperationInput {
  const stored = storedOperation(row);
  if (stored.on !== 'endpoint') throw new TypeError(`${row.kind} is no operation on an endpoint`);
  return stored.input;
}
