/** Lets a loop sleep until it is woken, until a set time, or for so long at most. */
export type Alarm = {
  wake(): void;
  /** Wakes the sleeper in so many milliseconds. One timer serves all that fall within the same 10 ms. */
  wakeIn(delayMs: number): void;
  /** Resolves when woken or after `ms`. A wake-up since the last `reset` counts. */
  sleep(ms: number): Promise<void>;
  reset(): void;
  stop(): void;
};

export function makeAlarm(): Alarm {
  const timers = new Map<number, NodeJS.Timeout>();
  let awake = false;
  let stopped = false;
  let rouse: (() => void) | undefined;
  const wake = () => {
    awake = true;
    rouse?.();
  };
  return {
    wake,
    wakeIn(delayMs) {
      const at = Math.ceil((performance.now() + delayMs) / 10) * 10;
      if (timers.has(at) || stopped) return;
      const ring = () => {
        timers.delete(at);
        wake();
      };
      timers.set(at, setTimeout(ring, at - performance.now() + 1));
    },
    sleep(ms) {
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          rouse = undefined;
          resolve();
        };
        const timer = setTimeout(end, ms);
        rouse = end;
        if (awake || stopped) end();
      });
    },
    reset() {
      awake = false;
    },
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      rouse?.();
    },
  };
}
