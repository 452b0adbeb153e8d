import { describe, expect, it } from 'vitest';
import type { DeliverySummary } from '#src/contract/event/delivery.ts';
import { countNewer, mergePage } from '#src/ui/data/live/merge-page.ts';

/** A delivery made at a second of one minute. */
function made(second: number, state: DeliverySummary['state'] = 'retrying'): DeliverySummary {
  return {
    id: `dlv_${String(second).padStart(2, '0')}`,
    eventId: `evt_${second}`,
    jobId: null,
    endpointId: null,
    endpointName: null,
    type: 'job.failed',
    state,
    url: 'https://example.com/',
    attempts: 1,
    nextAttemptAt: null,
    createdAt: new Date(Date.UTC(2026, 10, 20, 12, 0, second)).toISOString(),
    endedAt: null,
    status: null,
    error: null,
    lastFailure: null,
  };
}

const loaded = [made(30), made(20), made(10)];

describe('a page of a list that is live but does not move', () => {
  it('changes rows in place', () => {
    const { kept } = mergePage(loaded, [made(30), made(20, 'delivered'), made(10)]);
    expect(kept.map(({ item }) => item.state)).toEqual(['retrying', 'delivered', 'retrying']);
  });

  it('keeps a row whose delivery no longer matches, and says so', () => {
    const { kept, leftCount } = mergePage(loaded, [made(30), made(10)]);
    expect(kept[1]).toEqual({ item: made(20), left: true });
    expect(leftCount).toBe(1);
  });

  it('counts what came to match in between, but nothing that came up from the next page', () => {
    const { kept, cameBetween } = mergePage(loaded, [made(30), made(25), made(20), made(10)]);
    expect([kept.length, cameBetween]).toEqual([3, 1]);
    expect(mergePage(loaded, [made(30), made(20), made(5)]).cameBetween).toBe(0);
  });

  it('goes by ids, which is how lists are ordered: times of what came at once may be the other way round', () => {
    const [first, second] = [made(30), { ...made(20), createdAt: made(31).createdAt }];
    expect(mergePage([first, second], [first, second])).toMatchObject({ cameBetween: 0, leftCount: 0 });
    expect(countNewer([first, second], [first, second])).toEqual({ count: 0, capped: false });
    const last = { ...made(10), createdAt: made(40).createdAt };
    expect(mergePage([first, second], [first, second, last]).cameBetween).toBe(0);
  });

  it('counts what came after it, as far as one page goes', () => {
    expect(countNewer(loaded, undefined)).toEqual({ count: 0, capped: false });
    expect(countNewer(loaded, loaded)).toEqual({ count: 0, capped: false });
    expect(countNewer(loaded, [made(50), made(40), made(30)])).toEqual({ count: 2, capped: false });
    expect(countNewer(loaded, [made(60), made(50), made(40)])).toEqual({ count: 3, capped: true });
  });
});
