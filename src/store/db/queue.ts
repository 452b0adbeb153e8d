import { PgBoss } from 'pg-boss';
import { type Share, shareAfter, sharePriority } from '#src/domain/endpoint/fair-share.ts';
import type { Db, Tx } from './database.ts';
import { type FloorOptions, makeQueueFloor } from './queue-floor.ts';

/**
 * The two queues. A message in `fetch` says which jobs are due for an attempt, a message in `deliver` which deliveries.
 */
export const queueNames = ['fetch', 'deliver'] as const;

/** A name of `queueNames`. */
export type QueueName = (typeof queueNames)[number];

/** The schema that pg-boss owns. */
export const queueSchema = 'pgboss';

/**
 * An attempt to make: the id of the job or delivery, and the milliseconds until it is due. One with a priority below 0
 * is taken after others. With a `receiver`, the attempts for a receiver that has many get a lower priority too.
 */
export type Due = { id: string; delayMs: number; priority?: number; receiver?: string };

/**
 * The queues of pg-boss. They hold only attempts that are due soon. Our tables are the source of truth: a lost message
 * is made again, and a duplicate message claims nothing.
 */
export type Queue = {
  /** Makes messages. Attempts with the same priority that are due in the same 10 ms share them. */
  insert(tx: Tx, name: QueueName, due: Due[]): Promise<void>;
  /**
   * Takes due messages from the queue and returns up to `limit` ids of their jobs or deliveries. The ids that are left
   * go back in messages of their own, before others of their priority. `full` is true if more may be due.
   */
  take(tx: Tx, name: QueueName, limit: number): Promise<{ ids: string[]; full: boolean }>;
  stop(): Promise<void>;
};

/**
 * Milliseconds ahead for which messages are made. An attempt later than that is only a row with `next_attempt_at`,
 * because deferred messages slow down every fetch.
 */
export const queueHorizonMs = 10_000;

export async function makeQueue(
  db: Db,
  options: { supervise: boolean; onError: (error: Error) => void; floor?: Omit<FloorOptions, 'onError'> },
): Promise<Queue> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => db.executeSql(text, values) },
    schema: queueSchema,
    migrate: false,
    createSchema: false,
    schedule: false,
    supervise: options.supervise,
  });
  boss.on('error', options.onError);
  await boss.start();
  const priorityOf = makeShares();
  const sizes = { fetch: makeSizes(), deliver: makeSizes() };
  const floorOf = (name: QueueName) =>
    makeQueueFloor(db, name, { ...lowered, ...options.floor, onError: options.onError });
  const floors = { fetch: floorOf('fetch'), deliver: floorOf('deliver') };
  const insert = (tx: Tx, name: QueueName, messages: Message[]) =>
    boss.insert(
      name,
      messages.map(({ delayMs, ...data }) => ({ data, priority: data.priority, ...startAfter(delayMs) })),
      { db: sending(tx, []) },
    );
  return {
    async insert(tx, name, due) {
      if (due.length === 0) return;
      const each = due.map(({ id, delayMs, priority = 0, receiver }) => ({
        id,
        delayMs: takenAfterMs(delayMs),
        // Odd priorities are for what goes back, so that it is taken again before what came later.
        priority: 2 * (priority + (receiver === undefined ? 0 : priorityOf(receiver))),
      }));
      await insert(tx, name, pack(each));
    },
    async take(tx, name, limit) {
      const count = sizes[name].messagesFor(limit);
      floors[name].refresh();
      const messages = await boss.fetch<Partial<Message> & { id?: string }>(name, {
        batchSize: count,
        db: looking(tx, floors[name].from),
      });
      if (messages.length === 0) return { ids: [], full: false };
      const taken = messages.map(({ id }) => id);
      await boss.deleteJob(name, taken, { db: sending(tx, [{ count: taken.length }]) });
      // Messages of an older version hold one id.
      const each = messages.flatMap(({ data: { ids, id, priority = 0 } }) =>
        (ids ?? (id === undefined ? [] : [id])).map((one) => ({ id: one, priority })),
      );
      sizes[name].note(each.length / messages.length);
      const unique = [...new Map(each.map((one) => [one.id, one])).values()];
      const left = unique.slice(limit).map(({ id, priority }) => ({ id, delayMs: 0, priority: priority | 1 }));
      if (left.length > 0) await insert(tx, name, pack(left));
      const ids = unique.slice(0, limit).map(({ id }) => id);
      return { ids: ids.sort(), full: messages.length === count || left.length > 0 };
    },
    async stop() {
      await Promise.all([floors.fetch.idle(), floors.deliver.idle()]);
      await boss.stop({ graceful: false, close: false });
    },
  };
}

/** What a message in the queue says: the jobs or deliveries that are due, and its priority there. */
type Message = { ids: string[]; priority: number; delayMs: number };

/** Milliseconds by which a message may come late, so that attempts which are due close together share one. */
const graceMs = 10;
/**
 * Returns the milliseconds after which the message of an attempt can be taken, for the milliseconds until the attempt is
 * due. Who looks at the queue earlier does not find it.
 */
export function takenAfterMs(delayMs: number): number {
  // A time in the database is rounded to a millisecond, so what is due now may seem to be due a little later.
  return delayMs < 1 ? 0 : Math.ceil(delayMs / graceMs) * graceMs;
}

/** Ids of a message. A claim for fewer slots than that has to put some back. */
const maxIds = 32;

/** Joins attempts with the same delay and priority, in their order. */
function pack(each: { id: string; delayMs: number; priority: number }[]): Message[] {
  const groups = Map.groupBy(each, ({ delayMs, priority }) => `${delayMs} ${priority}`);
  return [...groups.values()].flatMap((group) => {
    const { delayMs, priority } = group[0] as (typeof group)[number];
    return Array.from({ length: Math.ceil(group.length / maxIds) }, (_, index) => ({
      ids: group.slice(index * maxIds, (index + 1) * maxIds).map(({ id }) => id),
      priority,
      delayMs,
    }));
  });
}

/** The number of ids in the messages that were taken last. It tells how many messages to take for some slots. */
function makeSizes() {
  let average = 1;
  return {
    note(size: number) {
      average += (size - average) / 4;
    },
    /** Returns a power of two, because pg-boss has a statement of its own for each number of messages. */
    messagesFor: (limit: number) => 2 ** Math.floor(Math.log2(Math.max(1, limit / average))),
  };
}

/** How often the oldest message is looked for. Nearly every transaction commits its messages within the slack. */
const lowered = { everyMs: 1_000, thoroughMs: 5_000, slackSeconds: 3 };

/**
 * The transaction for a statement of pg-boss that only takes messages, among those made since a time. Messages that are
 * lost are made again.
 */
function looking(tx: Tx, from: string) {
  return {
    async executeSql(text: string, values: unknown[] = []) {
      const bounded = since(text, values.length + 1);
      const rows = await tx.look(queueStatement(bounded), bounded, [...values, from]);
      return { rows, rowCount: rows.length };
    },
  };
}

const waits = 'NOT j.blocked';

/** Returns a fetch of pg-boss with a bound for the time of creation, for which pg-boss has no option. */
function since(text: string, parameter: number): string {
  if (!text.includes(waits)) throw new Error(`the fetch of this pg-boss does not say "${waits}"`);
  return text.replace(waits, `${waits} AND j.created_on >= $${parameter}::timestamptz`);
}

/** The transaction for a statement of pg-boss whose answer is not waited for. It gets these rows as its answer. */
function sending(tx: Tx, rows: unknown[]) {
  return {
    async executeSql(text: string, values: unknown[] = []) {
      await tx.send(queueStatement(text), text, values);
      return { rows, rowCount: rows.length };
    },
  };
}

const statements = new Map<string, string>();

/** Returns the name of one of the few statements of pg-boss that are used here, so that it is planned once. */
function queueStatement(text: string): string {
  const name = statements.get(text) ?? `queue_${statements.size}`;
  statements.set(text, name);
  return name;
}

const maxShares = 10_000;

/**
 * Returns a function that gives the priority of one more message for a receiver. It counts the messages made by this
 * process.
 */
function makeShares(): (receiver: string) => number {
  const shares = new Map<string, Share>();
  return (receiver) => {
    const share = shareAfter(shares.get(receiver), performance.now());
    // The receiver moves to the end of the map, so that the one with the oldest last message is dropped first.
    shares.delete(receiver);
    shares.set(receiver, share);
    if (shares.size > maxShares) shares.delete(shares.keys().next().value ?? '');
    return sharePriority(share);
  };
}

/** Returns the delay as an interval, so that only the database's clock decides when a message is due. */
function startAfter(delayMs: number): { startAfter?: string } {
  return delayMs > 0 ? { startAfter: `${Math.ceil(delayMs)} milliseconds` } : {};
}
