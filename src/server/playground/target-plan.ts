import { createHash } from 'node:crypto';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { playgroundLimits } from '#src/domain/limits.ts';

const maxEntries = playgroundLimits.planEntries;

/** Reads the statuses to respond with, one after the other: `429,503,200`. */
export function readPlan(text: string, field: string): number[] {
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.length > maxEntries) {
    throw new Refusal('invalid_input', `A plan has at most ${maxEntries} statuses, not ${entries.length}.`, field);
  }
  return entries.map((entry) => {
    if (/^[2-5]\d\d$/.test(entry)) return Number(entry);
    const given = JSON.stringify(entry.slice(0, 20));
    throw new Refusal(
      'invalid_input',
      `A plan is a list of statuses from 200 to 599, like 429,503,200; ${given} is none.`,
      field,
    );
  });
}

/** Reads a whole number from the query, or returns 0 when it is missing. */
export function readCount(query: URLSearchParams, field: string, max: number): number {
  const text = query.get(field);
  if (text === null) return 0;
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= max) return value;
  throw new Refusal('invalid_input', `${field} should be a whole number from 0 to ${max.toLocaleString('en')}.`, field);
}

export type Walks = {
  /** Returns the entry of the plan, from 0, that this caller gets now. After the last entry it starts again. */
  next(caller: string, plan: readonly number[]): number;
};

/**
 * Remembers the position of each caller in its plan. The positions are only in memory, and only for the latest callers.
 * Each web process has its own, so a plan may take more requests than it has entries.
 */
export function makeWalks(maxCallers = 1_000): Walks {
  const walks = new Map<string, number>();
  return {
    next(caller, plan) {
      // The key is hashed, because a caller's key may be as long as a header.
      const key = createHash('sha256').update(`${plan.join()}\n${caller}`).digest('base64');
      const step = walks.get(key) ?? 0;
      walks.delete(key);
      walks.set(key, (step + 1) % plan.length);
      for (const oldest of walks.keys()) {
        if (walks.size <= maxCallers) break;
        walks.delete(oldest);
      }
      return step;
    },
  };
}
