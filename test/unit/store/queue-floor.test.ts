import { expect, it, onTestFinished, vi } from 'vitest';
import type { Db } from '#src/store/db/database.ts';
import { makeQueueFloor } from '#src/store/db/queue-floor.ts';

/** A floor whose looks take so long, by a clock that only they move, and answer so; an error fails them. */
function floorWith(answers: (string | Error)[], tookMs: number) {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  onTestFinished(() => clock.mockRestore());
  const began: unknown[] = [];
  const errors: Error[] = [];
  const run = async (_name: string, _text: string, values: unknown[]) => {
    began.push(values[2]);
    now += tookMs;
    const answer = answers.shift() ?? 'none';
    if (answer instanceof Error) throw answer;
    return [{ floor: answer }];
  };
  const options = { everyMs: 1_000, thoroughMs: 5_000, slackSeconds: 3, onError: (error: Error) => errors.push(error) };
  const floor = makeQueueFloor({ run } as unknown as Db, 'fetch', options);
  /** Fetches after this time, and waits for the look, if there is one. */
  const after = async (ms: number) => {
    now += ms;
    floor.refresh();
    await floor.idle();
  };
  return { floor, began, errors, after };
}

it('looks begin at the floor, and a thorough one at the beginning', async () => {
  const { floor, began, after } = floorWith(['1', '2', '3', '4'], 10);
  await after(0);
  expect(floor.from).toBe('1');
  await after(900);
  expect(began).toEqual(['-infinity']);
  await after(100);
  await after(1_000);
  expect(began).toEqual(['-infinity', '1', '2']);
  await after(3_000);
  expect(began).toEqual(['-infinity', '1', '2', '-infinity']);
  expect(floor.from).toBe('4');
});

it('a look that fails is told, keeps the floor, and rests, while the others go on', async () => {
  const { floor, began, errors, after } = floorWith([new Error('too slow'), '1', '2'], 2_000);
  await after(0);
  expect(errors).toHaveLength(1);
  expect(floor.from).toBe('-infinity');
  await after(1_000);
  expect(floor.from).toBe('1');
  // That one took 2 s too. The thorough one rests for 30 s at most since it failed, though the others rest as well.
  await after(26_000);
  expect(began).toHaveLength(2);
  await after(1_000);
  expect(began).toEqual(['-infinity', '-infinity', '-infinity']);
  expect(floor.from).toBe('2');
});
