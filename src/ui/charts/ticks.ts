import { dateText, dayText, minuteText, zoneAheadMs, zoneText } from '#src/ui/words/time-text.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Returns the label of a step's beginning on a chart's axis: the time of day, or the date if a step is hours long.
 */
export function tickText(at: string, stepSeconds: number, zone: string): string {
  return stepSeconds * 1_000 >= 4 * hourMs ? dateText(at, zone) : minuteText(at, zone);
}

/** Returns a step in words: `08:00 – 08:30 UTC`. The date is added if the step may be on another day. */
export function stepText(at: string, stepSeconds: number, zone: string): string {
  const end = new Date(Date.parse(at) + stepSeconds * 1_000).toISOString();
  const day = stepSeconds * 1_000 >= hourMs / 2 ? `${dateText(at, zone)} ` : '';
  const isLater = stepSeconds * 1_000 >= hourMs && dayText(end, zone) !== dayText(at, zone);
  const endDay = isLater ? `${dateText(end, zone)} ` : '';
  return `${day}${minuteText(at, zone)} – ${endDay}${minuteText(end, zone)} ${zoneText(end, zone)}`;
}

/** Returns about six ticks. They are at whole hours or days of the zone if the range is long enough. */
export function tickTimes(points: readonly { at: string }[], stepSeconds: number, zone: string): string[] {
  const wanted = 6;
  const every = Math.max(1, Math.ceil(points.length / wanted));
  const roundMs = roundTo(every * stepSeconds * 1_000);
  const even = points
    .filter(({ at }) => (Date.parse(at) + zoneAheadMs(Date.parse(at), zone)) % roundMs === 0)
    .map(({ at }) => at);
  return even.length >= 2 ? even : points.filter((_, index) => index % every === 0).map(({ at }) => at);
}

const steps = [
  60_000,
  300_000,
  600_000,
  900_000,
  1_800_000,
  hourMs,
  2 * hourMs,
  3 * hourMs,
  4 * hourMs,
  6 * hourMs,
  12 * hourMs,
  dayMs,
];

function roundTo(ms: number): number {
  return steps.find((step) => step >= ms) ?? Math.ceil(ms / dayMs) * dayMs;
}

/** Returns a count for an axis or a figure: `950`, `12.3k`, `1.24M`. */
export function shortCount(count: number): string {
  if (count < 10_000) return count.toLocaleString('en-US', { maximumFractionDigits: 1 });
  const [value, unit] = count < 1_000_000 ? [count / 1_000, 'k'] : [count / 1_000_000, 'M'];
  return `${value.toLocaleString('en-US', { maximumSignificantDigits: 3 })}${unit}`;
}

const durationSteps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 20, 30].map((seconds) => seconds * 1_000),
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 4, 6, 12].map((hours) => hours * hourMs),
];

/**
 * Returns three or four ticks that reach the longest duration. The steps are the usual ones: whole minutes, not thirds
 * of a minute.
 */
export function durationTicks(longestMs: number): number[] {
  const wanted = 3;
  const step =
    durationSteps.find((each) => longestMs <= each * wanted) ?? Math.ceil(longestMs / wanted / dayMs) * dayMs;
  const count = Math.max(1, Math.ceil(longestMs / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** Returns a duration for an axis in one unit: `250 ms`, `2.5 s`, `10 min`, `3 h`. */
export function axisDuration(ms: number): string {
  const short = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 1 });
  if (ms < 1_000) return `${short(ms)} ms`;
  if (ms < 120_000) return `${short(ms / 1_000)} s`;
  if (ms < 2 * hourMs) return `${short(ms / 60_000)} min`;
  return `${short(ms / hourMs)} h`;
}
