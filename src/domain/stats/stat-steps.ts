/**
 * Lengths of the steps in which statistics are kept, and how long they are kept, in seconds. Each range of a chart uses
 * points of one length. It is kept for twice the range, for the comparison with the range before.
 */
export const statSteps = [
  { seconds: 60, keptSeconds: 3 * 3_600 },
  { seconds: 600, keptSeconds: 13 * 3_600 },
  { seconds: 1_800, keptSeconds: 50 * 3_600 },
  { seconds: 14_400, keptSeconds: 15 * 86_400 },
  { seconds: 43_200, keptSeconds: 62 * 86_400 },
] as const;

/** Step length that stands for all time, for a project. Such a bucket is never deleted. */
export const everStep = 0;

/** Returns the start of the step that an instant is in. Steps are counted from the start of 1970, UTC. */
export function stepStart(atMs: number, stepSeconds: number): number {
  const stepMs = stepSeconds * 1_000;
  return Math.floor(atMs / stepMs) * stepMs;
}

/**
 * The steps of a range. The last step is not complete yet. The range before has the same number of steps, all complete.
 */
export type StatWindow = {
  stepMs: number;
  previousFromMs: number;
  fromMs: number;
  toMs: number;
  /** Starts of the range's steps. */
  starts: number[];
};

/** Returns the range of this length whose last step contains `nowMs`. */
export function statWindow(nowMs: number, rangeMs: number, stepMs: number): StatWindow {
  const fromMs = stepStart(nowMs, stepMs / 1_000) + stepMs - rangeMs;
  const starts = Array.from({ length: rangeMs / stepMs }, (_, index) => fromMs + index * stepMs);
  return { stepMs, previousFromMs: fromMs - rangeMs, fromMs, toMs: nowMs, starts };
}
