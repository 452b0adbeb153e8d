import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CommitTrace, type GroupCommitOptions, makeGroupCommit } from '#src/engine/pump/group-commit.ts';

const sqlError = (code: string) => Object.assign(new Error(`error ${code}`), { code });

type Options = Partial<GroupCommitOptions<number, string>>;

/** A group commit of numbers that answers `done n`, and the batches it was asked to commit. */
function group(options: Options = {}) {
  const batches: number[][] = [];
  const commit = options.commit ?? (async (items: number[]) => items.map((n) => `done ${n}`));
  const made = makeGroupCommit<number, string>({
    name: 'numbers',
    bytesOf: () => 1,
    onUnstorable: async (n) => `unstorable ${n}`,
    giveUpAfterMs: 1_000,
    ...options,
    commit: (items) => {
      batches.push([...items]);
      return commit(items);
    },
  });
  return { batches, add: made.add, made };
}

const range = (n: number) => Array.from({ length: n }, (_, index) => index);

describe('a batch', () => {
  it('joins what comes in at the same time and answers each with its own, in order', async () => {
    const { batches, add } = group();
    expect(await Promise.all([3, 1, 2].map(add))).toEqual(['done 3', 'done 1', 'done 2']);
    expect(batches).toEqual([[3, 1, 2]]);
  });

  it('goes out when its predecessor is done, with all that came meanwhile', async () => {
    const gate = Promise.withResolvers<void>();
    let first = true;
    const { batches, add } = group({
      commit: async (items) => {
        if (first) {
          first = false;
          await gate.promise;
        }
        return items.map((n) => `done ${n}`);
      },
    });
    const one = add(1);
    await expect.poll(() => batches.length).toBe(1);
    const rest = [2, 3, 4].map(add);
    expect(batches).toEqual([[1]]);
    gate.resolve();
    expect(await Promise.all([one, ...rest])).toEqual(['done 1', 'done 2', 'done 3', 'done 4']);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('is told on a diagnostics channel, with its name and size', async () => {
    const seen: CommitTrace[] = [];
    const listen = (message: unknown) => void seen.push(message as CommitTrace);
    subscribe('ringback:commit', listen);
    onTestFinished(() => void unsubscribe('ringback:commit', listen));
    const { made } = group();
    await Promise.all([1, 2, 3].map(made.add));
    await made.idle();
    expect(seen).toEqual([{ name: 'numbers', items: 3, waitedMs: expect.any(Number), tookMs: expect.any(Number) }]);
  });

  it('holds at most 500 items', async () => {
    const { batches, add } = group();
    await Promise.all(range(1_201).map(add));
    expect(batches.map((batch) => batch.length)).toEqual([500, 500, 201]);
    expect(batches.flat()).toEqual(range(1_201));
  });

  it('holds at most 4 MiB; a larger item goes alone', async () => {
    const mib = 1024 * 1024;
    const { batches, add } = group({ bytesOf: (n) => n * mib });
    await Promise.all([1, 2, 1, 1, 5, 1].map(add));
    expect(batches).toEqual([[1, 2, 1], [1], [5], [1]]);
  });
});

describe('an item that cannot be stored', () => {
  const bad = new Set([7]);
  const commit = async (items: number[]) => {
    if (items.some((n) => bad.has(n))) throw sqlError('22021');
    return items.map((n) => `done ${n}`);
  };

  it('is found by halving and refused alone; all others are committed once', async () => {
    const { batches, add } = group({ commit });
    const answers = await Promise.all(range(64).map(add));
    expect(answers).toEqual(range(64).map((n) => (n === 7 ? 'unstorable 7' : `done ${n}`)));
    const committed = batches.filter((batch) => !batch.includes(7)).flat();
    expect(committed.sort((a, b) => a - b)).toEqual(range(64).filter((n) => n !== 7));
    // 64, 32, 16, 8, 4, 2, 1 with the bad one, and the good half of each.
    expect(batches).toHaveLength(13);
  });

  it('is handed to the handler again while the database is away', async () => {
    let outages = 2;
    const onUnstorable = async (n: number) => {
      if (outages-- > 0) throw sqlError('57P01');
      return `unstorable ${n}`;
    };
    const { add } = group({ commit, onUnstorable });
    expect(await Promise.all([6, 7].map(add))).toEqual(['done 6', 'unstorable 7']);
  });

  it('rejects with what the handler throws, and the others do not hear of it', async () => {
    const { add } = group({ commit, onUnstorable: () => Promise.reject(new Error('told apart')) });
    const answers = await Promise.allSettled([6, 7, 8].map(add));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

describe('a writer whose batches follow each other', () => {
  /** Commits one item after the other, each put in while the one before it is committed. Then the last one, alone. */
  async function follows(lingerMs: number) {
    const last = 7;
    const { batches, add, made } = group({
      lingerMs,
      commit: async (items) => {
        await pause(2);
        const n = items.at(-1) ?? last;
        if (n < last) void add(n + 1);
        return items.map((one) => `done ${one}`);
      },
    });
    await add(0);
    await expect.poll(() => batches.flat(), { timeout: 10_000 }).toContain(last - 1);
    // The last item waits by now, or will when the batch before it is committed.
    await pause(4);
    const late = add(100);
    await Promise.all([late, made.idle()]);
    return batches.find((batch) => batch.includes(100));
  }

  it('gathers for a while before the next', async () => {
    expect(await follows(200)).toEqual([7, 100]);
  });

  it('goes on at once if it was not told to gather', async () => {
    expect(await follows(0)).toEqual([100]);
  });
});

describe('an outage', () => {
  it.each(['40001', '40P01', '08006', '57P01', '53300', '57014'])(
    '%s: the whole batch is tried again',
    async (code) => {
      let failures = 2;
      const outages: unknown[] = [];
      const { batches, add } = group({
        onOutage: (error) => outages.push(error),
        commit: async (items) => {
          if (failures-- > 0) throw sqlError(code);
          return items.map((n) => `done ${n}`);
        },
      });
      expect(await Promise.all([1, 2].map(add))).toEqual(['done 1', 'done 2']);
      expect(batches).toEqual([
        [1, 2],
        [1, 2],
        [1, 2],
      ]);
      expect(outages).toHaveLength(1);
    },
  );

  it('that lasts is given up, and what comes later is tried anew', async () => {
    let away = true;
    const { add } = group({
      giveUpAfterMs: 50,
      commit: async (items) => {
        if (away) throw sqlError('08006');
        return items.map((n) => `done ${n}`);
      },
    });
    const answers = await Promise.allSettled([1, 2].map(add));
    expect(answers).toMatchObject([{ reason: { code: '08006' } }, { reason: { code: '08006' } }]);
    away = false;
    expect(await add(3)).toBe('done 3');
  });
});

describe('what is pending', () => {
  it('counts items and bytes until their commit is over, and idle waits for that', async () => {
    const gate = Promise.withResolvers<void>();
    const { made } = group({
      bytesOf: (n) => n,
      commit: async (items) => {
        await gate.promise;
        return items.map((n) => `done ${n}`);
      },
    });
    const answers = [10, 20].map(made.add);
    expect(made.pending).toEqual({ items: 2, bytes: 30 });
    let idle = false;
    const whenIdle = made.idle().then(() => {
      idle = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(idle).toBe(false);
    gate.resolve();
    await Promise.all(answers);
    await whenIdle;
    expect(made.pending).toEqual({ items: 0, bytes: 0 });
    await made.idle();
  });

  it('is nothing again after failures too', async () => {
    const { made } = group({
      commit: () => Promise.reject(sqlError('23505')),
      onUnstorable: () => Promise.reject(new Error('no')),
    });
    await Promise.allSettled([1, 2, 3].map(made.add));
    await made.idle();
    expect(made.pending).toEqual({ items: 0, bytes: 0 });
  });
});

it('whatever fails and however often: each good item is committed once and hears of it, each bad one is refused', async () => {
  const runs = fc.record({
    items: fc.uniqueArray(fc.nat(400), { minLength: 1, maxLength: 80 }),
    bad: fc.array(fc.nat(400), { maxLength: 8 }),
    transient: fc.array(fc.nat(20), { maxLength: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(runs, async ({ items, bad, transient }) => {
      const stored: number[] = [];
      let call = 0;
      const { add } = group({
        commit: async (batch) => {
          if (transient.includes(call++)) throw sqlError('40P01');
          if (batch.some((n) => bad.includes(n))) throw sqlError('23514');
          stored.push(...batch);
          return batch.map((n) => `done ${n}`);
        },
      });
      const answers = await Promise.all(items.map(add));
      expect(answers).toEqual(items.map((n) => (bad.includes(n) ? `unstorable ${n}` : `done ${n}`)));
      expect(stored.sort((a, b) => a - b)).toEqual(items.filter((n) => !bad.includes(n)).sort((a, b) => a - b));
    }),
    { numRuns: 60 },
  );
});

it('an item of a process that was stopped during an outage is not committed when nobody waits any more', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { add, batches } = group({
    commit: async () => {
      // The process stands still between this failure and the next attempt.
      setImmediate(() => vi.advanceTimersByTime(3_600_000));
      throw sqlError('57P01');
    },
  });
  await expect(add(1)).rejects.toMatchObject({ code: '57P01' });
  expect(batches).toEqual([[1]]);
});
