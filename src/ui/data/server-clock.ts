import { useSyncExternalStore } from 'react';

// Countdowns run on the server's time. Its `Date` header has whole seconds, so smaller differences mean nothing.
const noticeableMs = 2_000;
let aheadMs = 0;

/** Takes the server's time from an answer. */
export function readServerDate(answer: Response): void {
  const serverMs = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(serverMs)) return;
  const difference = serverMs + 500 - Date.now();
  aheadMs = Math.abs(difference) > noticeableMs ? difference : 0;
}

export function serverNow(): number {
  return Date.now() + aheadMs;
}

type Clock = { now: number; listeners: Set<() => void>; timer: ReturnType<typeof setInterval> | null };
const clocks = new Map<number, Clock>();

/** The server's time, in steps: every component with the same step shares one timer. */
export function useNow(stepMs: number): number {
  const clock = clockOf(stepMs);
  return useSyncExternalStore(
    (listener) => subscribe(clock, stepMs, listener),
    () => clock.now,
    () => clock.now,
  );
}

function clockOf(stepMs: number): Clock {
  const known = clocks.get(stepMs);
  if (known) return known;
  const clock: Clock = { now: serverNow(), listeners: new Set(), timer: null };
  clocks.set(stepMs, clock);
  return clock;
}

function subscribe(clock: Clock, stepMs: number, listener: () => void): () => void {
  clock.listeners.add(listener);
  if (clock.timer === null) {
    clock.now = serverNow();
    clock.timer = setInterval(() => {
      clock.now = serverNow();
      for (const each of clock.listeners) each();
    }, stepMs);
  }
  return () => {
    clock.listeners.delete(listener);
    if (clock.listeners.size > 0 || clock.timer === null) return;
    clearInterval(clock.timer);
    clock.timer = null;
  };
}
