import { describe, expect, it } from 'vitest';
import type { DeliveryLine, JobView } from '#src/contract/job/job-view.ts';
import { foldGroup, needsLook, receiverGroups, stateCounts } from '#src/ui/words/receiver-groups.ts';

const now = Date.UTC(2026, 10, 20, 14);
const at = (ms: number) => new Date(now + ms).toISOString();

function delivery(id: number, more: Partial<DeliveryLine> = {}): DeliveryLine {
  return {
    ...{ id: `dlv_${id}`, eventId: `evt_${id}`, type: 'job.attempt_failed', state: 'delivered' },
    ...{ url: 'https://app.test/hook', attempts: 1, nextAttemptAt: null, createdAt: at(0), endedAt: at(0) },
    ...{ endpoint: null, error: null, tries: [] },
    ...more,
  };
}
const failed = { number: 1, outcome: 'response', status: 500 } as DeliveryLine['tries'][number];
const open = { endedAt: null, nextAttemptAt: at(60_000) };

describe('the deliveries of a job', () => {
  it('are grouped by receiver, in the order in which receivers were first told something', () => {
    const listener = { id: 'end_1', name: 'laptop', listener: true };
    const billing = { id: 'end_2', name: 'billing', listener: false };
    const of = (callback: object | null) => ({
      job: { callback },
      deliveries: [
        delivery(1, { endpoint: listener, url: 'ringback:listen' }),
        delivery(2),
        delivery(3, { endpoint: billing }),
        delivery(4, { endpoint: listener, url: 'ringback:listen' }),
      ],
    });
    const groups = (callback: object | null) => receiverGroups(of(callback) as unknown as JobView);
    expect(
      groups({ url: 'https://app.test/hook' }).map(({ kind, name, deliveries }) => [kind, name, deliveries.length]),
    ).toEqual([
      ['listener', 'laptop', 2],
      ['url', 'https://app.test/hook', 1],
      ['endpoint', 'billing', 1],
    ]);
    expect(groups({ url: null, endpoint: 'old' })[1]).toMatchObject({ kind: 'gone', name: 'https://app.test/hook' });
  });

  it('are counted by state, those that need somebody with their number too', () => {
    expect(
      stateCounts([delivery(1), delivery(2, { state: 'failed' }), delivery(3), delivery(4, { state: 'retrying' })]),
    ).toBe('1 retrying, 2 delivered, 1 failed');
  });

  it.each<[string, Partial<DeliveryLine>, boolean]>([
    ['delivered', {}, false],
    ['failed', { state: 'failed' }, true],
    ['skipped', { state: 'skipped' }, true],
    ['retrying', { state: 'retrying', ...open }, true],
    ['in line for a minute', { state: 'pending', ...open }, true],
    ['about to be sent', { state: 'pending', endedAt: null, nextAttemptAt: at(0) }, false],
    ['under way for the first time', { state: 'in_progress', endedAt: null, nextAttemptAt: at(0) }, false],
    ['under way again', { state: 'in_progress', endedAt: null, tries: [failed] }, true],
  ])('that are %s say why, or need nobody', (_what, more, looks) => {
    expect(needsLook(delivery(1, more), now)).toBe(looks);
  });
});

describe('a group of deliveries', () => {
  const many = Array.from({ length: 40 }, (_, index) => delivery(index));

  it('is whole while it is short', () => {
    expect(foldGroup(many.slice(0, 8), now, null)).toMatchObject({ shown: { length: 8 }, hidden: [] });
  });

  it('folds to the job’s end, what is selected, and the first that say why they were not delivered', () => {
    const failing = many.map((one, index) => (index >= 10 && index < 30 ? { ...one, state: 'failed' as const } : one));
    const { shown, hidden } = foldGroup([...failing, delivery(99, { type: 'job.completed' })], now, 'dlv_3');
    expect(shown.map(({ id }) => id)).toEqual(['dlv_3', 'dlv_10', 'dlv_11', 'dlv_12', 'dlv_13', 'dlv_14', 'dlv_99']);
    expect(stateCounts(hidden)).toBe('19 delivered, 15 failed');
  });

  it('does not fold to hide one line, which would be no shorter', () => {
    const ends = Array.from({ length: 9 }, (_, index) =>
      delivery(index, { type: index ? 'job.failed' : 'job.started' }),
    );
    expect(foldGroup(ends, now, null).hidden).toEqual([]);
  });
});
