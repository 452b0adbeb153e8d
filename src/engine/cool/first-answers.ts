import type { LimitSign } from '#src/domain/decide/limit-sign.ts';
import { type CoolDown, firstWindowMs } from '#src/domain/flow/cool-down.ts';
import { makeAnswerCounts } from './answer-counts.ts';

/** An attempt that ended, as it counts for its cool-down. `key` names project and origin; times are those of one clock. */
type Ended = {
  id: string;
  key: string;
  sign: LimitSign | null;
  isAnswer: boolean;
  sentAtMs: number;
  atMs: number;
};

/**
 * What one worker was answered around the first refusal of a target. The cool-down adds up what all workers tell, so each
 * answer is told once.
 */
export type FirstAnswers = {
  /** Counts an answer of an origin. */
  count(key: string): void;
  /** Returns true if an answer of the origin, to a request that was sent then, may have to be told by itself. */
  mayTell(key: string, sentAtMs: number): boolean;
  /**
   * Returns the answers to tell with an attempt that ended: at the first sign all of the last while, and afterwards each
   * answer to a request that was sent before the end of the first pause.
   */
  toTell(ended: Ended): number;
  /** Hears of a cool-down that is not over, and returns the answers to tell: another worker may have begun it. */
  hear(heard: { id: string; key: string; coolDown: CoolDown; nowMs: number }): number;
  /** Forgets all cool-downs but those with these ids, and those of a moment ago. */
  forget(except: ReadonlySet<string>): void;
};

/** What was told is remembered for this time after the pause, even if the cool-down is not listed yet. */
const rememberMs = 5_000;

/** Makes the first answers of a worker. They are only in memory. */
export function makeFirstAnswers(): FirstAnswers {
  const answers = makeAnswerCounts();
  /** The cool-downs that were told of, by origin and id. Requests sent before these times still count. */
  const told = new Map<string, Map<string, number>>();
  const remember = (key: string, id: string, untilMs: number) =>
    told.set(key, (told.get(key) ?? new Map<string, number>()).set(id, untilMs));
  return {
    count: answers.count,
    mayTell: (key, sentAtMs) => [...(told.get(key)?.values() ?? [])].some((untilMs) => sentAtMs < untilMs),
    toTell({ id, key, sign, isAnswer, sentAtMs, atMs }) {
      const untilMs = told.get(key)?.get(id);
      if (untilMs !== undefined) return isAnswer && sentAtMs < untilMs ? 1 : 0;
      if (sign === null) return 0;
      remember(key, id, sign.limit === null ? atMs + sign.waitMs : 0);
      return answers.within(key, sign.waitMs);
    },
    hear({ id, key, coolDown, nowMs }) {
      const isNew = !told.get(key)?.has(id);
      const isSearched = !coolDown.isLearned && coolDown.named === null;
      remember(key, id, isSearched ? performance.now() + coolDown.untilMs - nowMs : 0);
      if (!isNew || !isSearched) return 0;
      return answers.within(key, firstWindowMs(coolDown) + nowMs - coolDown.refusedAtMs);
    },
    forget(except) {
      const now = performance.now();
      for (const [key, ids] of told) {
        for (const [id, untilMs] of ids) if (!except.has(id) && untilMs + rememberMs < now) ids.delete(id);
        if (ids.size === 0) told.delete(key);
      }
    },
  };
}
