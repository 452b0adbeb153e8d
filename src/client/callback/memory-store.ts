import type { SeenStore } from './seen-store.ts';

/** How much a store in memory remembers. */
export type MemoryStoreOptions = {
  /** The most events it remembers as done; the oldest are forgotten first. Default 10,000. */
  maxIds?: number | undefined;
  /** The time; milliseconds. Default: `Date.now`. */
  now?: (() => number) | undefined;
};

/**
 * A store in this process's memory: enough for an app that runs as one process, and whose work may be done a second time
 * when that starts anew. Several processes need a store that they share, such as a table.
 */
export function memoryStore({ maxIds = 10_000, now = Date.now }: MemoryStoreOptions = {}): SeenStore {
  const done = new Set<string>();
  const claims = new Map<string, { until: number }>();

  function remember(id: string): void {
    claims.delete(id);
    done.add(id);
    for (const oldest of done) {
      if (done.size <= maxIds) break;
      done.delete(oldest);
    }
  }

  /** Claims lie in the order they were made in, which is the order they end in where all leases are alike. */
  function dropEnded(): void {
    for (const [id, { until }] of claims) {
      if (until > now()) break;
      claims.delete(id);
    }
  }

  return {
    async claim(id, leaseSeconds) {
      if (done.has(id)) return 'done';
      dropEnded();
      const other = claims.get(id);
      if (other !== undefined && other.until > now()) return 'in_progress';
      const mine = { until: now() + leaseSeconds * 1_000 };
      claims.delete(id);
      claims.set(id, mine);
      return {
        done: async () => remember(id),
        release: async () => {
          if (claims.get(id) === mine) claims.delete(id);
        },
      };
    },
  };
}
