import { describe, expect, it } from 'vitest';
import type { Job } from '#src/contract/job/job.ts';
import type { AttemptLine } from '#src/contract/job/job-view.ts';
import type { Lane } from '#src/ui/parts/trial/lanes.tsx';
import { type Course, liveLanes, mergedLanes } from '#src/ui/parts/trial/live-lanes.ts';

const startMs = Date.parse('2026-11-20T12:00:00.000Z');
const at = (ms: number) => new Date(startMs + ms).toISOString();

const attempt = (number: number, from: number, to: number, status: number) =>
  ({
    number,
    startedAt: at(from),
    endedAt: at(to),
    outcome: 'response',
    status,
    decision: null,
  }) as unknown as AttemptLine;
const jobIn = (change: Partial<Job>) =>
  ({ createdAt: at(0), startedAt: at(0), nextAttemptAt: null, callback: { url: 'x' }, ...change }) as Job;
const seen = (attempts: AttemptLine[], tries: AttemptLine[] = [], type = 'job.completed') =>
  ({ attempts, deliveries: tries.length > 0 ? [{ id: 'dlv_1', type, tries }] : [] }) as unknown as Course;
const planned = ['attempt 1', 'attempt 2', 'attempt 3', 'delivery 1'].map(
  (key, index): Lane => ({
    key,
    label: key,
    fromMs: index,
    toMs: index,
    waitToMs: null,
    look: 'expected',
    came: null,
    note: '',
  }),
);
const keys = (lanes: readonly Lane[]) => lanes.map(({ key, look }) => `${key} ${look}`);

describe('the lanes of a job', () => {
  it('show what is planned in the place where it will be', () => {
    const job = jobIn({ state: 'retrying', nextAttemptAt: at(1_500) });
    const lanes = mergedLanes(liveLanes(job, seen([attempt(1, 0, 20, 429)]), startMs + 500), planned, job);
    expect(keys(lanes)).toEqual(['attempt 1 done', 'attempt 2 expected', 'attempt 3 expected', 'delivery 1 expected']);
    expect(lanes[0]).toMatchObject({ fromMs: 0, toMs: 20, waitToMs: 1_500 });
    expect(lanes[1]).toMatchObject({ fromMs: 1_500, toMs: 1_500 });
  });

  it('let an attempt grow while it is under way', () => {
    const job = jobIn({ state: 'in_progress' });
    const [lane] = liveLanes(job, seen([]), startMs + 700);
    expect(lane).toMatchObject({ key: 'attempt 1', look: 'running', fromMs: 0, toMs: 700 });
  });

  it('drop what can no longer be once the job has ended, and wait for its callback', () => {
    const job = jobIn({ state: 'completed' });
    const once = seen([attempt(1, 0, 20, 200)]);
    expect(keys(mergedLanes(liveLanes(job, once, startMs), planned, job))).toEqual([
      'attempt 1 done',
      'delivery 1 expected',
    ]);
    const rung = seen([attempt(1, 0, 20, 200)], [attempt(1, 30, 40, 204)]);
    expect(keys(mergedLanes(liveLanes(job, rung, startMs), planned, job))).toEqual(['attempt 1 done', 'dlv_1 1 done']);
  });

  it('show only the callback that tells of the end, and none where none was asked for', () => {
    const job = jobIn({ state: 'completed' });
    const started = seen([attempt(1, 0, 20, 200)], [attempt(1, 1, 2, 204)], 'job.started');
    expect(keys(liveLanes(job, started, startMs))).toEqual(['attempt 1 done']);
    const silent = jobIn({ state: 'completed', callback: null });
    expect(keys(mergedLanes(liveLanes(silent, seen([attempt(1, 0, 20, 200)]), startMs), planned, silent))).toEqual([
      'attempt 1 done',
    ]);
  });
});
