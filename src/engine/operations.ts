import { Refusal } from '#src/contract/error-code.ts';
import {
  defaultPerSecond,
  type Operation,
  type OperationInput,
  type OperationKind,
  type OperationListInput,
  type OperationPage,
  type OperationState,
  type ResendFailedInput,
} from '#src/contract/operation.ts';
import { formatId, parseId } from '#src/domain/id.ts';
import type { DeliveryState } from '#src/domain/job-state.ts';
import {
  findEndpointId,
  findOperation,
  findRunningIds,
  findRunningOperation,
  insertOperation,
  listOperations,
  lockOperation,
  type OperationRow,
  stopOperation,
  updateOperation,
  updateTotal,
} from '#src/store/operations.ts';
import type { Tx } from '#src/store/pool.ts';
import { countResendable, nextResendable, type ResendFilter } from '#src/store/resend.ts';
import type { EngineDeps } from './deps.ts';
import { iso } from './job-view.ts';
import { newId } from './new-id.ts';
import { resendAll } from './resend.ts';

/** Who starts an operation: `createdBy` is the id of a key or a user. */
export type Starter = { projectId: string; createdBy: string };

/** Starts sending an endpoint's deliveries again; while the same is under way already, answers that. */
export function startResending(
  deps: Pick<EngineDeps, 'db' | 'now'>,
  kind: OperationKind,
  starter: Starter,
  given: ResendFailedInput,
): Promise<Operation> {
  return deps.db.transaction(async (tx) => {
    const { projectId } = starter;
    const asId = parseId('end', given.endpoint);
    const endpointId = await findEndpointId(tx, projectId, { id: asId, name: given.endpoint });
    if (endpointId === undefined)
      throw new Refusal('not_found', `there is no endpoint "${given.endpoint}"`, 'endpoint');
    const input: OperationInput = {
      endpointId: formatId('end', endpointId),
      since: new Date(given.since).toISOString(),
      includeSkipped: given.includeSkipped ?? false,
      perSecond: given.perSecond ?? defaultPerSecond,
    };
    const wanted = { projectId, kind, input: JSON.stringify(input) };
    const started = await insertRunning(tx, { ...wanted, id: newId(deps.now()), createdBy: starter.createdBy });
    if (!started.isNew) return operationView(started.row);
    const total = await countResendable(tx, filterOf(started.row));
    return operationView((await updateTotal(tx, started.row.id, total)) ?? started.row);
  });
}

async function insertRunning(
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

/** What ended after the operation had begun is none of its business: a delivery that fails again is not sent once more. */
function filterOf(row: OperationRow): ResendFilter {
  const input = row.input as OperationInput;
  const states: DeliveryState[] =
    row.kind === 'replay_skipped' ? ['skipped'] : input.includeSkipped ? ['failed', 'skipped'] : ['failed'];
  return {
    endpointId: parseId('end', input.endpointId) ?? '',
    states,
    since: new Date(input.since),
    until: row.created_at,
    afterId: row.cursor,
  };
}

export async function getOperation(deps: Pick<EngineDeps, 'db'>, projectId: string, id: string): Promise<Operation> {
  const row = await findOperation(deps.db, projectId, operationUuid(id));
  if (!row) throw new Refusal('not_found', `there is no operation ${id}`, 'id');
  return operationView(row);
}

export async function operationPage(
  deps: Pick<EngineDeps, 'db'>,
  projectId: string,
  input: OperationListInput,
): Promise<OperationPage> {
  const limit = input.limit ?? 20;
  const beforeId = input.cursor === undefined ? null : parseId('op', input.cursor);
  if (input.cursor !== undefined && beforeId === null)
    throw new Refusal('invalid_input', 'cursor must be the nextCursor of an earlier page', 'cursor');
  const filter = { projectId, beforeId, state: input.state ?? null, limit: limit + 1 };
  const rows = await listOperations(deps.db, filter);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    operations: page.map(operationView),
    nextCursor: rows.length > limit && last ? formatId('op', last.id) : null,
  };
}

/** Idempotent. A step that is being made is finished first; nothing more is sent again after this has answered. */
export async function endOperation(deps: Pick<EngineDeps, 'db'>, projectId: string, id: string): Promise<Operation> {
  await stopOperation(deps.db, projectId, operationUuid(id));
  return getOperation(deps, projectId, id);
}

type StepDeps = Pick<EngineDeps, 'db' | 'queue' | 'notify' | 'log'>;

/**
 * Takes every running operation a step further, as far as its rate allows since the last one, whichever worker made that.
 * Answers how many deliveries were dealt with. Call every second.
 */
export async function stepOperations(deps: StepDeps): Promise<number> {
  let dealtWith = 0;
  for (const id of await findRunningIds(deps.db)) {
    // One that cannot go on must not hold up the others.
    dealtWith += await stepOperation(deps, id).catch((error: unknown) => {
      deps.log.warn({ err: error, operationId: formatId('op', id) }, 'a step of an operation failed');
      return 0;
    });
  }
  return dealtWith;
}

/** Deliveries, counters and cursor move in one transaction: a step that is cut off has not happened. */
async function stepOperation(deps: StepDeps, id: string): Promise<number> {
  const { reopened, refused } = await deps.db.transaction(async (tx) => {
    const row = await lockOperation(tx, id);
    if (!row) return { reopened: 0, refused: 0 };
    const { perSecond } = row.input as OperationInput;
    const room = Math.min(perSecond, Math.floor(row.seconds_unused * perSecond));
    if (room < 1) return { reopened: 0, refused: 0 };
    const next = await nextResendable(tx, filterOf(row), room);
    const resent = await resendAll(tx, deps, next);
    const failed = resent.refused.filter(({ state }) => state === 'failed' || state === 'skipped').length;
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

function operationUuid(id: string): string {
  const uuid = parseId('op', id);
  if (uuid === null) throw new Refusal('not_found', `there is no operation "${id.slice(0, 64)}"`, 'id');
  return uuid;
}

function operationView(row: OperationRow): Operation {
  return {
    id: formatId('op', row.id),
    kind: row.kind as OperationKind,
    state: row.state as OperationState,
    input: row.input as OperationInput,
    total: row.total,
    done: row.done,
    failed: row.failed,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    endedAt: iso(row.ended_at),
  };
}
