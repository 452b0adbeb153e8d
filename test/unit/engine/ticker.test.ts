import { expect, it, onTestFinished, vi } from 'vitest';
import { tick } from '#src/engine/ticker.ts';

function holdClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
}

const after = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

it('runs begin after a rest that is made of how long the last one took, a failed one too', async () => {
  holdClock();
  const startedAt: number[] = [];
  const from = performance.now();
  const errors: unknown[] = [];
  const act = async () => {
    startedAt.push(performance.now() - from);
    await after(100 * startedAt.length);
    if (startedAt.length === 2) throw new Error('the second');
  };
  const ticker = tick(
    (tookMs) => tookMs * 10,
    act,
    (error) => errors.push(error),
  );
  await vi.advanceTimersByTimeAsync(3_400);
  // 0 + 100 + 1,000, and then 200 + 2,000.
  expect(startedAt).toEqual([0, 1_100, 3_300]);
  expect(errors).toEqual([new Error('the second')]);
  const stopped = ticker.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  await stopped;
  expect(startedAt).toHaveLength(3);
});

it('the first run begins when it is told to, and none after a stop', async () => {
  holdClock();
  let runs = 0;
  const act = async () => {
    runs += 1;
  };
  const ticker = tick(1_000, act, () => undefined, 5_000);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(runs).toBe(0);
  await vi.advanceTimersByTimeAsync(1_001);
  expect(runs).toBe(2);
  await ticker.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs).toBe(2);
});
