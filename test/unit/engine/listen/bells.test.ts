import { expect, it, vi } from 'vitest';
import { type Bell, makeBells } from '#src/engine/listen/bells.ts';

/** Whether a bell is heard at once, and not only when the time is over. */
async function isHeard(bell: Bell): Promise<boolean> {
  vi.useFakeTimers();
  try {
    let heard = false;
    const waiting = bell.heard(1_000).then(() => {
      heard = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    const atOnce = heard;
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
    return atOnce;
  } finally {
    vi.useRealTimers();
  }
}

it('a bell is heard by those who wait for its name, all of them, and by nobody else', async () => {
  const bells = makeBells();
  const [one, same, other] = [bells.open('a'), bells.open('a'), bells.open('b')];
  bells.ring('a');
  expect([await isHeard(one), await isHeard(same), await isHeard(other)]).toEqual([true, true, false]);
});

it('one that rang before somebody waits is heard once', async () => {
  const bells = makeBells();
  const bell = bells.open('a');
  bells.ring('a');
  bells.ring('a');
  expect([await isHeard(bell), await isHeard(bell)]).toEqual([true, false]);
});

it('one that rings while somebody waits wakes them', async () => {
  const bells = makeBells();
  const bell = bells.open('a');
  const waiting = bell.heard(60_000);
  bells.ring('');
  await waiting;
});

it('the end wakes all for good, and is over when the last bell is closed', async () => {
  const bells = makeBells();
  const [one, other] = [bells.open('a'), bells.open('b')];
  const waiting = one.heard(60_000);
  let isOver = false;
  const over = bells.close().then(() => {
    isOver = true;
  });
  await waiting;
  expect([bells.closed, await isHeard(one), await isHeard(other)]).toEqual([true, true, true]);
  one.close();
  await Promise.resolve();
  expect(isOver).toBe(false);
  other.close();
  await over;
});

it('the end is over at once where nobody has a bell', async () => {
  await makeBells().close();
});
