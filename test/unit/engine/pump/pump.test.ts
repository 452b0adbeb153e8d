import { afterEach, describe, expect, it } from 'vitest';
import { makePump, type Pump, type PumpOptions } from '#src/engine/pump/pump.ts';

type Claim = { work: number[]; more: boolean };
type Held = { work: number; done(): void };

let pump: Pump | undefined;
let held: Held[] = [];

afterEach(async () => {
  for (const one of held) one.done();
  held = [];
  await pump?.stop();
});

/** A pump over a list of numbers, whose work goes on until the test ends it. */
function pumpOf(waiting: number[], options: Partial<PumpOptions<number>> = {}) {
  const limits: number[] = [];
  const made = makePump<number>({
    slots: 8,
    claim: async (limit) => {
      limits.push(limit);
      return taken(waiting, limit);
    },
    perform: (work) =>
      new Promise((resolve) => {
        held.push({ work, done: resolve });
      }),
    mayClaim: () => true,
    onError: (error) => {
      throw error;
    },
    ...options,
  });
  pump = made;
  return { pump: made, limits };
}

/** What a claim answers: up to `limit` of what waits. */
function taken(waiting: number[], limit: number): Claim {
  const work = waiting.splice(0, limit);
  return { work, more: work.length === limit };
}

const range = (n: number) => Array.from({ length: n }, (_, index) => index);

describe('slots', () => {
  it('are never exceeded, and all work is done in the end', async () => {
    const waiting = range(100);
    const { pump } = pumpOf(waiting);
    let most = 0;
    let ended = 0;
    while (ended < 100) {
      await expect.poll(() => held.length).toBeGreaterThan(0);
      most = Math.max(most, pump.inFlight);
      const one = held.shift();
      one?.done();
      ended += 1;
    }
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThanOrEqual(6);
    await expect.poll(() => pump.inFlight).toBe(0);
  });

  it('are taken by what comes in another way, and given back', async () => {
    const waiting: number[] = [];
    const { pump } = pumpOf(waiting);
    expect(range(10).map(() => pump.take())).toEqual([...range(8).map(() => true), false, false]);
    waiting.push(1);
    pump.wake();
    await new Promise((resolve) => setImmediate(resolve));
    expect(held).toEqual([]);
    for (let i = 0; i < 8; i++) pump.release();
    await expect.poll(() => held.length).toBe(1);
  });

  it('are asked for only as far as they are free', async () => {
    const waiting = range(5);
    const { limits } = pumpOf(waiting);
    await expect.poll(() => held.length).toBe(5);
    waiting.push(...range(20));
    pump?.wake();
    await expect.poll(() => held.length).toBe(8);
    expect(limits.slice(0, 2)).toEqual([8, 3]);
  });
});

describe('a wake-up', () => {
  it('during a look is not lost: another look follows at once', async () => {
    const looks: PromiseWithResolvers<Claim>[] = [];
    const { pump } = pumpOf([], {
      claim: () => {
        const look = Promise.withResolvers<Claim>();
        looks.push(look);
        return look.promise;
      },
    });
    await expect.poll(() => looks.length).toBe(1);
    pump.wake();
    const from = performance.now();
    looks[0]?.resolve({ work: [], more: false });
    await expect.poll(() => looks.length, { interval: 1 }).toBe(2);
    expect(performance.now() - from).toBeLessThan(250);
    looks[1]?.resolve({ work: [], more: false });
  });

  it('is not needed: the queue is looked at every 500 ms', async () => {
    const waiting: number[] = [];
    const { limits } = pumpOf(waiting);
    await expect.poll(() => limits.length).toBe(1);
    waiting.push(1);
    await expect.poll(() => held.length, { timeout: 2_000 }).toBe(1);
  });

  it('can be set for later', async () => {
    const { pump, limits } = pumpOf([]);
    await expect.poll(() => limits.length).toBe(1);
    const from = performance.now();
    pump.wakeIn(60);
    await expect.poll(() => limits.length, { interval: 1 }).toBe(2);
    expect(performance.now() - from).toBeGreaterThanOrEqual(55);
    expect(performance.now() - from).toBeLessThan(400);
  });
});

it('claims nothing while it may not', async () => {
  let may = false;
  const { limits } = pumpOf([1], { mayClaim: () => may });
  pump?.wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(limits).toEqual([]);
  may = true;
  pump?.wake();
  await expect.poll(() => held.length).toBe(1);
});

it('goes on after a claim that failed', async () => {
  const errors: unknown[] = [];
  let fail = true;
  const waiting = [1];
  pumpOf(waiting, {
    claim: async (limit) => {
      if (fail) throw new Error('away');
      return taken(waiting, limit);
    },
    onError: (error) => errors.push(error),
  });
  await expect.poll(() => errors.length).toBe(1);
  fail = false;
  pump?.wake();
  await expect.poll(() => held.length).toBe(1);
});

it('looks again at once when a full batch brought nothing to do, as of messages of cancelled jobs', async () => {
  const looks: number[] = [];
  pumpOf([], {
    claim: async () => {
      looks.push(performance.now());
      return { work: [], more: looks.length < 20 };
    },
  });
  await expect.poll(() => looks.length, { interval: 5 }).toBeGreaterThanOrEqual(20);
  expect((looks[19] ?? 0) - (looks[0] ?? 0)).toBeLessThan(400);
});

it('knows whether its last look found anything', async () => {
  const waiting = [1];
  const { pump } = pumpOf(waiting);
  await expect.poll(() => held.length).toBe(1);
  expect(pump.idle).toBe(false);
  pump.wake();
  await expect.poll(() => pump.idle).toBe(true);
});

it('starts nothing once it is stopped, and stopping waits for the look under way', async () => {
  const look = Promise.withResolvers<Claim>();
  const { pump } = pumpOf([], { claim: () => look.promise });
  let stopped = false;
  const stopping = pump.stop().then(() => {
    stopped = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(stopped).toBe(false);
  // What was claimed is ours and must run.
  look.resolve({ work: [1], more: false });
  await stopping;
  expect(held.map(({ work }) => work)).toEqual([1]);
  expect(pump.take()).toBe(false);
});
