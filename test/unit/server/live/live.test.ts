import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveTopic } from '#src/contract/live/live-topics.ts';
import { type Live, makeLive } from '#src/server/live/live-changes.ts';
import type { MarkRow } from '#src/store/dashboard/watched.ts';

const project = '00000000-0000-7000-8000-000000000001';
const other = '00000000-0000-7000-8000-000000000002';

let rows: MarkRow[];
let asked: unknown[][];
let live: Live;

beforeEach(() => {
  vi.useFakeTimers();
  rows = [];
  asked = [];
  const run = (_name: string, _text: string, values: unknown[] = []) => {
    asked.push(values);
    return Promise.resolve(rows);
  };
  live = makeLive({ run } as Parameters<typeof makeLive>[0], {
    now: Date.now,
    onError: (error) => expect.fail(String(error)),
  });
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
});

const open = (topics: LiveTopic[], projectId = project) => live.open('user 1', projectId, new Set(topics));
const jobs = (mark: string, of = project): MarkRow => ({ kind: 'jobs', project: of, id: null, mark });

describe('the streams of a process', () => {
  it('share one query a look, however many there are, and ask nothing when there are none', async () => {
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual([]);
    for (let n = 0; n < 50; n++) open(['jobs', 'operations']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.length).toBeLessThan(15);
    expect(asked[0]).toEqual([[], [], [project], [], [], [project], [], [], []]);
  });

  it('look at most twice a second, whatever happens', async () => {
    open(['jobs']);
    await vi.advanceTimersByTimeAsync(1_000);
    const before = asked.length;
    for (let n = 0; n < 100; n++) {
      live.wake();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(asked.length - before).toBeLessThanOrEqual(21);
    expect(asked.length - before).toBeGreaterThanOrEqual(18);
  });

  it('are told of a new topic once, and then only when it has changed', async () => {
    rows = [jobs('a')];
    const stream = open(['jobs']);
    await vi.advanceTimersByTimeAsync(0);
    expect(await stream.changes(1)).toEqual(['jobs']);
    const next = stream.changes(60_000);
    await vi.advanceTimersByTimeAsync(5_000);
    rows = [jobs('b')];
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await next).toEqual(['jobs']);
  });

  it('are not told of another project', async () => {
    const [mine, theirs] = [open(['jobs']), open(['jobs'], other)];
    await vi.advanceTimersByTimeAsync(0);
    await Promise.all([mine.changes(1), theirs.changes(1)]);
    rows = [jobs('new', other)];
    const [one, two] = [mine.changes(3_000), theirs.changes(3_000)];
    await vi.advanceTimersByTimeAsync(4_000);
    expect([await one, await two]).toEqual([[], ['jobs']]);
  });

  it('hear of an overview no more than every five seconds', async () => {
    const stream = open(['overview']);
    let told = 0;
    for (let n = 0; n < 20; n++) {
      rows = [jobs(String(n))];
      const changes = stream.changes(1_000);
      await vi.advanceTimersByTimeAsync(1_000);
      told += (await changes).length;
    }
    expect(told).toBeGreaterThanOrEqual(3);
    expect(told).toBeLessThanOrEqual(5);
  });

  it('forget what is no topic of theirs any more', async () => {
    const stream = open(['jobs']);
    await vi.advanceTimersByTimeAsync(0);
    stream.setTopics(new Set(['endpoints']));
    expect(await stream.changes(1)).toEqual([]);
    expect(asked.at(-1)?.[2]).toEqual([project]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked.at(-1)).toEqual([[], [], [], [], [project], [], [], [], []]);
    expect(await stream.changes(1)).toEqual(['endpoints']);
  });

  it('are let go at a stop, and asked about no more', async () => {
    const stream = open(['jobs']);
    await vi.advanceTimersByTimeAsync(0);
    await stream.changes(1);
    const waiting = stream.changes(60_000);
    live.close();
    expect(await waiting).toEqual([]);
    const before = asked.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked.length).toBe(before);
  });
});
