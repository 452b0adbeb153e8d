import { z } from 'zod';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { deliveryStates } from '#src/domain/decide/job-state.ts';
import { readLimits } from '#src/domain/limits.ts';
import { parseMetadataMatch, parseMetadataPath } from '#src/domain/text/metadata-path.ts';

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

/** Checks a duration that jobs are compared with. */
export const durationFilter = z.union([
  z.int().min(0).max(readLimits.durationComparedMs),
  z
    .string()
    .refine(
      (text) => durationMs(text) !== null,
      'must be milliseconds, or text like "500ms", "5s", "10m", "2h", "1d", up to a year',
    ),
]);

/** Checks a path into metadata. */
export const metadataPathInput = storableText(readLimits.metadataPathLength).refine(
  (text) => parseMetadataPath(text) !== null,
  'must be a path into the metadata such as customer.id, of up to 8 keys; a dot within a key is written \\.',
);

/** Checks a path into metadata with a value. */
export const metadataFilter = storableText(readLimits.metadataMatchLength).refine(
  (text) => parseMetadataMatch(text) !== null,
  'must be a path into the metadata and a value, such as customer.id=42; a dot within a key is written \\.',
);
