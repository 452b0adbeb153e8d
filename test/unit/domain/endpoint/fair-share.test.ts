import { expect, it } from 'vitest';
import { type Share, shareAfter, sharePriority } from '#src/domain/endpoint/fair-share.ts';

const now = 1_800_000_000_000;

function asking(times: number, everyMs = 0): number[] {
  let share: Share | undefined;
  return Array.from({ length: times }, (_, index) => {
    share = shareAfter(share, now + index * everyMs);
    return sharePriority(share);
  });
}

it('the first of one come before the thousandth of another', () => {
  const burst = asking(100_000);
  expect(burst.slice(0, 100)).toEqual(Array(100).fill(0));
  expect(burst.at(-1)).toBe(-10);
  expect(burst).toEqual(burst.toSorted((a, b) => b - a));
});

it('who asks for little at a time never waits for others', () => {
  expect(new Set(asking(5_000, 100))).toEqual(new Set([0]));
});

it('what was asked for is forgotten in time', () => {
  const share: Share = { level: 10_000, atMs: now };
  expect(sharePriority(shareAfter(share, now + 60_000))).toBeLessThan(-6);
  expect(sharePriority(shareAfter(share, now + 600_000))).toBe(0);
});
