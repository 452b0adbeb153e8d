import { channel } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import { fitBudget } from '#src/domain/fit-budget.ts';
import { overAfter, type Patience, patiently } from '#src/engine/patiently.ts';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';
import { makeLoad } from './load.ts';

/** A writer that commits items in shared transactions. */
export type GroupCommit<Item, Answer> = {
  /** Resolves with the item's answer after the commit of its transaction. Rejects if the item cannot be committed. */
  add(item: Item): Promise<Answer>;
  /** Number of items that wait or are being committed, and their bytes. */
  readonly pending: { items: number; bytes: number };
  /** Resolves when nothing is pending. */
  idle(): Promise<void>;
};

/**
 * What a group commit publishes on the diagnostics channel `ringback:commit` for each transaction, for those who look
 * for stalls: how many items it had, how long the first of them had waited, and how long it took, in milliseconds.
 */
export type CommitTrace = { name: string; items: number; waitedMs: number; tookMs: number };
const traces = channel('ringback:commit');

/** Options of a group commit. `commit` writes items in one transaction and returns their answers in the same order. */
export type GroupCommitOptions<Item, Answer> = {
  /** Name of what is written, for traces. */
  name: string;
  commit(items: Item[]): Promise<Answer[]>;
  bytesOf(item: Item): number;
  /**
   * Handles the one item that cannot be committed, which was found by halving the batch. Returns the item's answer or
   * rejects.
   */
  onUnstorable(item: Item, error: unknown): Promise<Answer>;
  /**
   * Milliseconds for which a batch is committed again while the database is away. After that its items are rejected.
   */
  giveUpAfterMs: number;
  /**
   * Milliseconds to wait for the next batch to fill, while one batch follows the other. A larger batch shares the cost
   * of its transaction among more items. An item that comes alone never waits.
   */
  lingerMs?: number;
  /** Called once for each batch that meets an outage, with the error. */
  onOutage?(error: unknown): void;
};

const maxItems = 500;
const maxBytes = 4 * 1024 * 1024;
const fullItems = 128;

type Waiting<Item, Answer> = {
  item: Item;
  bytes: number;
  since: number;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
};

/**
 * Makes a group commit. It joins items that arrive at the same time into one transaction. The next batch starts when
 * the one before it is done, so batches grow with the load, and a single item does not wait for others. A batch has at
 * most 500 items and 4 MiB; a larger item goes alone.
 */
export function makeGroupCommit<Item, Answer>(options: GroupCommitOptions<Item, Answer>): GroupCommit<Item, Answer> {
  const queue: Waiting<Item, Answer>[] = [];
  const pending = { items: 0, bytes: 0 };
  let running = false;
  const load = makeLoad();
  let endedAt = performance.now();
  const idlers: (() => void)[] = [];

  const done = (batch: Waiting<Item, Answer>[]) => {
    pending.items -= batch.length;
    for (const entry of batch) pending.bytes -= entry.bytes;
  };

  const run = async () => {
    running = true;
    // The loop waits one turn of the event loop, so that all items that are ready now join the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    let idleMs = performance.now() - endedAt;
    while (queue.length > 0) {
      const beganAt = performance.now();
      const lingerMs = options.lingerMs ?? 0;
      if (load.busy && idleMs < lingerMs && queue.length < fullItems) await pause(lingerMs);
      const batch = takeBatch(queue);
      const started = performance.now();
      await commitBatch(batch, options);
      if (traces.hasSubscribers) traces.publish(traceOf(options.name, batch, started));
      done(batch);
      endedAt = performance.now();
      load.note(idleMs, endedAt - beganAt);
      idleMs = 0;
    }
    running = false;
    for (const wake of idlers.splice(0)) wake();
  };

  return {
    pending,
    add(item) {
      const bytes = options.bytesOf(item);
      pending.items += 1;
      pending.bytes += bytes;
      return new Promise<Answer>((resolve, reject) => {
        queue.push({ item, bytes, since: performance.now(), resolve, reject });
        if (!running) void run();
      });
    },
    idle: () =>
      running || queue.length > 0 ? new Promise<void>((resolve) => idlers.push(resolve)) : Promise.resolve(),
  };
}

function takeBatch<Item, Answer>(queue: Waiting<Item, Answer>[]): Waiting<Item, Answer>[] {
  return queue.splice(
    0,
    fitBudget(queue, maxBytes, (entry) => entry.bytes, maxItems),
  );
}

function traceOf(name: string, batch: { since: number }[], started: number): CommitTrace {
  const waitedMs = started - (batch[0]?.since ?? started);
  return { name, items: batch.length, waitedMs, tookMs: performance.now() - started };
}

async function commitBatch<Item, Answer>(
  batch: Waiting<Item, Answer>[],
  options: GroupCommitOptions<Item, Answer>,
): Promise<void> {
  try {
    const answers = await patiently(() => options.commit(batch.map((entry) => entry.item)), patienceOf(options));
    for (const [index, entry] of batch.entries()) entry.resolve(answers[index] as Answer);
  } catch (error) {
    if (sqlErrorKind(error) !== 'again') return separate(batch, error, options);
    for (const entry of batch) entry.reject(error);
  }
}

function patienceOf({
  giveUpAfterMs,
  onOutage,
}: Pick<GroupCommitOptions<never, never>, 'giveUpAfterMs' | 'onOutage'>): Patience {
  return { isOver: overAfter(giveUpAfterMs), onOutage };
}

/** Halves the batch until the bad item is alone, so that only this item is refused. */
async function separate<Item, Answer>(
  batch: Waiting<Item, Answer>[],
  error: unknown,
  options: GroupCommitOptions<Item, Answer>,
): Promise<void> {
  const [only] = batch;
  if (batch.length === 1 && only) {
    await patiently(() => options.onUnstorable(only.item, error), patienceOf(options)).then(only.resolve, only.reject);
    return;
  }
  const half = batch.length >> 1;
  await commitBatch(batch.slice(0, half), options);
  await commitBatch(batch.slice(half), options);
}
