import { PgBoss } from 'pg-boss';
import { type Share, shareAfter, sharePriority } from '#src/domain/endpoint/fair-share.ts';
import type { Db, Tx } from './database.ts';

/**
 * The two queues. A message in `fetch` is one attempt of a job; a message in `deliver` is one attempt of a delivery.
 */
export const queueNames = ['fetch', 'deliver'] as const;

/** A name of `queueNames`. */
export type QueueName = (typeof queueNames)[number];

/** The schema that pg-boss owns. */
export const queueSchema = 'pgboss';

/**
 * A message to make: the id of the job or delivery, and the milliseconds until it is due. A message with a priority
 * below 0 is taken after others. With a `receiver`, the messages of a receiver that has many get a lower priority too.
 */
export type Due = { id: string; delayMs: number; priority?: number; receiver?: string };

/**
 * The queues of pg-boss. They hold only attempts that are due soon. Our tables are the source of truth: a lost message
 * is made again, and a duplicate message claims nothing.
 */
export type Queue = {
  insert(tx: Tx, name: QueueName, due: Due[]): Promise<void>;
  /**
   * Removes up to `limit` due messages from the queue and returns the ids of their jobs or deliveries. `full` is true
   * if there were `limit` messages.
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
  options: { supervise: boolean; onError: (error: Error) => void },
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
  return {
    async insert(tx, name, due) {
      if (due.length === 0) return;
      const messages = due.map(({ id, delayMs, priority = 0, receiver }) => ({
        data: { id },
        priority: priority + (receiver === undefined ? 0 : priorityOf(receiver)),
        ...startAfter(delayMs),
      }));
      let taken = 0;
      const counting = {
        executeSql: async (text: string, values?: unknown[]) => {
          const result = await tx.executeSql(text, values);
          taken = result.rowCount ?? 0;
          return result;
        },
      };
      await boss.insert(name, messages, { db: counting });
      if (taken !== due.length) throw new Error(`pg-boss took ${taken} of ${due.length} messages`);
    },
    async take(tx, name, limit) {
      const messages = await boss.fetch<{ id: string }>(name, { batchSize: limit, db: tx });
      if (messages.length === 0) return { ids: [], full: false };
      await boss.deleteJob(
        name,
        messages.map((message) => message.id),
        { db: tx },
      );
      const ids = [...new Set(messages.map((message) => message.data.id))].sort();
      return { ids, full: messages.length === limit };
    },
    stop: () => boss.stop({ graceful: false, close: false }),
  };
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
