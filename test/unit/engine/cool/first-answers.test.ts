import { describe, expect, it } from 'vitest';
import { type CoolDown, coolDownAfter, withAnswers } from '#src/domain/flow/cool-down.ts';
import { makeFirstAnswers } from '#src/engine/cool/first-answers.ts';

const key = 'project https://api.test';
const sign = { waitMs: 60_000, limit: null, refused: true };
const signs = { waitMs: 60_000, limit: null, refusals: 1, answered: 7, sentMsAgo: 5 };
const begun = () => coolDownAfter(null, signs, 0);
const refusal = (more: { sign?: typeof sign | null; isAnswer?: boolean; sentAtMs?: number } = {}) => {
  const atMs = performance.now();
  return { id: 'one', key, sign, isAnswer: false, sentAtMs: atMs, atMs, ...more };
};
const heard = (coolDown: CoolDown) => ({ id: 'one', key, coolDown, nowMs: 100 });

describe('the answers that a worker tells', () => {
  it('are told once, with its first refusal, whether or not it has heard of the cool-down', () => {
    for (const hearsFirst of [true, false]) {
      const first = makeFirstAnswers();
      for (let n = 0; n < 5; n++) first.count(key);
      const told = hearsFirst ? first.hear(heard(begun())) : first.toTell(refusal());
      expect(told).toBe(5);
      expect(first.hear(heard(begun()))).toBe(0);
      expect(first.toTell(refusal())).toBe(0);
    }
  });

  it('go on with those to requests that were sent before the pause ends', () => {
    const first = makeFirstAnswers();
    expect(first.mayTell(key, performance.now())).toBe(false);
    first.toTell(refusal());
    const sentAtMs = performance.now();
    expect(first.mayTell(key, sentAtMs)).toBe(true);
    expect(first.toTell(refusal({ sign: null, isAnswer: true, sentAtMs }))).toBe(1);
    const later = refusal({ sign: null, isAnswer: true, sentAtMs: sentAtMs + 61_000 });
    expect(first.mayTell(key, later.sentAtMs)).toBe(false);
    expect(first.toTell(later)).toBe(0);
  });

  it('are none if the limit is known', () => {
    const first = makeFirstAnswers();
    first.count(key);
    expect(first.hear(heard({ ...begun(), isLearned: true }))).toBe(0);
    expect(first.toTell(refusal())).toBe(0);
    expect(first.mayTell(key, 0)).toBe(false);
  });

  it('are remembered until the cool-down is no longer listed and its pause is over', () => {
    const first = makeFirstAnswers();
    first.count(key);
    first.hear(heard({ ...begun(), untilMs: -10_000 }));
    first.forget(new Set(['one']));
    expect(first.toTell(refusal())).toBe(0);
    first.forget(new Set());
    expect(first.toTell(refusal())).toBe(1);
  });
});

describe('a cool-down', () => {
  it('adds up what workers tell while its limit is searched, and keeps its pause', () => {
    expect(withAnswers(begun(), 3)).toEqual({ ...begun(), limit: 10, ceiling: 10 });
    const blind = coolDownAfter(null, { ...signs, answered: 0 }, 0);
    expect(withAnswers(blind, 3)).toMatchObject({ limit: 3, ceiling: 3, periodMs: 60_000 });
    const learned = { ...begun(), isLearned: true };
    expect(withAnswers(learned, 3)).toBe(learned);
  });
});
