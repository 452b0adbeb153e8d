/**
 * Lengths of the steps in which statistics are kept, and how long they are kept, in seconds. Each range of a chart uses
 * points of one length. It is kept for twice the range, for the comparison with the range before, and longer: a part of a
 * range is shown in finer steps than the whole, so that a burst in it is seen.
 */
export const statSteps = [
  { seconds: 60, keptSeconds: 26 * 3_600 },
  { seconds: 600, keptSeconds: 8 * 86_400 },
  { seconds: 1_800, keptSeconds: 32 * 86_400 },
  { seconds: 14_400, keptSeconds: 32 * 86_400 },
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
 * The steps of a range. The last step of a range that ends now is not complete yet. The range before has the same number of steps, all complete.
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

/** Most points of a chart whose range was chosen freely. */
const mostPoints = 120;

/** Returns the oldest instant that statistics are kept for. */
export function oldestStatMs(nowMs: number): number {
  return nowMs - Math.max(...statSteps.map(({ keptSeconds }) => keptSeconds)) * 1_000;
}

/**
 * Returns a range that was chosen freely, in the finest steps that are kept for all of it and are not too many. It
 * begins and ends with whole steps.
 */
export function spanWindow(nowMs: number, span: { fromMs: number; toMs: number }): StatWindow {
  const toMs = Math.min(span.toMs, nowMs);
  const fits = ({ seconds, keptSeconds }: (typeof statSteps)[number]) =>
    nowMs - span.fromMs <= keptSeconds * 1_000 && toMs - span.fromMs <= mostPoints * seconds * 1_000;
  const { seconds } = statSteps.find(fits) ?? statSteps[statSteps.length - 1] ?? statSteps[0];
  const stepMs = seconds * 1_000;
  const fromMs = stepStart(span.fromMs, seconds);
  const count = Math.max(1, Math.ceil((toMs - fromMs) / stepMs));
  const starts = Array.from({ length: count }, (_, index) => fromMs + index * stepMs);
  const endMs = fromMs + count * stepMs;
  return { stepMs, previousFromMs: fromMs - count * stepMs, fromMs, toMs: Math.min(endMs, nowMs), starts };
}
