import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeAlarm } from '#src/engine/pump/alarm.ts';
import { type ClaimTrace, makePump, type Pump, type PumpOptions } from '#src/engine/pump/pump.ts';
import { makeUnderWay } from '#src/engine/pump/under-way.ts';

type Claim = { work: number[]; more: boolean };
type Held = { work: number; done(): void };

let pump: Pump | undefined;
let wake: () => void;
let held: Held[] = [];

afterEach(async () => {
  for (const one of held) one.done();
  held = [];
  await pump?.stop();
});

/** A pump over a list of numbers, whose work goes on until the test ends it. */
function pumpOf(
  waiting: number[],
  { starts = true, ...options }: Partial<PumpOptions<number>> & { starts?: boolean } = {},
) {
  const limits: number[] = [];
  const alarm = makeAlarm();
  const underWay = makeUnderWay(8);
  const slots = underWay.of('job');
  const made = makePump<number>({
    name: 'numbers',
    alarm,
    slots,
    claim: async (limit) => {
      limits.push(limit);
      return taken(waiting, limit);
    },
    perform: (work) =>
      new Promise((resolve) => {
        held.push({ work, done: resolve });
      }),
    mayClaim: () => true,
    mayBeLost: () => false,
    onError: (error) => {
      throw error;
    },
    ...options,
  });
  pump = made;
  wake = alarm.wake;
  if (starts) made.start();
  return { pump: made, alarm, underWay, slots, limits };
}

/** What a claim answers: up to `limit` of what waits. */
function taken(waiting: number[], limit: number): Claim {
  const work = waiting.splice(0, limit);
  return { work, more: work.length === limit };
}

const range = (n: number) => Array.from({ length: n }, (_, index) => index);

it('tells each claim on a diagnostics channel', async () => {
  const seen: ClaimTrace[] = [];
  const listen = (message: unknown) => void seen.push(message as ClaimTrace);
  subscribe('ringback:claim', listen);
  onTestFinished(() => void unsubscribe('ringback:claim', listen));
  pumpOf(range(3));
  await expect.poll(() => held.length).toBe(3);
  expect(seen[0]).toEqual({ name: 'numbers', limit: 8, items: 3, tookMs: expect.any(Number) });
});

describe('slots', () => {
  it('are never exceeded, and all work is done in the end', async () => {
    const waiting = range(100);
    const { slots } = pumpOf(waiting);
    let most = 0;
    let ended = 0;
    while (ended < 100) {
      await expect.poll(() => held.length).toBeGreaterThan(0);
      most = Math.max(most, slots.taken);
      const one = held.shift();
      one?.done();
      ended += 1;
    }
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThanOrEqual(6);
    await expect.poll(() => slots.taken).toBe(0);
  });

  it('are taken by what comes in another way, and given back', async () => {
    const waiting: number[] = [];
    const { alarm, slots } = pumpOf(waiting);
    const taken = range(10).map(() => slots.take());
    expect(taken.map((slot) => slot !== undefined)).toEqual([...range(8).map(() => true), false, false]);
    waiting.push(1);
    alarm.wake();
    await new Promise((resolve) => setImmediate(resolve));
    expect(held).toEqual([]);
    for (const slot of taken) slot?.[Symbol.dispose]();
    await expect.poll(() => held.length).toBe(1);
  });

  it('are asked for only as far as they are free', async () => {
    const waiting = range(5);
    const { limits } = pumpOf(waiting);
    await expect.poll(() => held.length).toBe(5);
    waiting.push(...range(20));
    wake();
    await expect.poll(() => held.length).toBe(8);
    expect(limits.slice(0, 2)).toEqual([8, 3]);
  });
});

describe('a wake-up', () => {
  it('during a look is not lost: another look follows at once', async () => {
    const looks: PromiseWithResolvers<Claim>[] = [];
    const { alarm } = pumpOf([], {
      claim: () => {
        const look = Promise.withResolvers<Claim>();
        looks.push(look);
        return look.promise;
      },
    });
    await expect.poll(() => looks.length).toBe(1);
    alarm.wake();
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
    const { alarm, limits } = pumpOf([]);
    await expect.poll(() => limits.length).toBe(1);
    const from = performance.now();
    alarm.wakeIn(60);
    await expect.poll(() => limits.length, { interval: 1 }).toBe(2);
    expect(performance.now() - from).toBeGreaterThanOrEqual(55);
    expect(performance.now() - from).toBeLessThan(400);
  });
});

it('claims nothing before its start, though it is woken', async () => {
  const { pump, limits } = pumpOf([1], { starts: false });
  wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(limits).toEqual([]);
  pump.start();
  await expect.poll(() => held.length).toBe(1);
});

it('can be stopped without having been started', async () => {
  const { pump, limits } = pumpOf([1], { starts: false });
  await pump.stop();
  expect(limits).toEqual([]);
});

it('claims nothing while it may not', async () => {
  let may = false;
  const { limits } = pumpOf([1], { mayClaim: () => may });
  wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(limits).toEqual([]);
  may = true;
  wake();
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
  wake();
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
  wake();
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
});

it('leaves what it has claimed to others while they may have taken it over', async () => {
  let mayBeLost = true;
  const { limits } = pumpOf(range(3), { mayBeLost: () => mayBeLost });
  await expect.poll(() => limits.length).toBe(1);
  mayBeLost = false;
  wake();
  await expect.poll(() => limits.length).toBeGreaterThan(1);
  expect(held).toEqual([]);
});
