import type { Outcome, OutcomeKind } from './outcome.ts';

/**
 * The last outcomes of a job as one column holds them, the newest last: `response:429,timeout`. Lists show them, and
 * statistics count the newest, without reading the attempts.
 */
export type RecentOutcomes = string;

/** How many outcomes are remembered. */
const most = 8;

/** A remembered outcome; `status` is that of a response. */
export type RecentOutcome = { outcome: OutcomeKind; status: number | null };

/** Adds the outcome of an attempt, and forgets the oldest. */
export function addOutcome(recent: RecentOutcomes, outcome: Outcome): RecentOutcomes {
  return addWord(recent, outcome.kind === 'response' ? `response:${outcome.status}` : outcome.kind);
}

/** Adds an end that is no outcome of `send`: the job was cancelled, or what came cannot be stored. */
export function addWord(recent: RecentOutcomes, word: string): RecentOutcomes {
  return [...words(recent), word].slice(-most).join(',');
}

/** Reads what is remembered, the oldest first. */
export function readRecent(recent: RecentOutcomes): RecentOutcome[] {
  return words(recent).map((word) => {
    const [outcome, status] = word.split(':');
    return { outcome: outcome as RecentOutcome['outcome'], status: status === undefined ? null : Number(status) };
  });
}

/** Returns the newest as statistics count it: a response by its status (`429`), others by their kind; null without any. */
export function lastWord(recent: RecentOutcomes): string | null {
  return words(recent).at(-1)?.replace('response:', '') ?? null;
}

function words(recent: RecentOutcomes): string[] {
  return recent.split(',').filter(Boolean);
}
