import { describe, expect, it } from 'vitest';
import type { RunDetail, RunStepView } from '#src/contract/run/run-view.ts';
import { sampleRunDetail } from '#src/server/rest/run-samples.ts';
import { lanesOf } from '#src/ui/runs/page/run-lanes.ts';

const startMs = Date.parse('2026-11-20T12:00:00.000Z');
const at = (seconds: number) => new Date(startMs + seconds * 1_000).toISOString();

const step = (given: Partial<RunStepView>): RunStepView => ({
  key: 'one',
  kind: 'request',
  state: 'pending',
  ...{ jobId: null, jobState: null, method: null, url: null, status: null, attempts: null },
  ...{ createdAt: at(1), startedAt: null, dueAt: null, endedAt: null },
  ...given,
});
const request = (given: Partial<RunStepView>): RunStepView =>
  step({ jobId: 'job_1', method: 'POST', url: 'https://api.example.com/v1?a=1', attempts: 1, ...given });

const run = (given: Partial<RunDetail>): RunDetail => ({
  ...sampleRunDetail,
  ...{ state: 'waiting', createdAt: at(0), endedAt: null, expiresAt: null, turns: [], steps: [] },
  ...given,
});

describe('the lanes of a run', () => {
  it('of one that has ended are as long as it was, and each row has an end', () => {
    const lanes = lanesOf(sampleRunDetail, Date.parse('2027-01-01T00:00:00Z'), 'UTC');
    expect(lanes).toMatchObject({
      live: false,
      startMs: Date.parse(sampleRunDetail.createdAt),
      endMs: Date.parse(sampleRunDetail.endedAt ?? ''),
    });
    expect(lanes.turns.map(({ name, state }) => `${name} ${state}`)).toEqual(['Turn 1 completed', 'Turn 2 completed']);
    expect(lanes.steps[0]).toMatchObject({ name: 'draft', status: 200, note: 'POST api.openai.com' });
    expect([...lanes.turns, ...lanes.steps].every(({ bar }) => bar.toMs !== null)).toBe(true);
  });

  it('draw what goes on open, with the latest end of a wait', () => {
    const steps = [
      request({ key: 'ask', jobState: 'in_progress', startedAt: at(2), attempts: 3 }),
      step({ key: 'nap', kind: 'sleep', dueAt: at(7_200) }),
      step({ key: 'approval', kind: 'callback' }),
    ];
    const lanes = lanesOf(run({ steps }), startMs + 10_000, 'UTC');
    expect(lanes.steps.map(({ state, note, bar }) => [state, note, bar.toMs, bar.dueMs])).toEqual([
      ['in_progress', 'POST api.example.com, 3 attempts', null, null],
      ['waiting', 'sleep until 14:00:00', null, startMs + 7_200_000],
      ['waiting', 'callback', null, null],
    ]);
    expect(lanes.steps[0]?.bar.queuedToMs).toBe(startMs + 2_000);
    expect(lanes.endMs).toBeGreaterThan(startMs + 7_200_000);
    // Nothing is busy between now and the end of the sleep.
    expect(lanes.busy.some(([from, to]) => from < startMs + 3_600_000 && to > startMs + 3_600_000)).toBe(false);
  });

  it('end with their run what it has left open', () => {
    const steps = [step({ kind: 'callback', dueAt: at(90_000) }), request({ key: 'gone', jobState: null })];
    const lanes = lanesOf(run({ state: 'cancelled', endedAt: at(30), steps }), startMs + 60_000, 'UTC');
    expect(lanes.steps.map(({ state, bar }) => [state, bar.toMs, bar.dueMs])).toEqual([
      ['cancelled', startMs + 30_000, null],
      ['cancelled', startMs + 30_000, null],
    ]);
    expect(lanes.endMs).toBe(startMs + 30_000);
  });

  it('tell work of the app, a callback in time and one that did not come', () => {
    const steps = [
      step({ key: 'work', kind: 'step', state: 'done', endedAt: at(1) }),
      step({ key: 'came', kind: 'callback', state: 'done', dueAt: at(9), endedAt: at(5) }),
      step({ key: 'late', kind: 'callback', state: 'timed_out', dueAt: at(9), endedAt: at(9) }),
    ];
    expect(
      lanesOf(run({ steps }), startMs + 10_000, 'UTC').steps.map(({ word, note, bar }) => [word, note, bar.look]),
    ).toEqual([
      ['Done', 'work of the app', 'step'],
      ['Done', 'callback came', 'wait'],
      ['Timed out', 'no callback in time', 'failed'],
    ]);
  });
});
