/** Bells wake code in this process that waits for a key. Notifications from other processes ring them too. */
export type Bells = {
  open(key: string): Bell;
  /** Rings all bells that wait for this key, or every bell when the key is ''. */
  ring(key: string): void;
  /** Wakes all waiting code. No bell waits after that. Resolves when the last bell has been closed. */
  close(): Promise<void>;
  readonly closed: boolean;
};

export type Bell = {
  /** Resolves when the bell rings, at once when it has rung since the last call, and at the latest after `withinMs`. */
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
