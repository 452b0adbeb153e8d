/**
 * The lengths of time that statistics are kept in, in seconds, with how long: each range of a chart has points of one of
 * them, and is kept twice over for the comparison with the range before.
 */
export const statSteps = [
  { seconds: 60, keptSeconds: 3 * 3_600 },
  { seconds: 600, keptSeconds: 13 * 3_600 },
  { seconds: 1_800, keptSeconds: 50 * 3_600 },
  { seconds: 14_400, keptSeconds: 15 * 86_400 },
  { seconds: 43_200, keptSeconds: 62 * 86_400 },
] as const;

/** In place of a step's length: everything that has ever happened in a project. Such a bucket is never deleted. */
export const everStep = 0;

/** The beginning of the step that an instant lies in; steps are counted from the beginning of 1970, UTC. */
export function stepStart(atMs: number, stepSeconds: number): number {
  const stepMs = stepSeconds * 1_000;
  return Math.floor(atMs / stepMs) * stepMs;
}

/** The steps of a range; the last one is still under way. The range before has as many, and they are over. */
export type StatWindow = {
  stepMs: number;
  previousFromMs: number;
  fromMs: number;
  toMs: number;
  /** The beginnings of the range's steps. */
  starts: number[];
};

/** The range of a length that `nowMs` lies in the last step of. */
export function statWindow(nowMs: number, rangeMs: number, stepMs: number): StatWindow {
  const fromMs = stepStart(nowMs, stepMs / 1_000) + stepMs - rangeMs;
  const starts = Array.from({ length: rangeMs / stepMs }, (_, index) => fromMs + index * stepMs);
  return { stepMs, previousFromMs: fromMs - rangeMs, fromMs, toMs: nowMs, starts };
}
