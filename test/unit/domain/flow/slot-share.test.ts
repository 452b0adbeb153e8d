import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mayTakeSlot, openSlots, originWeight, reserveFor, slotsToTake } from '#src/domain/flow/slot-share.ts';

it('gives one busy origin all slots but the reserve', () => {
  for (const slots of [1, 2, 3, 8, 100, 512]) {
    const all = slots + reserveFor(slots);
    let taken = 0;
    while (mayTakeSlot(taken, all - taken, originWeight)) taken += 1;
    expect(taken).toBe(slots);
  }
});

it('leaves a slot to a newcomer beside five busy origins', () => {
  const all = 640;
  const taken: number[] = [];
  for (let origin = 0; origin < 6; origin++) {
    taken.push(0);
    const free = () => all - taken.reduce((sum, one) => sum + one, 0);
    expect(mayTakeSlot(0, free(), originWeight)).toBe(true);
    while (mayTakeSlot(taken[origin] as number, free(), originWeight)) taken[origin] = (taken[origin] as number) + 1;
  }
});

it('counts what may be taken one after the other', () => {
  fc.assert(
    fc.property(fc.nat(700), fc.nat(700), fc.integer({ min: 1, max: 20 }), (taken, free, weight) => {
      let more = 0;
      while (mayTakeSlot(taken + more, free - more, weight)) more += 1;
      expect(slotsToTake(taken, free, weight)).toBe(more);
    }),
  );
});

it('opens the slots of a new origin by its age and its answers', () => {
  expect([0, 399, 400, 1_200].map((ageMs) => openSlots(ageMs, 0))).toEqual([8, 8, 16, 64]);
  expect(openSlots(0, 2_016)).toBe(512);
  expect(openSlots(2_400, 0)).toBe(512);
});
