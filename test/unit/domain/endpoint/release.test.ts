import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fetchFromLine, type Gate, probeLeaseMs, rateAt, release, type Waiting } from '#src/domain/endpoint/release.ts';

const now = 1_800_000_000_000;
const open: Gate = {
  enabled: true,
  rate: null,
  room: null,
  pausedUntilMs: null,
  recoveredAtMs: null,
  nextSlotAtMs: null,
  lastGoAtMs: null,
};
const waiting = (count: number, granted = false): Waiting[] =>
  Array.from({ length: count }, (_, i) => ({ id: `d${String(i).padStart(5, '0')}`, granted }));

describe('an endpoint that is well', () => {
  it('gets everything at once when it has no rate', () => {
    const result = release(open, waiting(500), now);
    expect(result).toMatchObject({ hold: [], skip: [] });
    expect(result.go).toHaveLength(500);
  });

  it('gets what its rate allows, the rest with granted times spaced by it', () => {
    const result = release({ ...open, rate: 10 }, waiting(5), now);
    expect(result.go).toEqual(['d00000']);
    expect(result.hold.map(({ atMs, granted }) => [Math.round(atMs - now), granted])).toEqual([
      [110, true],
      [220, true],
      [330, true],
      [440, true],
    ]);
    expect((result.gate.nextSlotAtMs ?? 0) - now).toBeCloseTo(550, 0);
  });

  it('reserves slots a few moments ahead only: who comes later stands in line, and a change of the rate finds it there', () => {
    const result = release({ ...open, rate: 1 }, waiting(100), now);
    expect([result.go.length, result.hold.length, result.line.length]).toEqual([1, 2, 97]);
    expect((result.gate.nextSlotAtMs ?? 0) - now).toBeLessThan(4_000);
    const later = release({ ...open, rate: 0.05, ...result.gate, lastGoAtMs: now }, waiting(1, true), now + 1_100);
    expect(later).toMatchObject({ go: [], hold: [], line: ['d00000'] });
  });

  it('lets a granted delivery go without asking for another slot, but not closer to the last one than the rate says', () => {
    const gate = { ...open, rate: 10, nextSlotAtMs: now + 60_000, lastGoAtMs: now - 100 };
    const result = release(gate, waiting(3, true), now);
    expect(result.go).toEqual(['d00000']);
    expect(result.hold.map(({ atMs, granted }) => [atMs - now, granted])).toEqual([
      [100, true],
      [200, true],
    ]);
    expect(result.gate).toMatchObject({ nextSlotAtMs: now + 60_000, lastGoAtMs: now });
  });

  it('has no more under way than its concurrency', () => {
    const result = release({ ...open, room: 2 }, waiting(5), now);
    expect(result.go).toHaveLength(2);
    expect(result).toMatchObject({ hold: [], line: ['d00002', 'd00003', 'd00004'] });
    expect(release({ ...open, room: 0 }, waiting(1), now)).toMatchObject({ go: [], line: ['d00000'] });
  });
});

describe('deliveries that yield', () => {
  const yielding = (count: number): Waiting[] => waiting(count).map((one) => ({ ...one, yields: true }));

  it('go at once where there is no rate', () => {
    expect(release(open, yielding(500), now)).toMatchObject({ hold: [], skip: [] });
  });

  it('reserve no slot: who comes after them gets the next one', () => {
    const first = release({ ...open, rate: 10 }, yielding(4), now);
    expect(first.go).toEqual(['d00000']);
    expect(first.hold.map(({ atMs, granted }) => [Math.round(atMs - now), granted])).toEqual([
      [110, false],
      [210, false],
      [310, false],
    ]);
    const second = release({ ...open, rate: 10, ...first.gate }, waiting(1), now + 50);
    expect(second.hold.map(({ atMs }) => Math.round(atMs - now))).toEqual([110]);
  });

  it('keep the slot that they were given when nobody else waited in line', () => {
    const gate = { ...open, rate: 10, nextSlotAtMs: now + 5_000, lastGoAtMs: now - 1_000 };
    const [one] = yielding(1) as [Waiting];
    expect(release(gate, [{ ...one, granted: true }], now)).toMatchObject({
      go: ['d00000'],
      gate: { nextSlotAtMs: now + 5_000 },
    });
  });

  it('all go in the end, never above the rate, and hold up the others by one slot or a moment at most', () => {
    const arrival = fc.record({ atMs: fc.integer({ min: 0, max: 20_000 }), yields: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(arrival, { maxLength: 60 }), (rate, arrivals) => {
        const all = arrivals.map((one, i) => ({ ...one, id: `d${i}` }));
        const gone = goTimes(rate, all);
        expect(gone.size).toBe(all.length);
        const times = [...gone.values()].sort((a, b) => a - b);
        for (const [i, at] of times.entries()) expect((times[i + rate] ?? Infinity) - at).toBeGreaterThanOrEqual(999);
        const alone = goTimes(
          rate,
          all.filter((one) => !one.yields),
        );
        for (const [id, at] of alone) expect((gone.get(id) ?? 0) - at).toBeLessThanOrEqual(2_200 / rate + 1_100);
      }),
      { numRuns: 100 },
    );
  });

  type Due = { id: string; atMs: number; yields: boolean; granted: boolean };

  /** When each goes, if the gate is asked whenever one is due, and the line fetched from every second. */
  function goTimes(rate: number, arrivals: { id: string; atMs: number; yields: boolean }[]): Map<string, number> {
    let due: Due[] = arrivals.map((one) => ({ ...one, granted: false }));
    let line: Due[] = [];
    let gate: Gate = { ...open, rate };
    const gone = new Map<string, number>();
    for (let tickMs = 0; due.length + line.length > 0; ) {
      const atMs = Math.min(tickMs, ...due.map((one) => one.atMs));
      if (atMs === tickMs) {
        tickMs += 1_000;
        for (const yields of [false, true]) {
          const ofKind = line.filter((one) => one.yields === yields);
          if (yields && line.length > ofKind.length) continue;
          const { slots } = fetchFromLine(gate, atMs, yields);
          const fetched = ofKind.slice(0, slots.length);
          gate = { ...gate, ...fetchFromLine({ ...gate, room: fetched.length }, atMs, yields).gate };
          due.push(...fetched.map((one, i) => ({ ...one, ...slots[i] })));
          line = line.filter((one) => !fetched.includes(one));
        }
      }
      const asking = due.filter((one) => one.atMs <= atMs).sort((a, b) => Number(a.yields) - Number(b.yields));
      const result = release(gate, asking, atMs);
      gate = { ...gate, ...result.gate };
      for (const id of result.go) gone.set(id, atMs);
      const held = new Map(result.hold.map((one) => [one.id, one]));
      line.push(...asking.filter((one) => result.line.includes(one.id)).map((one) => ({ ...one, granted: false })));
      due = due.filter((one) => !gone.has(one.id) && !line.some(({ id }) => id === one.id));
      due = due.map((one) => ({ ...one, ...held.get(one.id) }));
    }
    return gone;
  }
});

describe('an endpoint that is down', () => {
  it('gets nothing before its pause is over', () => {
    const result = release({ ...open, pausedUntilMs: now + 5_000 }, waiting(3), now);
    expect(result).toMatchObject({ go: [], hold: [], line: ['d00000', 'd00001', 'd00002'] });
  });

  it('gets one probe then, and no other while that is out', () => {
    const first = release({ ...open, pausedUntilMs: now }, waiting(100), now);
    expect(first.go).toEqual(['d00000']);
    expect(first.gate.pausedUntilMs).toBe(now + probeLeaseMs);
    const second = release({ ...open, ...first.gate }, waiting(100), now + 1);
    expect(second.go).toEqual([]);
  });

  it('has as its probe what somebody asked for, before what waits longer', () => {
    const [first, second] = waiting(2) as [Waiting, Waiting];
    const result = release({ ...open, pausedUntilMs: now }, [first, { ...second, granted: true }], now);
    expect(result).toMatchObject({ go: ['d00001'], line: ['d00000'] });
  });

  it('has an end as its probe before one that yields', () => {
    const [first, second] = waiting(2) as [Waiting, Waiting];
    const result = release({ ...open, pausedUntilMs: now }, [{ ...first, granted: true, yields: true }, second], now);
    expect(result).toMatchObject({ go: ['d00001'], line: ['d00000'], gate: { pausedUntilMs: now + probeLeaseMs } });
  });

  it('takes one that yields as a probe when it was fetched for that, which keeps no end from being one', () => {
    const gate = { ...open, pausedUntilMs: now };
    const [one] = waiting(1) as [Waiting];
    expect(release(gate, [{ ...one, yields: true }], now)).toMatchObject({ go: [], line: ['d00000'] });
    expect(fetchFromLine(gate, now, true).slots).toEqual([{ atMs: now, granted: true }]);
    const result = release(gate, [{ ...one, granted: true, yields: true }], now);
    expect(result).toMatchObject({ go: ['d00000'], gate: { pausedUntilMs: now, lastGoAtMs: now } });
    const later = { ...open, ...result.gate };
    expect(fetchFromLine(later, now + 1_000, true).slots).toEqual([]);
    expect(release(later, waiting(1), now + 1_000).go).toEqual(['d00000']);
    expect(fetchFromLine(later, now + probeLeaseMs, true).slots).toHaveLength(1);
  });

  it('keeps events as skipped once it is disabled', () => {
    expect(release({ ...open, enabled: false }, waiting(2), now)).toMatchObject({
      go: [],
      hold: [],
      skip: ['d00000', 'd00001'],
    });
  });
});

describe('a high rate', () => {
  /** Lets granted deliveries through whenever a worker looks, every `everyMs`; answers when each went. */
  function drive(rate: number, everyMs: number, count: number): number[] {
    let gate: Gate = { ...open, rate };
    const went: number[] = [];
    for (let at = now; went.length < count; at += everyMs) {
      const result = release(gate, waiting(128, true), at);
      gate = { ...gate, ...result.gate };
      went.push(...result.go.map(() => at));
    }
    return went;
  }

  it('lets several go at once, and never more than the rate in any second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 400 }), (rate, everyMs) => {
        const went = drive(rate, everyMs, Math.min(3 * rate, 4_000));
        let from = 0;
        for (const [index, at] of went.entries()) {
          while ((went[from] as number) <= at - 1_000) from += 1;
          expect(index - from + 1).toBeLessThanOrEqual(rate);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is reached although each look takes a while', () => {
    const went = drive(2_000, 25, 8_000);
    const seconds = ((went.at(-1) as number) - now) / 1_000;
    expect(8_000 / seconds).toBeGreaterThan(1_700);
  });
});

describe('who waits in line', () => {
  it('is fetched one by one while the endpoint is down, when a probe is due', () => {
    expect(fetchFromLine({ ...open, pausedUntilMs: now + 1 }, now).slots).toEqual([]);
    expect(fetchFromLine({ ...open, pausedUntilMs: now }, now).slots).toEqual([{ atMs: now, granted: false }]);
  });

  it('is fetched for the next moments only, each with a slot of its own', () => {
    const fetched = fetchFromLine({ ...open, rate: 100 }, now);
    expect(fetched.slots.length).toBeGreaterThan(200);
    expect(fetched.slots.length).toBeLessThan(300);
    expect(new Set(fetched.slots.map(({ atMs }) => atMs)).size).toBe(fetched.slots.length);
    expect(fetchFromLine({ ...open, rate: 100, ...fetched.gate }, now).slots).toEqual([]);
    const ramp = fetchFromLine({ ...open, rate: 100, recoveredAtMs: now - 60_000, nextSlotAtMs: null }, now);
    expect(ramp.slots.length).toBeLessThan(6);
  });

  it('is given slots a second ahead at most when it yields: so long an end may come to wait for it', () => {
    const fetched = fetchFromLine({ ...open, rate: 100 }, now, true);
    expect(fetched.slots.length).toBeGreaterThan(80);
    expect((fetched.gate.nextSlotAtMs ?? 0) - now).toBeLessThan(1_020);
  });

  it('is fetched as far as there is room', () => {
    expect(fetchFromLine({ ...open, room: 3 }, now).slots).toHaveLength(3);
    expect(fetchFromLine({ ...open, room: 0, rate: 5 }, now).slots).toEqual([]);
  });

  it('is fetched to be skipped when the endpoint is disabled, also while it is paused', () => {
    const { slots } = fetchFromLine({ ...open, enabled: false, pausedUntilMs: now + 60_000 }, now);
    expect(slots.length).toBeGreaterThan(100);
  });
});

describe('an endpoint that is back', () => {
  it('gets one a second, doubling each second, up to its rate', () => {
    const gate = { rate: 10, recoveredAtMs: now };
    expect([0, 999, 1_000, 2_000, 3_000, 4_000, 60_000].map((ms) => rateAt(gate, now + ms))).toEqual([
      1, 1, 2, 4, 8, 10, 10,
    ]);
    expect(rateAt({ rate: null, recoveredAtMs: now }, now + 9_000)).toBeNull();
  });

  it('begins the ramp with what is sent first, however long that was held', () => {
    const gate = { ...open, rate: 10, recoveredAtMs: now - 20_000, nextSlotAtMs: now - 20_000 };
    const result = release(gate, waiting(4), now);
    expect(result.gate.recoveredAtMs).toBe(now);
    expect(result.go).toHaveLength(1);
    expect((result.hold[0]?.atMs ?? 0) - now).toBeGreaterThanOrEqual(1_000);
  });

  it('is never sent more than its rate in any second, however many wait', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 3_000 }), (rate, count) => {
        const result = release({ ...open, rate, recoveredAtMs: now, nextSlotAtMs: now }, waiting(count), now);
        const times = [...result.go.map(() => now), ...result.hold.map(({ atMs }) => atMs)].sort((a, b) => a - b);
        expect(times.length + result.line.length).toBe(count);
        let from = 0;
        for (const [index, at] of times.entries()) {
          while ((times[from] as number) <= at - 1_000) from += 1;
          expect(index - from + 1).toBeLessThanOrEqual(Math.ceil(rate));
        }
      }),
      { numRuns: 50 },
    );
  });
});
