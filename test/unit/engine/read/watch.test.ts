import { afterEach, describe, expect, it } from 'vitest';
import type { JobState } from '#src/domain/decide/job-state.ts';
import { makeWatcher, type Watcher } from '#src/engine/read/watch.ts';
import type { Db } from '#src/store/db/database.ts';

const rows = new Map<string, { state: JobState; attempt_count: number }>();
let queries: string[][] = [];
let under = 0;
let most = 0;
let failing = false;
let watcher: Watcher | undefined;

afterEach(() => {
  watcher?.close();
  rows.clear();
  queries = [];
  under = most = 0;
  failing = false;
});

/** A database that knows only where jobs stand, and takes a turn of the event loop for each query. */
function watch(onError: (error: unknown) => void = () => {}): Watcher {
  const run = async (_name: string, _text: string, values: unknown[] = []) => {
    const ids = values[0] as string[];
    queries.push(ids);
    under += 1;
    most = Math.max(most, under);
    await new Promise((resolve) => setImmediate(resolve));
    under -= 1;
    if (failing) throw new Error('away');
    return ids.flatMap((id) => {
      const row = rows.get(id);
      return row ? [{ id, ...row }] : [];
    });
  };
  watcher = makeWatcher({ run } as unknown as Db, onError);
  return watcher;
}

const queued = { state: 'queued', attempts: 0 } as const;

describe('watching', () => {
  it('asks once for 200 who wait for one job, never twice at a time, however often it is woken', async () => {
    rows.set('a', { state: 'queued', attempt_count: 0 });
    const watcher = watch();
    const waits = Array.from({ length: 200 }, () => watcher.changed('a', queued, {}));
    for (let i = 0; i < 50; i++) watcher.wake();
    await expect.poll(() => queries.length).toBeGreaterThan(1);
    expect(queries.every((ids) => ids.length === 1)).toBe(true);
    rows.set('a', { state: 'completed', attempt_count: 1 });
    watcher.wake();
    await Promise.all(waits);
    expect(most).toBe(1);
    expect(queries.length).toBeLessThan(10);
  });

  it('tells only those whose job has moved on', async () => {
    rows.set('a', { state: 'in_progress', attempt_count: 1 });
    rows.set('b', { state: 'queued', attempt_count: 0 });
    const watcher = watch();
    const told: string[] = [];
    for (const id of ['a', 'b']) void watcher.changed(id, queued, {}).then(() => told.push(id));
    await expect.poll(() => told).toEqual(['a']);
    await expect.poll(() => queries.at(-1)).toEqual(['b']);
    rows.set('b', { state: 'queued', attempt_count: 1 });
    await expect.poll(() => told).toEqual(['a', 'b']);
  });

  it('sees a change that nobody announced, also one from before the waiting began', async () => {
    rows.set('a', { state: 'completed', attempt_count: 1 });
    await watch().changed('a', queued, {});
    expect(queries).toHaveLength(1);
  });

  it('ends with the time or the caller, and then asks no more', async () => {
    rows.set('a', { state: 'queued', attempt_count: 0 });
    const watcher = watch();
    const gone = new AbortController();
    const ends = [watcher.changed('a', queued, { timeoutMs: 20 }), watcher.changed('a', queued, gone)];
    gone.abort();
    await Promise.all(ends);
    await watcher.changed('a', queued, { signal: AbortSignal.abort() });
    const before = queries.length;
    watcher.wake();
    await new Promise((resolve) => setImmediate(resolve));
    expect(queries.length).toBe(before);
  });

  it('goes on after a query that failed', async () => {
    rows.set('a', { state: 'queued', attempt_count: 0 });
    const errors: unknown[] = [];
    failing = true;
    const wait = watch((error) => errors.push(error)).changed('a', queued, {});
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    failing = false;
    rows.set('a', { state: 'failed', attempt_count: 1 });
    await wait;
  });

  it('lets everyone go when it is closed', async () => {
    rows.set('a', { state: 'queued', attempt_count: 0 });
    const watcher = watch();
    const waits = [1, 2].map(() => watcher.changed('a', queued, {}));
    watcher.close();
    await Promise.all(waits);
  });
});
