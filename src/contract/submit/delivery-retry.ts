import { z } from 'zod';
import { refuse } from '#src/contract/shape/shape.ts';
import { deliveryLimits, policyLimits } from '#src/domain/limits.ts';
import { overlaps, parseStatusPattern, type StatusPattern } from '#src/domain/policy/status-pattern.ts';
import { readDuration } from './duration.ts';
import { duration } from './retry-schema.ts';

/** Delays between the attempts of a delivery, as given; `readSchedule` checks them. */
export const delays = z.array(duration, { error: 'must be a list of delays in seconds' });

const status = z.union([z.int(), z.string()], { error: 'must be a status or a pattern, like 422, "4xx" or "500-599"' });

/** Statuses that end a delivery, as given; `readGiveUpOn` checks them. */
export const statuses = z.array(status, { error: 'must be a list of statuses, like [400, 422] or ["4xx"]' });

/** `retry` of a job's callback and of an endpoint. */
export const deliveryRetrySchema = z.strictObject(
  { scheduleSeconds: delays.optional(), giveUpOn: statuses.optional() },
  { error: 'must be an object: { scheduleSeconds, giveUpOn }' },
);

/** Reads delays in seconds: at most 32 of at most 7 days. Throws a Refusal that names the wrong one. */
export function readSchedule(entries: readonly (number | string)[], field: string): number[] {
  if (entries.length > deliveryLimits.scheduleEntries) {
    throw refuse('invalid_input', field, `must be at most ${deliveryLimits.scheduleEntries} delays.`);
  }
  const bounds = { unit: 's', min: 0, max: deliveryLimits.scheduleEntrySeconds, whole: false } as const;
  return entries.map((entry, index) => readDuration(entry, bounds, `${field}.${index}`));
}

const success: StatusPattern = { text: '2xx', kind: 'span', ranges: [[200, 299]] };

/**
 * Reads status patterns and drops duplicates: at most 32, none of which may mean success. Throws a Refusal that names
 * the wrong one.
 */
export function readGiveUpOn(entries: readonly (number | string)[], field: string): string[] {
  if (entries.length > deliveryLimits.giveUpEntries) {
    throw refuse('invalid_input', field, `must be at most ${deliveryLimits.giveUpEntries} statuses.`);
  }
  const patterns = entries.map((entry, index) => {
    const text = String(entry);
    if (text.length > policyLimits.patternLength) {
      const rule = `must be a status pattern of at most ${policyLimits.patternLength} characters.`;
      throw refuse('invalid_input', `${field}.${index}`, rule);
    }
    const pattern = parseStatusPattern(text);
    if (pattern === null) {
      throw refuse(
        'invalid_input',
        `${field}.${index}`,
        'must be a status from 100 to 999, or like "4xx" or "500-599".',
      );
    }
    if (pattern.kind !== 'any' && overlaps(pattern, success)) {
      throw refuse(
        'invalid_input',
        `${field}.${index}`,
        'names 2xx, which is a success: give other statuses, or "any".',
      );
    }
    return pattern.text;
  });
  return [...new Set(patterns)];
}
