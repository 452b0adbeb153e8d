import { restAfter } from '#src/domain/rest-after.ts';
import type { Db } from './database.ts';

/**
 * The time of creation from which on a queue has messages. A fetch begins with the most urgent message, and PostgreSQL
 * walks past the index entries of all that were taken, until they can be removed: as long as somebody holds a snapshot,
 * these are all since then. A fetch that knows this time passes over them.
 */
export type QueueFloor = {
  /** The time as PostgreSQL writes it; `-infinity` before the first look. */
  readonly from: string;
  /** Looks for the oldest message, if the last look was some time ago. It is not waited for. */
  refresh(): void;
  /** Resolves when no look is under way. */
  idle(): Promise<void>;
};

/** Options of a floor. */
export type FloorOptions = {
  /** Time between two looks at what is above the floor. */
  everyMs: number;
  /** Time between two looks at all messages: one that was committed below the floor is seen after the next one. */
  thoroughMs: number;
  /** How much lower than the oldest message the floor is, for messages that are not committed yet. */
  slackSeconds: number;
  onError(error: Error): void;
};

const oldestSql = `
  select (least(min(created_on), now()) - make_interval(secs => $2))::text as floor
  from pgboss.job where name = $1 and state < 'active' and not blocked and created_on >= $3::timestamptz`;
const lowest = '-infinity';
const longestRestMs = 30_000;

/** Makes the floor of a queue. It is as low as can be before its first look. */
export function makeQueueFloor(
  db: Db,
  name: string,
  { everyMs, thoroughMs, slackSeconds, onError }: FloorOptions,
): QueueFloor {
  let from = lowest;
  let nextAt = 0;
  let nextThoroughAt = 0;
  let looking: Promise<void> | undefined;
  const look = async () => {
    const began = performance.now();
    const isThorough = began >= nextThoroughAt;
    try {
      const values = [name, slackSeconds, isThorough ? lowest : from];
      const [row] = await db.run<{ floor: string }>('queue_floor', oldestSql, values);
      from = row?.floor ?? from;
    } finally {
      // A look reads what waits, and a thorough one also walks past all that was taken. One that failed rests too, and the
      // others go on meanwhile.
      const endedAt = performance.now();
      const restMs = Math.min(restAfter(endedAt - began), longestRestMs);
      if (isThorough) nextThoroughAt = endedAt + Math.max(thoroughMs, restMs);
      nextAt = endedAt + Math.max(everyMs, isThorough ? 0 : restMs);
    }
  };
  return {
    get from() {
      return from;
    },
    refresh() {
      if (looking || performance.now() < Math.min(nextAt, nextThoroughAt)) return;
      looking = look()
        .catch(onError)
        .finally(() => {
          looking = undefined;
        });
    },
    idle: async () => looking,
  };
}
