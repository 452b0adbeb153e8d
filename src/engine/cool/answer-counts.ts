/** Counts the answers of each origin in the last minute, for when it first refuses. */
export type AnswerCounts = {
  count(key: string): void;
  /** Returns the answers of the last `ms` milliseconds, at most of the last minute. */
  within(key: string, ms: number): number;
};

const stepMs = 250;
const steps = 240;
const mostOrigins = 1_000;

/** Makes the counts of a worker. They are only in memory. */
export function makeAnswerCounts(): AnswerCounts {
  const counts = new Map<string, { last: number; perStep: Uint32Array }>();
  const step = () => Math.floor(performance.now() / stepMs);
  const advanced = (key: string, now: number) => {
    const entry = counts.get(key);
    if (entry === undefined) return undefined;
    for (let at = Math.max(entry.last + 1, now - steps + 1); at <= now; at++) entry.perStep[at % steps] = 0;
    entry.last = now;
    return entry;
  };
  return {
    count(key) {
      const now = step();
      const entry = advanced(key, now) ?? { last: now, perStep: new Uint32Array(steps) };
      entry.perStep[now % steps] = (entry.perStep[now % steps] ?? 0) + 1;
      counts.set(key, entry);
      if (counts.size > mostOrigins) counts.delete(counts.keys().next().value ?? '');
    },
    within(key, ms) {
      const now = step();
      const entry = advanced(key, now);
      let sum = 0;
      const first = now - Math.min(steps - 1, Math.ceil(ms / stepMs));
      for (let at = Math.max(0, first); entry && at <= now; at++) sum += entry.perStep[at % steps] ?? 0;
      return sum;
    },
  };
}
