import { takenAfterMs } from '#src/store/db/queue.ts';

/** An alarm that lets a loop sleep until it is woken, but at most for a given time. */
export type Alarm = {
  wake(): void;
  /**
   * Wakes the sleeper when the message of an attempt that is due in `delayMs` can be taken. All wake-ups within the same
   * 10 ms share one timer.
   */
  wakeIn(delayMs: number): void;
  /** Resolves when woken, or after `ms`. A wake-up since the last `reset` counts too. */
  sleep(ms: number): Promise<void>;
  reset(): void;
  stop(): void;
};

/** Makes an alarm. After `stop`, `sleep` resolves at once. */
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
      const at = Math.ceil((performance.now() + takenAfterMs(delayMs)) / 10) * 10;
      if (timers.has(at) || stopped) return;
      const ring = () => {
        timers.delete(at);
        wake();
      };
      timers.set(at, setTimeout(ring, Math.max(1, at - performance.now() + 1)));
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
