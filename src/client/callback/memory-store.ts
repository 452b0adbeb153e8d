import type { SeenStore } from './seen-store.ts';

/** The options of a store in memory. */
export type MemoryStoreOptions = {
  /** The most handled events to remember. The oldest are forgotten first. Default 10,000. */
  maxIds?: number | undefined;
  /** A clock that returns milliseconds. Default: `Date.now`. */
  now?: (() => number) | undefined;
};

/**
 * Creates a store in this process's memory. This is enough for an app that runs as one process and may handle an event
 * again after a restart. Several processes need a shared store, such as a table.
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

  /**
   * Drops the claims whose lease has ended. The claims are in the order in which they were made. When all leases are
   * equally long, they also end in that order.
   */
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
