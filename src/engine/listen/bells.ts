/** Bells wake those who wait for something of a name in this process. Signals from other processes ring them too. */
export type Bells = {
  open(key: string): Bell;
  /** Wakes who waits for this; all of them when it is ''. */
  ring(key: string): void;
  /** Wakes everybody for good, and resolves when the last of them has closed its bell. */
  close(): Promise<void>;
  readonly closed: boolean;
};

export type Bell = {
  /** Resolves when it has rung since the last time, at once if it has already; else after so long. */
  heard(withinMs: number): Promise<void>;
  ring(): void;
  close(): void;
};

export function makeBells(): Bells {
  const bells = new Map<string, Set<Bell>>();
  const empty = Promise.withResolvers<void>();
  let closed = false;

  const open = (key: string): Bell => {
    const same = bells.get(key) ?? new Set();
    bells.set(key, same);
    const bell = makeBell(() => closed);
    same.add(bell);
    return {
      ...bell,
      close() {
        same.delete(bell);
        if (same.size === 0 && bells.get(key) === same) bells.delete(key);
        if (closed && bells.size === 0) empty.resolve();
      },
    };
  };
  return {
    open,
    ring(key) {
      const woken = key === '' ? [...bells.values()] : [bells.get(key) ?? new Set<Bell>()];
      for (const same of woken) for (const bell of same) bell.ring();
    },
    close() {
      closed = true;
      this.ring('');
      if (bells.size === 0) empty.resolve();
      return empty.promise;
    },
    get closed() {
      return closed;
    },
  };
}

function makeBell(isClosed: () => boolean): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    async heard(withinMs) {
      if (!rung && !isClosed()) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, withinMs);
        wake = resolve;
        await promise;
        clearTimeout(timer);
        wake = undefined;
      }
      rung = false;
    },
    ring() {
      rung = true;
      wake?.();
    },
    close: () => undefined,
  };
}
