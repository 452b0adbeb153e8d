import { describe, expect, it } from 'vitest';
import { BodyMemory } from '#src/outbound/body-memory.ts';
import { startTarget } from '#test/support/target-server.ts';
import { startRaw } from './raw-server.ts';
import { as, closing, sender } from './sending.ts';

const mebibyte = 1024 * 1024;

describe('the memory of bodies', () => {
  it('holds what is large back until there is room, and lets the small through', async () => {
    const stalling = closing(
      await startRaw(
        (socket) =>
          void socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${mebibyte}\r\n\r\n${'x'.repeat(mebibyte - 1)}`),
      ),
    );
    const target = closing(await startTarget());
    const send = sender({ bodyMemoryBytes: mebibyte });
    const ended: string[] = [];
    const letGo = new AbortController();
    const first = send(stalling.url, { timeoutMs: 60_000, signal: letGo.signal }).then((outcome) => {
      ended.push('the one that stalls');
      return outcome;
    });
    await expect.poll(() => stalling.accepted()).toBe(1);
    // Give the first one the time to get all but its last byte: the second would take its place otherwise.
    for (let n = 0; n < 20; n++) as('response', await send(`${target.url}/bytes/200000`));
    const second = send(`${target.url}/bytes/600000`, { timeoutMs: 60_000 }).then((outcome) => {
      ended.push('a large one');
      return outcome;
    });
    await expect.poll(() => target.hits('/bytes/600000')).toBe(1);
    expect(as('response', await send(`${target.url}/bytes/200000`)).body.length).toBe(200_000);
    expect(ended).toEqual([]);
    letGo.abort();
    as('interrupted', await first);
    expect(as('response', await second).body.length).toBe(600_000);
    expect(ended).toEqual(['the one that stalls', 'a large one']);
  });

  it('is given in order, to one that is larger than all of it too, and given back once', () => {
    const memory = new BodyMemory(10);
    const went: string[] = [];
    const first = memory.take(6, () => went.push('first'));
    const huge = memory.take(99, () => went.push('huge'));
    const small = memory.take(1, () => went.push('small'));
    const gone = memory.take(1, () => went.push('gone'));
    expect([first, huge, small].map(({ granted }) => granted)).toEqual([true, false, false]);
    gone.giveBack();
    first.giveBack();
    first.giveBack();
    expect(went).toEqual(['huge']);
    huge.giveBack();
    expect(went).toEqual(['huge', 'small']);
    small.giveBack();
    expect(memory.take(10, () => {}).granted).toBe(true);
  });
});
