import { beforeEach, describe, expect, it } from 'vitest';
import type { RoutesInside } from '#src/engine/deps.ts';
import { makeReceivers, type Receivers, receiversLiveMs } from '#src/engine/receivers-cache.ts';
import type { Db, Tx } from '#src/store/db/database.ts';

type Ask = { answer(ids: string[]): void; fail(error: Error): void };

/** A connection whose queries are answered by the test. */
function connection() {
  const asks: Ask[] = [];
  const run = () => {
    const { promise, resolve, reject } = Promise.withResolvers<{ id: string }[]>();
    asks.push({ answer: (ids) => resolve(ids.map((id) => ({ id }))), fail: reject });
    return promise;
  };
  return { asks, run };
}

let pool: ReturnType<typeof connection>;
let own: ReturnType<typeof connection>;
let nowMs: number;
let receivers: Receivers;
let tx: Tx;

beforeEach(() => {
  [pool, own, nowMs] = [connection(), connection(), 0];
  receivers = makeReceivers(pool as unknown as Db, () => nowMs);
  tx = own as unknown as Tx;
});

const idsOf = async (rows: ReturnType<Receivers['of']>) => (await rows).map(({ id }) => id);

describe('the endpoints of a project', () => {
  it('are asked for once by all who come together, and again after a second', async () => {
    const both = [receivers.of('p'), receivers.of('p')];
    pool.asks[0]?.answer(['a']);
    expect(await Promise.all(both.map(idsOf))).toEqual([['a'], ['a']]);
    nowMs = receiversLiveMs;
    const later = receivers.of('p');
    pool.asks[1]?.answer(['b']);
    expect(await idsOf(later)).toEqual(['b']);
    expect(pool.asks).toHaveLength(2);
  });

  it('are asked for anew where one that is named is missing, and only once where it stays so', async () => {
    const first = receivers.of('p');
    pool.asks[0]?.answer(['a']);
    await first;
    const named = receivers.of('p', ['new']);
    await expect.poll(() => pool.asks.length).toBe(2);
    pool.asks[1]?.answer(['a', 'new']);
    expect(await idsOf(named)).toEqual(['a', 'new']);
    const gone = receivers.of('p', ['gone']);
    await expect.poll(() => pool.asks.length).toBe(3);
    pool.asks[2]?.answer(['a', 'new']);
    await gone;
    expect(await idsOf(receivers.of('p', ['gone', 'new']))).toEqual(['a', 'new']);
    expect(pool.asks).toHaveLength(3);
  });

  it('are asked for anew once forgotten, and after a lookup that failed', async () => {
    const first = receivers.of('p');
    pool.asks[0]?.fail(new Error('away'));
    await expect(first).rejects.toThrow('away');
    const second = receivers.of('p');
    pool.asks[1]?.answer(['a']);
    await second;
    receivers.forget();
    void receivers.of('p');
    expect(pool.asks).toHaveLength(3);
  });
});

describe('inside a transaction', () => {
  it('the endpoints are asked for on its own connection, and known to all from then on', async () => {
    const inside = receivers.inside(tx).of('p');
    own.asks[0]?.answer(['a']);
    expect(await idsOf(inside)).toEqual(['a']);
    expect(await idsOf(receivers.of('p'))).toEqual(['a']);
    expect(await idsOf(receivers.inside(tx).of('p'))).toEqual(['a']);
    expect([pool.asks.length, own.asks.length]).toEqual([0, 1]);
  });

  it('nobody waits for a lookup that may be waiting for a connection', async () => {
    const outside = receivers.of('p');
    const inside = receivers.inside(tx).of('p', ['a']);
    await expect.poll(() => own.asks.length).toBe(1);
    own.asks[0]?.answer(['a']);
    expect(await idsOf(inside)).toEqual(['a']);
    pool.asks[0]?.answer(['a']);
    await outside;
    expect(pool.asks).toHaveLength(1);
  });

  it('one that is named is looked for there as well', async () => {
    const first = receivers.of('p');
    pool.asks[0]?.answer([]);
    await first;
    const named = receivers.inside(tx).of('p', ['new']);
    await expect.poll(() => own.asks.length).toBe(1);
    own.asks[0]?.answer(['new']);
    expect(await idsOf(named)).toEqual(['new']);
    expect(pool.asks).toHaveLength(1);
  });

  it('there is no other way to look them up', () => {
    const look = (deps: RoutesInside) => {
      // @ts-expect-error A lookup outside the transaction would need a second connection.
      void deps.receivers.of;
      // @ts-expect-error So would any statement.
      void deps.db;
    };
    expect(look).toBeTypeOf('function');
  });
});
