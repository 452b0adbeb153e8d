import { describe, expect, it } from 'vitest';
import { isUuid, uuidV7 } from '#src/domain/text/uuid.ts';
import { jobEventId } from '#src/engine/event/event-id.ts';
import { newId } from '#src/engine/new-id.ts';
import { jobsBehind } from '#src/store/search/stretch.ts';

const job = '019a0000-0000-7abc-8def-000000000001';

describe('the id of an event of a job', () => {
  it('is the same whenever it is asked for, and written down for good', () => {
    expect(jobEventId(job, 'job.completed')).toBe('019a0000-0000-7abc-9e34-471dd7b3e2d2');
    expect(jobEventId(job, 'job.attempt_failed', 2)).toBe('019a0000-0000-7abc-b66f-5e6a004300cd');
  });

  it('is a UUIDv7 like all ids, and leads to its job', () => {
    for (let n = 0; n < 200; n++) {
      const id = newId(Date.now());
      const event = jobEventId(id, 'job.failed', n);
      expect(event).toMatch(/^.{14}7.{4}[89ab]/);
      expect(isUuid(event)).toBe(true);
      const { first, last } = jobsBehind(event);
      expect([first, id, last]).toEqual([first, id, last].sort());
    }
  });

  it('leads to no job of another beginning', () => {
    const { first, last } = jobsBehind(jobEventId(job, 'job.completed'));
    const bytes = (last: number) => Uint8Array.from({ length: 16 }, (_, at) => (at === 7 ? last : 0xff));
    for (const other of [uuidV7(0x019a_0000_0000, bytes(0xbb)), uuidV7(0x019a_0000_0001, bytes(0xbc))])
      expect(other >= first && other <= last).toBe(false);
  });

  it('is another for each type, each attempt and each job', () => {
    const types = ['job.started', 'job.attempt_failed', 'job.completed', 'job.failed', 'job.cancelled'];
    const jobs = Array.from({ length: 500 }, (_, n) => `019a0000-0000-7abc-8def-${n.toString(16).padStart(12, '0')}`);
    const all = jobs.flatMap((id) => [
      ...types.map((type) => jobEventId(id, type)),
      ...[1, 2, 11, 12].map((n) => jobEventId(id, 'job.attempt_failed', n)),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });
});
