import { deliveryFilterInput } from '#src/contract/event/delivery-filter.ts';
import { defaultPerSecond, type Operation, type ResendManyInput } from '#src/contract/job/operation.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId } from '#src/domain/text/id.ts';
import { resendAll } from '#src/engine/deliver/resend.ts';
import type { Clock, Logs, Queues, Reads, Wakes } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import { deliveryFilter } from '#src/engine/read/delivery-search.ts';
import { filterId } from '#src/engine/read/job-filter.ts';
import { noSuch } from '#src/engine/show/known-id.ts';
import type { Tx } from '#src/store/db/database.ts';
import { countDeliveries } from '#src/store/delivery/count-deliveries.ts';
import type { DeliveryFilter } from '#src/store/delivery/delivery-filter-parts.ts';
import { listDeliveries } from '#src/store/delivery/list-deliveries.ts';
import { findDeliveryJobs } from '#src/store/delivery/resendable.ts';
import type { OperationRow, RunningOperationRow } from '#src/store/operation/operation-rows.ts';
import { insertRunning, type Starter, type Total, withTotal } from './start-operation.ts';
import { type DealtItems, type NextItems, nextPicked, stepSelection } from './step-selection.ts';
import { deliveriesInputOf, type StoredDeliveriesInput } from './stored-operation.ts';
import { toOperation } from './to-operation.ts';

/** States of deliveries that an operation by a filter sends again. */
const resendable: readonly DeliveryState[] = ['delivered', 'failed', 'skipped'];
/** Number of deliveries in one transaction. */
const batch = 200;

/**
 * Starts an operation that sends picked deliveries again, or all that a filter finds. If the same operation is running
 * already, that one is returned. Throws `invalid_input` for a bad id, or a filter without any condition.
 */
export async function startResendMany(
  deps: Reads & Clock & Logs,
  { projectId, createdBy }: Starter,
  given: ResendManyInput,
): Promise<Operation> {
  const input: StoredDeliveriesInput = {
    deliveries: await checkedSelection(deps, projectId, given.deliveries),
    perSecond: given.perSecond ?? defaultPerSecond,
  };
  const kind = 'resend_deliveries';
  const wanted = { projectId, kind, input: JSON.stringify(input), id: newId(deps.now()), createdBy };
  const started = await deps.db.transaction((tx) => insertRunning(tx, wanted));
  const { row } = started;
  return toOperation(started.isNew ? await withTotal(deps, row, () => countOf(deps, row)) : row);
}

/**
 * Returns the selection in one form, so that equal selections have equal texts. Throws `invalid_input` for a bad id, or
 * for a filter that would select all deliveries.
 */
async function checkedSelection(
  deps: Reads,
  projectId: string,
  { ids, filter }: ResendManyInput['deliveries'],
): Promise<StoredDeliveriesInput['deliveries']> {
  if (ids !== undefined) {
    for (const [index, id] of ids.entries()) filterId('dlv', `deliveries.ids.${index}`, id);
    return { ids: [...new Set(ids)].sort() };
  }
  const { projectId: _, states, ...others } = await deliveryFilter(deps, projectId, filter);
  if (states.length === 0 && Object.values(others).every((value) => value === null || value === undefined))
    throw new Refusal('invalid_input', 'the filter must not be empty', 'deliveries.filter');
  return { filter: deliveryFilterInput.parse(filter) };
}

async function countOf(deps: Reads, row: OperationRow): Promise<Total> {
  const { ids } = deliveriesInputOf(row).deliveries;
  if (ids !== undefined) return { total: ids.length, capped: false };
  const filter = await filterOf(deps, row);
  if (filter === null) return { total: 0, capped: false };
  const { counts, whole } = await countDeliveries(deps.db, filter, readLimits.countedRows);
  const total = filter.states.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0);
  return { total, capped: !filter.states.every(whole) };
}

/**
 * Returns the filter of an operation's deliveries; null if no delivery can match. Deliveries that ended after the
 * operation began are left out, so that one that fails again is not sent once more.
 */
async function filterOf(deps: Reads, row: OperationRow): Promise<DeliveryFilter | null> {
  const given = await deliveryFilter(deps, row.project_id, deliveriesInputOf(row).deliveries.filter ?? {});
  const states = resendable.filter((state) => given.states.length === 0 || given.states.includes(state));
  if (states.length === 0) return null;
  return { ...given, states, endedBefore: row.created_at };
}

async function nextDeliveries(deps: Reads, row: OperationRow, limit: number): Promise<NextItems> {
  const { ids } = deliveriesInputOf(row).deliveries;
  if (ids !== undefined) return nextPicked('dlv', ids, { cursor: row.cursor, limit });
  const filter = await filterOf(deps, row);
  if (filter === null) return { ids: [], cursor: null, isLast: true };
  const page = { limit, beforeId: null, afterId: row.cursor, direction: 'newer' } as const;
  const { rows, end } = await listDeliveries(deps.db, filter, page);
  const found = rows.map(({ id }) => id);
  return { ids: found, cursor: end?.id ?? found.at(-1) ?? null, isLast: rows.length < limit && end === null };
}

/** Does a step of an operation that sends deliveries again. Returns the number of deliveries processed. */
export function stepResendMany(deps: Reads & Queues & Wakes & Logs, row: RunningOperationRow): Promise<number> {
  return stepSelection(deps, row, {
    prefix: 'dlv',
    perSecond: deliveriesInputOf(row).perSecond,
    batch,
    next: (current, limit) => nextDeliveries(deps, current, limit),
    act: (tx, ids) => resendSome(tx, deps, row.project_id, ids),
  });
}

/** Sends deliveries again inside the operation's transaction. */
async function resendSome(tx: Tx, deps: Queues & Wakes, projectId: string, ids: string[]): Promise<DealtItems> {
  const found = await findDeliveryJobs(tx, projectId, ids);
  const known = new Set(found.map(({ id }) => id));
  const unknown = ids.filter((id) => !known.has(id)).map((id) => ({ id, refusal: noSuch('dlv', formatId('dlv', id)) }));
  const { reopened, refused } = await resendAll(tx, deps, found);
  const errors = [...unknown, ...refused.map(({ id, refusal }) => ({ id, refusal }))];
  return { done: reopened.map(({ id }) => id), errors, ids, after: () => reopened.length > 0 && deps.notify('due') };
}
