import { Refusal } from '#src/contract/shape/error-code.ts';

const unitsMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const unitNames = { ms: 'milliseconds', s: 'seconds' } as const;

/**
 * Limits of a duration: the unit of bare numbers and of the result, the bounds in that unit, and whether it must be
 * whole.
 */
export type DurationBounds = { unit: 'ms' | 's'; min: number; max: number; whole: boolean };

/**
 * Returns a duration as a number in its field's unit. A number is already in that unit; text like `"500ms"`, `"30s"`,
 * `"1.5h"` is converted. Throws a Refusal (`invalid_input`) that names the field if the value is neither, or out of
 * bounds.
 */
export function readDuration(value: unknown, bounds: DurationBounds, field: string): number {
  const { unit, min, max, whole } = bounds;
  const amount = typeof value === 'string' ? fromText(value, unit) : value;
  if (typeof amount === 'number' && amount >= min && amount <= max && (!whole || Number.isInteger(amount)))
    return amount;
  const range = `from ${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}`;
  const message = `\`${field}\` must be ${whole ? 'whole ' : ''}${unitNames[unit]} ${range}, or text like "30s", "5m", "2h", "1d".`;
  throw new Refusal('invalid_input', message, field);
}

/**
 * Returns the amount in `unit`, or null if the text is not a duration. A number in quotes without a unit is not
 * accepted.
 */
function fromText(text: string, unit: 'ms' | 's'): number | null {
  const parts = /^(\d{1,12}(?:\.\d{1,3})?) ?(ms|s|m|h|d)$/.exec(text.trim());
  if (parts === null) return null;
  const ms = Number(parts[1]) * (unitsMs[parts[2] ?? ''] ?? Number.NaN);
  return Math.round(ms) / (unitsMs[unit] ?? 1);
}
