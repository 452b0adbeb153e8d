import { describe, expect, it } from 'vitest';
import { makeUnderWay } from '#src/engine/pump/under-way.ts';

describe('a slot', () => {
  it('counts from when it is taken until it is disposed, once', () => {
    const slots = makeUnderWay(2).of('job');
    const slot = slots.take();
    expect([slots.free, slots.taken]).toEqual([1, 1]);
    slot?.[Symbol.dispose]();
    slot?.[Symbol.dispose]();
    expect([slots.free, slots.taken]).toEqual([2, 0]);
  });

  it('is refused when none is free, but not to what is claimed already', () => {
    const slots = makeUnderWay(1).of('job');
    slots.take();
    expect(slots.take()).toBeUndefined();
    slots.takeForClaimed();
    expect([slots.free, slots.taken]).toEqual([0, 2]);
  });

  it('of one kind leaves those of the other', () => {
    const underWay = makeUnderWay(1);
    underWay.of('job').take();
    expect(underWay.of('delivery').take()).toBeDefined();
  });

  it('cannot leak: what it holds goes with it, also when the work throws', async () => {
    const underWay = makeUnderWay(1);
    const freed: string[] = [];
    underWay.of('delivery').onFree(() => freed.push('slot'));
    underWay.onEnded((endpointId) => freed.push(endpointId));
    const work = async () => {
      using slot = underWay.of('delivery').takeForClaimed();
      slot.hold('a', { bytes: 7, endpointId: 'e' });
      expect([underWay.ids(), underWay.bytesOf('delivery'), underWay.countTo('e')]).toEqual([['a'], 7, 1]);
      throw new Error('a bug');
    };
    await expect(work()).rejects.toThrow('a bug');
    expect([underWay.ids(), underWay.bytesOf('delivery'), underWay.countTo('e')]).toEqual([[], 0, 0]);
    expect(underWay.of('delivery').free).toBe(1);
    expect(freed).toEqual(['e', 'slot']);
  });

  it('holds one thing only', () => {
    const slot = makeUnderWay(1).of('job').takeForClaimed();
    slot.hold('a');
    expect(() => slot.hold('b')).toThrow('holds one');
  });
});

describe('a request under way', () => {
  it('can be aborted until it has ended, and is held until its slot is freed', () => {
    const underWay = makeUnderWay(2);
    const [first, second] = [underWay.of('job').takeForClaimed(), underWay.of('job').takeForClaimed()];
    const signals = [first.hold('a'), second.hold('b')];
    first.requestEnded();
    expect([underWay.sending(), underWay.ids()]).toEqual([['b'], ['a', 'b']]);
    underWay.abort('a', 'shutdown');
    underWay.abort('b', 'lost');
    expect(signals.map(({ aborted, reason }) => aborted && reason)).toEqual([false, 'lost']);
  });

  it('whose id is claimed once more is not let go of by the first one that ends', () => {
    const underWay = makeUnderWay(2);
    const [first, second] = [underWay.of('job').takeForClaimed(), underWay.of('job').takeForClaimed()];
    first.hold('a', { bytes: 1 });
    second.hold('a', { bytes: 2 });
    first[Symbol.dispose]();
    expect([underWay.ids(), underWay.bytesOf('job')]).toEqual([['a'], 2]);
  });
});

it('once closed, gives no more slots, while claimed work still gets its own', () => {
  const underWay = makeUnderWay(3);
  const slots = underWay.of('delivery');
  underWay.close();
  expect([slots.free, slots.take()]).toEqual([0, undefined]);
  expect(slots.takeForClaimed()).toBeDefined();
});
