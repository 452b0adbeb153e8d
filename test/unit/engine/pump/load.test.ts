import { expect, it } from 'vitest';
import { makeLoad } from '#src/engine/pump/load.ts';

const rounds = (count: number, idleMs: number, tookMs: number, load = makeLoad()) => {
  for (let round = 0; round < count; round++) load.note(idleMs, tookMs);
  return load;
};

it('a loop is busy when its rounds follow each other, and not by the first of them', () => {
  expect(makeLoad().busy).toBe(false);
  expect(rounds(1, 0, 5).busy).toBe(false);
  expect(rounds(5, 0, 5).busy).toBe(true);
});

it('a loop with pauses is never busy, however long its rounds take', () => {
  expect(rounds(100, 10, 5).busy).toBe(false);
  expect(rounds(100, 400, 1_000).busy).toBe(false);
});

it('a loop that comes to rest is no longer busy', () => {
  const load = rounds(100, 0, 5);
  expect(rounds(2, 500, 5, load).busy).toBe(false);
});

it('rounds that take no time count as rest', () => {
  expect(rounds(100, 0, 0).busy).toBe(false);
});
