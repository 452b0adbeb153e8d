import { describe, expect, it } from 'vitest';
import { memoryStore, type SeenStore } from '#src/client/index.ts';

async function doIt(store: SeenStore, id: string): Promise<void> {
  const claim = await store.claim(id, 60);
  if (typeof claim === 'string') throw new Error(`${id} is ${claim}`);
  await claim.done();
}

describe('memoryStore', () => {
  it('forgets the oldest events once it has more than it may', async () => {
    const store = memoryStore({ maxIds: 3 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) await doIt(store, id);
    expect(await Promise.all(['c', 'd', 'e'].map((id) => store.claim(id, 60)))).toEqual(['done', 'done', 'done']);
    for (const id of ['a', 'b']) expect(await store.claim(id, 60)).toBeTypeOf('object');
  });

  it('remembers claims for as long as their lease, however many there are', async () => {
    let now = 0;
    const store = memoryStore({ maxIds: 1, now: () => now });
    for (const id of ['a', 'b', 'c']) await store.claim(id, 60);
    now = 59_999;
    for (const id of ['a', 'b', 'c']) expect(await store.claim(id, 60)).toBe('in_progress');
    now = 60_000;
    for (const id of ['c', 'a', 'b']) expect(await store.claim(id, 60)).toBeTypeOf('object');
  });

  it('gives up a claim whose lease has ended also where an older one is longer', async () => {
    let now = 0;
    const store = memoryStore({ now: () => now });
    await store.claim('long', 600);
    await store.claim('short', 6);
    now = 6_000;
    expect(await store.claim('short', 6)).toBeTypeOf('object');
    expect(await store.claim('long', 600)).toBe('in_progress');
  });
});
