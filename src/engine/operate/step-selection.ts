import type { OperationError } from '#src/contract/job/operation.ts';
import type { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId, type IdPrefix, parseId } from '#src/domain/text/id.ts';
import type { Reads } from '#src/engine/deps.ts';
import type { Tx } from '#src/store/db/database.ts';
import {
  insertOperationItems,
  lockOperation,
  type OperationRow,
  type RunningOperationRow,
  updateOperation,
} from '#src/store/operation/operation-rows.ts';

const errorsShown = 20;
const searchesPerTurn = 20;

/** The next items of an operation, in the order of their ids, and the cursor from which the ones after them follow. */
export type NextItems = { ids: string[]; cursor: string | null; isLast: boolean };

/** What became of some items. */
export type DealtItems = {
  /** Ids of the jobs or deliveries that were made, cancelled, or sent again: one for each item that succeeded. */
  done: string[];
  errors: { id: string; refusal: Refusal }[];
  /** Ids of the items that were processed: all of those given, or the first ones. */
  ids: string[];
  /** Function to call after the commit. */
  after?: () => void;
};

/** Way of an operation that handles what was picked by ids or is found by a filter. */
export type SelectionSteps = {
  /** Prefix of the items' ids, for the errors. */
  prefix: IdPrefix;
  perSecond: number;
  /** Number of items in one transaction. */
  batch: number;
  next: (row: OperationRow, limit: number) => Promise<NextItems>;
  /** Handles items inside the operation's transaction. */
  act: (tx: Tx, ids: string[]) => Promise<DealtItems>;
};

/** Returns the next of the picked ids after the cursor, at most `limit`. */
export function nextPicked(
  prefix: IdPrefix,
  ids: readonly string[],
  { cursor, limit }: { cursor: string | null; limit: number },
): NextItems {
  const uuids = ids.map((id) => parseId(prefix, id)).filter((id) => id !== null);
  const left = uuids.sort().filter((id) => cursor === null || id > cursor);
  const next = left.slice(0, limit);
  return { ids: next, cursor: next.at(-1) ?? null, isLast: left.length <= limit };
}

/**
 * Does a step of an operation: finds the next items and handles them. Items, counters and cursor are written in one
 * transaction, so an interrupted step has no effect. A changed cursor shows that another worker has made a step
 * meanwhile. Returns the number of items processed.
 */
export async function stepSelection(deps: Reads, row: RunningOperationRow, steps: SelectionSteps): Promise<number> {
  const room = Math.min(steps.perSecond, Math.floor(row.seconds_unused * steps.perSecond));
  let dealtWith = 0;
  let current: OperationRow | undefined = row;
  // The number of searches is limited, so that a search without matches does not delay other operations.
  for (let searches = 0; current !== undefined && dealtWith < room && searches < searchesPerTurn; searches++) {
    const done: StepDone = await stepOnce(deps, current, steps, Math.min(room - dealtWith, steps.batch));
    current = done.row;
    dealtWith += done.count;
  }
  return dealtWith;
}

/**
 * Result of one transaction of a step. `row` is the operation to go on with; undefined if it has ended, or if another
 * worker processes it.
 */
type StepDone = { count: number; row: OperationRow | undefined };

async function stepOnce(deps: Reads, row: OperationRow, steps: SelectionSteps, limit: number): Promise<StepDone> {
  const next = await steps.next(row, limit);
  let after: (() => void) | undefined;
  const outcome = await deps.db.transaction(async (tx) => {
    const locked = await lockOperation(tx, row.id);
    if (!locked || locked.cursor !== row.cursor) return { count: 0, row: undefined };
    const dealt: DealtItems = next.ids.length === 0 ? { done: [], errors: [], ids: [] } : await steps.act(tx, next.ids);
    after = dealt.after;
    const isWhole = dealt.ids.length === next.ids.length;
    const cursor = isWhole ? next.cursor : (dealt.ids.at(-1) ?? null);
    await write(tx, locked, steps, { dealt, cursor, completed: isWhole && next.isLast });
    return {
      count: dealt.ids.length,
      row: isWhole && next.isLast ? undefined : { ...row, cursor: cursor ?? row.cursor },
    };
  });
  after?.();
  return outcome;
}

async function write(
  tx: Tx,
  row: RunningOperationRow,
  { prefix, perSecond }: SelectionSteps,
  { dealt, cursor, completed }: { dealt: DealtItems; cursor: string | null; completed: boolean },
): Promise<void> {
  const errors = dealt.errors.map(({ id, refusal }): OperationError => {
    return { id: formatId(prefix, id), code: refusal.code, message: refusal.message };
  });
  await insertOperationItems(tx, row.id, dealt.done);
  await updateOperation(tx, {
    id: row.id,
    cursor,
    done: dealt.done.length,
    failed: errors.length,
    errors: [...row.errors, ...errors].slice(0, errorsShown),
    secondsUsed: dealt.ids.length / perSecond,
    completed,
  });
}
