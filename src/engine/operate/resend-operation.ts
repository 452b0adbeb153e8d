import {
  type DeliveryOperationInput,
  type DeliveryOperationKind,
  defaultPerSecond,
  type Operation,
  type ResendFailedInput,
} from '#src/contract/job/operation.ts';
import { type ErrorCode, Refusal } from '#src/contract/shape/error-code.ts';
import type { CappedCount } from '#src/contract/stats/stats.ts';
import type { DeliveryState } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { resendAll } from '#src/engine/deliver/resend.ts';
import type { Clock, Queues, Reads, Wakes } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import { cappedCount } from '#src/engine/show/capped-count.ts';
import { countResendable, nextResendable, type ResendFilter } from '#src/store/delivery/resendable.ts';
import {
  breakOffOperation,
  findEndpointState,
  holdEndpointState,
  insertOperationItems,
  lockOperation,
  type OperationRow,
  updateOperation,
  updateTotal,
} from '#src/store/operation/operation-rows.ts';
import { insertRunning, type Starter } from './start-operation.ts';
import { deliveryInputOf } from './stored-operation.ts';
import { toOperation } from './to-operation.ts';

/**
 * Starts an operation that sends an endpoint's deliveries again. If the same operation is running already, that one is
 * returned. Throws `not_found` if there is no such endpoint, and `endpoint_disabled`.
 */
export function startResending(
  deps: Reads & Clock,
  kind: DeliveryOperationKind,
  starter: Starter,
  given: ResendFailedInput,
): Promise<Operation> {
  return deps.db.transaction(async (tx) => {
    const { projectId } = starter;
    const asId = parseId('end', given.endpoint);
    const endpoint = await findEndpointState(tx, projectId, { id: asId, name: given.endpoint });
    if (!endpoint) throw new Refusal('not_found', `there is no endpoint "${given.endpoint}"`, 'endpoint');
    // Deliveries to a disabled endpoint would only be skipped again, and the operation would count them as done.
    if (endpoint.state === 'disabled')
      throw new Refusal(
        'endpoint_disabled',
        `the endpoint "${given.endpoint}" is disabled: enable it first`,
        'endpoint',
      );
    const input: DeliveryOperationInput = {
      endpointId: formatId('end', endpoint.id),
      since: new Date(given.since).toISOString(),
      includeSkipped: given.includeSkipped ?? false,
      perSecond: given.perSecond ?? defaultPerSecond,
    };
    const wanted = { projectId, kind, input: JSON.stringify(input) };
    const started = await insertRunning(tx, { ...wanted, id: newId(deps.now()), createdBy: starter.createdBy });
    if (!started.isNew) return toOperation(started.row);
    const total = await countResendable(tx, filterOf(started.row));
    return toOperation((await updateTotal(tx, started.row.id, total)) ?? started.row);
  });
}

/**
 * Returns the number of deliveries that `startResending` would send again now. Throws `not_found` if there is no such
 * endpoint.
 */
export async function countResending(
  deps: Reads & Clock,
  projectId: string,
  kind: DeliveryOperationKind,
  given: ResendFailedInput,
): Promise<CappedCount> {
  return deps.db.transaction(async (tx) => {
    const endpoint = await findEndpointState(tx, projectId, {
      id: parseId('end', given.endpoint),
      name: given.endpoint,
    });
    if (!endpoint) throw new Refusal('not_found', `there is no endpoint "${given.endpoint}"`, 'endpoint');
    const states = statesOf(kind, given.includeSkipped ?? false);
    const until = new Date(deps.now());
    const filter = { endpointId: endpoint.id, states, since: new Date(given.since), until, afterId: null };
    return cappedCount(await countResendable(tx, filter, readLimits.countedRows + 1));
  });
}

function statesOf(kind: string, includeSkipped: boolean): DeliveryState[] {
  if (kind === 'replay_skipped') return ['skipped'];
  return includeSkipped ? ['failed', 'skipped'] : ['failed'];
}

/**
 * Returns the filter of an operation's deliveries. Deliveries that ended after the operation began are left out, so a
 * delivery that fails again is not sent once more.
 */
function filterOf(row: OperationRow): ResendFilter {
  const input = deliveryInputOf(row);
  return {
    endpointId: parseId('end', input.endpointId) ?? '',
    states: statesOf(row.kind, input.includeSkipped),
    since: new Date(input.since),
    until: row.created_at,
    afterId: row.cursor,
  };
}

/**
 * Returns the error that stops an operation whose endpoint was disabled or deleted; null if it can go on. The
 * deliveries left would be skipped or never be sent, and would no longer be listed as failed.
 */
function brokenOff(state: 'enabled' | 'disabled' | undefined): { code: ErrorCode; message: string } | null {
  if (state === 'enabled') return null;
  return state === 'disabled'
    ? { code: 'endpoint_disabled', message: 'The endpoint was disabled: what is left was not sent again.' }
    : { code: 'not_found', message: 'The endpoint was deleted: what is left was not sent again.' };
}

/**
 * Does a step of an operation that sends deliveries again. Deliveries, counters and cursor are written in one
 * transaction, so an interrupted step has no effect. Returns the number of deliveries processed.
 */
export async function stepResending(deps: Reads & Queues & Wakes, id: string): Promise<number> {
  const { reopened, refused } = await deps.db.transaction(async (tx) => {
    const row = await lockOperation(tx, id);
    if (!row) return { reopened: 0, refused: 0 };
    const { perSecond, endpointId } = deliveryInputOf(row);
    const broken = brokenOff(await holdEndpointState(tx, parseId('end', endpointId) ?? ''));
    if (broken) {
      await breakOffOperation(tx, id, { id: endpointId, ...broken });
      return { reopened: 0, refused: 0 };
    }
    const room = Math.min(perSecond, Math.floor(row.seconds_unused * perSecond));
    if (room < 1) return { reopened: 0, refused: 0 };
    const next = await nextResendable(tx, filterOf(row), room);
    const resent = await resendAll(tx, deps, next);
    const failed = resent.refused.filter(({ state }) => state === 'failed' || state === 'skipped').length;
    await insertOperationItems(
      tx,
      id,
      resent.reopened.map((one) => one.id),
    );
    await updateOperation(tx, {
      id,
      cursor: next.at(-1)?.id ?? null,
      done: resent.reopened.length,
      failed,
      secondsUsed: next.length / perSecond,
      completed: next.length < room,
    });
    return { reopened: resent.reopened.length, refused: failed };
  });
  if (reopened > 0) deps.notify('due');
  return reopened + refused;
}
