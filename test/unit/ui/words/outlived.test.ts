import { describe, expect, it } from 'vitest';
import type { JobView } from '#src/contract/job/job-view.ts';
import { whyNoDelivery } from '#src/ui/words/fact-text.ts';
import { attemptsGone, deliveryGone, isSettled } from '#src/ui/words/outlived.ts';

const endedAt = '2026-11-20T14:00:00.000Z';
const soon = Date.parse(endedAt) + 60_000;
const later = Date.parse(endedAt) + 2 * 3_600_000;
const callback = { url: 'https://app.example.com/hook', endpoint: null, events: ['job.completed'] };
const delivered = { type: 'job.completed', endedAt };

function view(job: object, deliveries: object[] = [], attempts: object[] = []): JobView {
  return { job: { state: 'completed', endedAt, attempts: 1, callback, ...job }, attempts, deliveries } as JobView;
}

describe('a job that outlived what hung on it', () => {
  it('has lost attempts when fewer are there than were made', () => {
    expect(attemptsGone(view({}))).toBe(true);
    expect(attemptsGone(view({}, [], [{}]))).toBe(false);
    expect(attemptsGone(view({ attempts: 0 }))).toBe(false);
    expect(attemptsGone(view({ state: 'in_progress', endedAt: null }))).toBe(false);
  });

  it('has lost its delivery when its end was wanted, lies back and is told by none', () => {
    expect(deliveryGone(view({}), later)).toBe(true);
    expect(deliveryGone(view({}), soon)).toBe(false);
    expect(deliveryGone(view({}, [delivered]), later)).toBe(false);
    expect(deliveryGone(view({ callback: { ...callback, events: ['job.failed'] } }), later)).toBe(false);
    expect(deliveryGone(view({ callback: null }), later)).toBe(false);
  });

  it('is settled all the same, while one that has just ended waits for its delivery', () => {
    expect(isSettled(view({}), later)).toBe(true);
    expect(isSettled(view({}), soon)).toBe(false);
    expect(isSettled(view({}, [delivered]), soon)).toBe(true);
    expect(isSettled(view({}, [{ ...delivered, endedAt: null }]), later)).toBe(false);
    expect(isSettled(view({ callback: null }), soon)).toBe(true);
    expect(isSettled(view({ state: 'queued', endedAt: null }), later)).toBe(false);
  });

  it('says so instead of an untruth', () => {
    expect(whyNoDelivery(view({}), later)).toContain('deleted by the project’s retention');
    expect(whyNoDelivery(view({}), soon)).toBe('It is about to be sent.');
    expect(whyNoDelivery(view({ callback: { ...callback, events: ['job.failed'] } }), later)).toContain(
      'asked for job.failed',
    );
    expect(whyNoDelivery(view({ state: 'queued', endedAt: null }), later)).toBe('Sent when the job has ended.');
  });
});
