import type { Outcome, OutcomeKind } from './outcome.ts';

/**
 * The last outcomes of a job in the form of one column, newest last: `response:429,timeout`. Lists show them and
 * statistics count the newest one, so neither reads the attempts.
 */
export type RecentOutcomes = string;

/** The number of outcomes that are kept. */
const most = 8;

/** An outcome that was kept; `status` is the status of a response. */
export type RecentOutcome = { outcome: OutcomeKind; status: number | null };

/** Adds the outcome of an attempt and drops the oldest one beyond the limit. */
export function addOutcome(recent: RecentOutcomes, outcome: Outcome): RecentOutcomes {
  return addWord(recent, outcome.kind === 'response' ? `response:${outcome.status}` : outcome.kind);
}

/** Adds an end that is not an outcome of sending: the job was cancelled, or the response cannot be stored. */
export function addWord(recent: RecentOutcomes, word: string): RecentOutcomes {
  return [...words(recent), word].slice(-most).join(',');
}

/** Returns the kept outcomes, oldest first. */
export function readRecent(recent: RecentOutcomes): RecentOutcome[] {
  return words(recent).map((word) => {
    const [outcome, status] = word.split(':');
    return { outcome: outcome as RecentOutcome['outcome'], status: status === undefined ? null : Number(status) };
  });
}

/**
 * Returns the newest outcome as statistics count it: a response by its status (`429`), other outcomes by their kind;
 * null if there is none.
 */
export function lastWord(recent: RecentOutcomes): string | null {
  return words(recent).at(-1)?.replace('response:', '') ?? null;
}

function words(recent: RecentOutcomes): string[] {
  return recent.split(',').filter(Boolean);
}
