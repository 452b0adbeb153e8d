import { PgBoss } from 'pg-boss';
import { type Share, shareAfter, sharePriority } from '#src/domain/endpoint/fair-share.ts';
import type { Db, Tx } from './database.ts';

/** The two queues: a message in `fetch` is one attempt of a job, in `deliver` one attempt of a delivery. */
export const queueNames = ['fetch', 'deliver'] as const;

/** One of `queueNames`. */
export type QueueName = (typeof queueNames)[number];

/** The schema that pg-boss owns. */
export const queueSchema = 'pgboss';

/**
 * A message to make: whose next attempt, and in how many milliseconds it is due. Below priority 0, it is taken after others;
 * with a `receiver`, one to whom much is due lets others go first besides.
 */
export type Due = { id: string; delayMs: number; priority?: number; receiver?: string };

/**
 * pg-boss, holding only what waits and is due soon. Our tables are the truth: a message that is lost is made again, one
 * that comes twice claims nothing.
 */
export type Queue = {
  insert(tx: Tx, name: QueueName, due: Due[]): Promise<void>;
  /** Takes up to `limit` due messages off the queue for good and answers whose they were; `full`: there were that many. */
  take(tx: Tx, name: QueueName, limit: number): Promise<{ ids: string[]; full: boolean }>;
  stop(): Promise<void>;
};

/** Beyond this a waiting attempt is only a row with `next_attempt_at`: deferred messages cost every fetch. */
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

/** The priority of one more message for a receiver, as far as this process has made them. */
function makeShares(): (receiver: string) => number {
  const shares = new Map<string, Share>();
  return (receiver) => {
    const share = shareAfter(shares.get(receiver), performance.now());
    // Moved to the end: who has been silent longest is forgotten first.
    shares.delete(receiver);
    shares.set(receiver, share);
    if (shares.size > maxShares) shares.delete(shares.keys().next().value ?? '');
    return sharePriority(share);
  };
}

/** As an interval, so that the database's clock alone says when a message is due. */
function startAfter(delayMs: number): { startAfter?: string } {
  return delayMs > 0 ? { startAfter: `${Math.ceil(delayMs)} milliseconds` } : {};
}
