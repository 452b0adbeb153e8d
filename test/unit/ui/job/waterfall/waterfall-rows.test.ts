import { describe, expect, it } from 'vitest';
import type { AttemptLine, DeliveryLine, JobView } from '#src/contract/job/job-view.ts';
import { foldMiddle } from '#src/ui/charts/fold-rows.ts';
import { timeScale } from '#src/ui/charts/time-scale.ts';
import { waterfallOf } from '#src/ui/job/waterfall/waterfall-rows.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 10, 20, 14) + ms).toISOString();
const origin = Date.parse(at(0));

function attempt(number: number, from: number, to: number, more: Partial<AttemptLine> = {}): AttemptLine {
  const totalMs = to - from;
  return {
    id: `att_${number}`,
    number,
    startedAt: at(from),
    endedAt: at(to),
    outcome: 'response',
    status: 429,
    failure: null,
    timings: { dnsMs: 10, connectMs: 20, tlsMs: null, firstByteMs: totalMs - 40, bodyMs: 10, totalMs },
    decision: { then: 'retry', delayMs: 1_000, countAs: '429', rule: '429', why: '', inputs: {} },
    ...more,
  };
}
const done: Partial<AttemptLine> = {
  status: 200,
  decision: { then: 'complete', rule: 'accept', why: '', inputs: {} },
};
function view(job: Partial<JobView['job']>, attempts: AttemptLine[], deliveries: DeliveryLine[] = []): JobView {
  return {
    job: {
      id: 'job_1',
      createdAt: at(0),
      startedAt: null,
      endedAt: null,
      runAt: null,
      nextAttemptAt: null,
      callback: null,
      ...job,
    },
    attempts,
    deliveries,
  } as unknown as JobView;
}

describe('the rows of a waterfall', () => {
  it('show the queue, each phase, and the wait until the next attempt is due', () => {
    const { lanes, startMs, endMs } = waterfallOf(
      view({ state: 'completed', startedAt: at(340), endedAt: at(4_000) }, [
        attempt(1, 340, 1_340),
        attempt(2, 2_400, 4_000, done),
      ]),
      origin + 60_000,
    );
    const [first, second] = lanes[0]?.rows ?? [];
    expect(first?.phases.map(({ kind, fromMs, toMs }) => [kind, fromMs - origin, toMs - origin])).toEqual([
      ['queue', 0, 340],
      ['dns', 340, 350],
      ['connect', 350, 370],
      ['firstByte', 370, 1_330],
      ['body', 1_330, 1_340],
    ]);
    expect(first).toMatchObject({ waitToMs: origin + 2_340, note: 'backoff 1.00 s', tookMs: 1_000 });
    expect(second?.phases[0]).toEqual({ kind: 'queue', fromMs: origin + 2_340, toMs: origin + 2_400 });
    expect(lanes[0]?.note).toBe('2 attempts, completed with 200');
    expect([startMs - origin, endMs - origin]).toEqual([0, 4_000]);
  });

  it('give what a broken-off attempt spent to the phase it was broken off in', () => {
    const timings = { dnsMs: 5, connectMs: 5, tlsMs: null, firstByteMs: null, bodyMs: null, totalMs: 100 };
    const late = { ...timings, firstByteMs: 20 };
    const last = (one: AttemptLine) =>
      waterfallOf(view({ state: 'failed', endedAt: at(100) }, [one]), origin).lanes[0]?.rows[0]?.phases.at(-1);
    expect(last(attempt(1, 0, 100, { outcome: 'timeout', timings }))).toMatchObject({
      kind: 'firstByte',
      fromMs: origin + 10,
    });
    expect(last(attempt(1, 0, 100, { outcome: 'timeout', timings: late }))).toMatchObject({
      kind: 'body',
      fromMs: origin + 30,
    });
    expect(last(attempt(1, 0, 100, { outcome: 'interrupted', timings: null }))).toMatchObject({ kind: 'firstByte' });
  });

  it('end with the attempt that is planned, or under way', () => {
    const planned = waterfallOf(
      view({ state: 'retrying', startedAt: at(0), nextAttemptAt: at(9_000) }, [attempt(1, 0, 1_000)]),
      origin + 2_000,
    );
    expect(planned.lanes[0]?.rows.at(-1)).toMatchObject({
      kind: 'planned',
      name: 'Attempt 2',
      startMs: origin + 9_000,
    });
    expect(planned.endMs).toBeGreaterThan(origin + 9_000);
    expect(planned.live).toBe(true);
    const running = waterfallOf(view({ state: 'in_progress', startedAt: at(50) }, []), origin + 2_000);
    expect(running.lanes[0]?.rows).toMatchObject([{ kind: 'running', startMs: origin + 50 }]);
    expect(running.endMs).toBeGreaterThanOrEqual(origin + 2_000);
  });

  it('leave an ended job’s axis at its end, deliveries included', () => {
    const delivery = {
      id: 'dlv_1',
      type: 'job.completed',
      url: 'https://app.example.com/hook',
      endpoint: null,
      state: 'delivered',
      createdAt: at(1_000),
      endedAt: at(1_300),
      nextAttemptAt: null,
      tries: [attempt(1, 1_050, 1_300, { ...done, status: 204 })],
    } as unknown as DeliveryLine;
    const { lanes, endMs, live } = waterfallOf(
      view({ state: 'completed', startedAt: at(0), endedAt: at(1_000) }, [attempt(1, 0, 1_000, done)], [delivery]),
      origin + 60_000,
    );
    expect(lanes.map(({ title, note }) => [title, note])).toEqual([
      ['Request', '1 attempt, completed with 200'],
      ['Delivery', 'job.completed to app.example.com'],
    ]);
    expect(lanes[1]?.rows).toMatchObject([
      { owner: 'dlv_1', name: 'Attempt 1', of: 'of the delivery', note: 'delivered' },
    ]);
    expect([endMs - origin, live]).toEqual([1_300, false]);
  });

  it('of several deliveries to one receiver share a lane, in the order of time, named by their events', () => {
    const endpoint = { id: 'end_1', name: 'laptop', listener: true };
    const told = (id: string, type: string, fromMs: number, numbers: number[]) =>
      ({
        ...{
          id,
          type,
          endpoint,
          url: 'ringback:listen',
          state: 'delivered',
          createdAt: at(fromMs),
          endedAt: at(fromMs + 900),
        },
        ...{
          nextAttemptAt: null,
          tries: numbers.map((n) => ({ ...attempt(n, fromMs + n * 400, fromMs + n * 400 + 9), id: `${id} ${n}` })),
        },
      }) as unknown as DeliveryLine;
    const { lanes } = waterfallOf(
      view(
        { state: 'completed', startedAt: at(0), endedAt: at(1_000) },
        [attempt(1, 0, 1_000, done)],
        [told('dlv_1', 'job.started', 0, [1, 2]), told('dlv_2', 'job.completed', 100, [1])],
      ),
      origin + 60_000,
    );
    expect(lanes[1]).toMatchObject({ title: 'Deliveries', note: '2 to laptop: 2 delivered' });
    expect(lanes[1]?.rows.map(({ owner, name }) => [owner, name])).toEqual([
      ['dlv_1', 'job.started'],
      ['dlv_2', 'job.completed'],
      ['dlv_1', 'job.started, attempt 2'],
    ]);
  });

  it('say that attempts were deleted, not that there were none', () => {
    const note = (job: Partial<JobView['job']>, attempts: AttemptLine[]) =>
      waterfallOf(view({ state: 'completed', startedAt: at(0), endedAt: at(4_000), ...job }, attempts), origin).lanes[0]
        ?.note;
    expect(note({ attempts: 3 }, [])).toBe('3 attempts, completed; deleted by the project’s retention');
    expect(note({ attempts: 3 }, [attempt(3, 0, 4_000, done)])).toBe(
      '3 attempts, completed; older ones were deleted by the project’s retention',
    );
    expect(note({ attempts: 0, state: 'cancelled' }, [])).toBe('cancelled before its first attempt');
  });

  it('a queue of an hour is collapsed like any other idle time', () => {
    const waterfall = waterfallOf(
      view({ state: 'completed', startedAt: at(3_600_000), endedAt: at(3_601_000) }, [
        attempt(1, 3_600_000, 3_601_000, done),
      ]),
      origin,
    );
    const { idles } = timeScale({ ...waterfall, collapse: true, nowMs: null });
    expect(idles).toHaveLength(1);
  });
});

describe('a thousand attempts', () => {
  const entries = Array.from({ length: 1_000 }, (_, index) => index + 1);

  it('are folded in the middle, but for the one that is selected', () => {
    const shown = foldMiddle(entries, 0, (entry) => entry === 500);
    expect(shown).toHaveLength(10 + 1 + 1 + 1 + 10);
    expect(shown.filter(({ kind }) => kind === 'fold')).toEqual([
      { kind: 'fold', hidden: 489 },
      { kind: 'fold', hidden: 490 },
    ]);
  });

  it('come out in runs, and a short list is never folded', () => {
    expect(foldMiddle(entries, 100, () => false)).toHaveLength(121);
    expect(foldMiddle(entries.slice(0, 24), 0, () => false)).toHaveLength(24);
    expect(foldMiddle(entries, 1_000, () => false)).toHaveLength(1_000);
  });
});
