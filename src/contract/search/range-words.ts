import { durationMs, durationWord } from '#src/contract/job/job-filter-words.ts';
import { readLimits } from '#src/domain/limits.ts';

/** A range of numbers or of milliseconds, both ends included; null: no bound. */
export type WordRange = { min: number | null; max: number | null };

/** What a range is of: whole numbers, or durations. */
export type RangeUnit = 'number' | 'duration';

/** Reads `>=3`, `>3`, `<=5`, `<5`, `3..5` or `3`; of durations `>=5s`. Null: it is no range, or an empty one. */
export function readWordRange(text: string, unit: RangeUnit): WordRange | null {
  const [, sign, first = '', last] = /^(>=|>|<=|<|)([^<>.]+(?:\.\d+[a-z]*)?)(?:\.\.(.+))?$/.exec(text.trim()) ?? [];
  const low = amountOf(first, unit);
  if (low === null) return null;
  if (last !== undefined) {
    const high = amountOf(last, unit);
    return sign !== '' || high === null || high < low ? null : { min: low, max: high };
  }
  if (sign === '') return { min: low, max: low };
  // Both kinds are whole: the next one above 5 s is 5001 ms.
  if (sign === '>=' || sign === '>') return { min: sign === '>' ? low + 1 : low, max: null };
  const max = sign === '<' ? low - 1 : low;
  return max < 0 ? null : { min: null, max };
}

function amountOf(text: string, unit: RangeUnit): number | null {
  if (unit === 'duration') return durationMs(text);
  return /^\d{1,7}$/.test(text) && Number(text) <= readLimits.attemptsCompared ? Number(text) : null;
}

/** Returns a range as it is written. `readWordRange` reads it back. */
export function wordRangeText({ min, max }: WordRange, unit: RangeUnit): string {
  const word = (amount: number) => (unit === 'duration' ? durationWord(amount) : String(amount));
  if (min === null) return `<=${word(max ?? 0)}`;
  if (max === null) return `>=${word(min)}`;
  return min === max ? word(min) : `${word(min)}..${word(max)}`;
}
