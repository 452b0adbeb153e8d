import { useSyncExternalStore } from 'react';

// Countdowns use the server's time. The `Date` header has whole seconds, so smaller differences mean nothing.
const noticeableMs = 2_000;
let aheadMs = 0;

/** Reads the server's time from an answer. */
export function readServerDate(answer: Response): void {
  const serverMs = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(serverMs)) return;
  const difference = serverMs + 500 - Date.now();
  aheadMs = Math.abs(difference) > noticeableMs ? difference : 0;
}

export function serverNow(): number {
  return Date.now() + aheadMs;
}

type Clock = { now: () => number; subscribe: (listener: () => void) => () => void };
const clocks = new Map<number, Clock>();

/** Returns the server's time in steps. All components with the same step share one timer. */
export function useNow(stepMs: number): number {
  const { subscribe, now } = clockOf(stepMs);
  return useSyncExternalStore(subscribe, now, now);
}

function clockOf(stepMs: number): Clock {
  const known = clocks.get(stepMs);
  if (known) return known;
  const clock = makeClock(stepMs);
  clocks.set(stepMs, clock);
  return clock;
}

function makeClock(stepMs: number): Clock {
  const listeners = new Set<() => void>();
  let now = serverNow();
  let timer: ReturnType<typeof setInterval> | undefined;
  const step = () => {
    now = serverNow();
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    if (listeners.size === 1) {
      now = serverNow();
      timer = setInterval(step, stepMs);
    }
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) clearInterval(timer);
    };
  };
  return { now: () => now, subscribe };
}
