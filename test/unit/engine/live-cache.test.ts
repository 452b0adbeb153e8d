import { describe, expect, it } from 'vitest';
import { makeLiveCache } from '#src/engine/live-cache.ts';

function counting(answers: (key: string, time: number) => Promise<string> = async (key, time) => `${key}${time}`) {
  const clock = { now: 0 };
  let loads = 0;
  const live = makeLiveCache<string>(100, () => clock.now);
  const of = (key: string) => live.of(key, () => answers(key, ++loads));
  return { clock, cache: { of, forget: live.forget } };
}

describe('a value', () => {
  it('is looked up once while it lives, and again after that', async () => {
    const { clock, cache } = counting();
    expect(await Promise.all([cache.of('a'), cache.of('a')])).toEqual(['a1', 'a1']);
    clock.now = 99;
    expect(await cache.of('a')).toBe('a1');
    clock.now = 100;
    expect(await cache.of('a')).toBe('a2');
  });

  it('is of its key', async () => {
    const { cache } = counting();
    expect([await cache.of('a'), await cache.of('b'), await cache.of('a')]).toEqual(['a1', 'b2', 'a1']);
  });

  it('is looked up anew once it is forgotten', async () => {
    const { cache } = counting();
    await cache.of('a');
    await cache.of('b');
    cache.forget('a');
    expect([await cache.of('a'), await cache.of('b')]).toEqual(['a3', 'b2']);
    cache.forget();
    expect(await cache.of('b')).toBe('b4');
  });

  it('whose look-up failed is looked up again at once', async () => {
    const { cache } = counting(async (key, time) => {
      if (time === 1) throw new Error('away');
      return key;
    });
    await expect(cache.of('a')).rejects.toThrow('away');
    expect(await cache.of('a')).toBe('a');
  });
});
