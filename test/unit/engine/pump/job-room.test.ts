import { expect, it } from 'vitest';
import { makeJobRoom } from '#src/engine/pump/job-room.ts';
import type { SlotPool } from '#src/engine/pump/under-way.ts';

const job = { project_id: 'p', url: 'https://api.example.com/a' };
const other = { project_id: 'p', url: 'https://other.example.com/a' };
const origin = { projectId: 'p', origin: 'https://api.example.com' };

function room(free: number) {
  const slots = { free, taken: 0 } as SlotPool;
  return makeJobRoom(slots, () => undefined);
}

it('an origin that was not used lately has a few slots at first, and its line is left alone while it has them all', () => {
  const made = room(512);
  const { go, wait } = made.sort(Array.from({ length: 20 }, () => job));
  expect([go.length, wait.length]).toEqual([8, 12]);
  const leave = go.map((one) => made.enter(one));
  expect(made.left(origin.projectId, origin.origin)).toBe(0);
  expect(made.opening()).toEqual([origin]);
  // Others leave it slots, so jobs of a flow may still go there.
  expect(made.crowded()).toEqual([]);
  expect(made.sort([other]).go).toEqual([other]);
  leave[0]?.();
  expect(made.left(origin.projectId, origin.origin)).toBe(1);
  expect(made.opening()).toEqual([]);
});

it('answers open slots, one for four', () => {
  const made = room(512);
  for (let n = 0; n < 40; n++) made.enter(job)();
  expect(made.left(origin.projectId, origin.origin)).toBe(18);
});

it('an origin to which others leave no slot is crowded', () => {
  const made = room(2);
  for (let n = 0; n < 8; n++) made.enter(job);
  expect(made.crowded()).toEqual([origin]);
});
