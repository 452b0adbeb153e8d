import { deliveryStates } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';

/** What the filter `callback` takes: a state of one of the job's deliveries, or `none` for a job without any. */
export const callbackWords = ['none', ...deliveryStates] as const;

/** See `callbackWords`. */
export type CallbackWord = (typeof callbackWords)[number];

const unitsMs: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Returns the milliseconds of a text such as `5s`, `1.5h` or `250`; null if it is none, or longer than a year. */
export function durationMs(text: string): number | null {
  const [, amount, unit = ''] = /^(\d{1,12}(?:\.\d{1,3})?) ?(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  const ms = Math.round(Number(amount) * (unitsMs[unit] ?? Number.NaN));
  return ms <= readLimits.durationComparedMs ? ms : null;
}

/** Returns a duration in the largest unit in which it is whole: `90s`, `5m`, `250ms`. `durationMs` reads it back. */
export function durationWord(ms: number): string {
  const unit = ['d', 'h', 'm', 's'].find((name) => ms > 0 && ms % (unitsMs[name] ?? 1) === 0) ?? 'ms';
  return `${ms / (unitsMs[unit] ?? 1)}${unit}`;
}
