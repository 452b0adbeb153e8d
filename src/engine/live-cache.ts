/** A cache of values that are looked up again when they are older than a set time. */
export type LiveCache<Value> = {
  /**
   * Returns the value of a key. Calls `load` if there is none or it is too old. Concurrent callers share one look-up. A
   * failed look-up is not cached.
   */
  of(key: string, load: () => Promise<Value>): Promise<Value>;
  /** Drops one key, or all of them. */
  forget(key?: string): void;
};

/** Maximum number of keys. When it is reached, all keys are dropped. */
const mostKeys = 10_000;

/** Makes a cache whose values live for `liveMs`, by the clock `now` in milliseconds. */
export function makeLiveCache<Value>(liveMs: number, now: () => number): LiveCache<Value> {
  const known = new Map<string, { untilMs: number; value: Promise<Value> }>();
  return {
    of(key, load) {
      const found = known.get(key);
      if (found && found.untilMs > now()) return found.value;
      if (known.size >= mostKeys) known.clear();
      const value = load();
      known.set(key, { untilMs: now() + liveMs, value });
      value.catch(() => {
        if (known.get(key)?.value === value) known.delete(key);
      });
      return value;
    },
    forget(key) {
      if (key === undefined) known.clear();
      else known.delete(key);
    },
  };
}
