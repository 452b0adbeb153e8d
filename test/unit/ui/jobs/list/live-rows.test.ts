import { describe, expect, it } from 'vitest';
import type { JobSummary } from '#src/contract/job/job.ts';
import { mergeRows } from '#src/ui/jobs/list/live-job-rows.ts';

/** A job created at a second of one minute. */
function job(second: number, state: JobSummary['state'] = 'in_progress'): JobSummary {
  return {
    id: `job_${String(second).padStart(2, '0')}`,
    state,
    waitReason: null,
    method: 'GET',
    url: 'https://example.com/',
    labels: [],
    attempts: 1,
    maxAttempts: 25,
    createdAt: new Date(Date.UTC(2026, 10, 20, 12, 0, second)).toISOString(),
    startedAt: null,
    endedAt: null,
    nextAttemptAt: null,
    error: null,
    lastFailure: null,
    rerunOf: null,
    status: null,
    resultExpiresAt: null,
    resultExpiredAt: null,
    recentAttempts: [],
  };
}

const loaded = [job(30), job(20), job(10)];
const ids = (rows: { job: JobSummary }[]) => rows.map((row) => row.job.id);

describe('a page of jobs that is live but does not move', () => {
  it('shows what was loaded until there is something newer', () => {
    const { rows, cameBetween, leftCount } = mergeRows(loaded, undefined);
    expect(ids(rows)).toEqual(['job_30', 'job_20', 'job_10']);
    expect([cameBetween, leftCount]).toEqual([0, 0]);
  });

  it('changes rows in place', () => {
    const { rows } = mergeRows(loaded, [job(30), job(20, 'completed'), job(10)]);
    expect(rows[1]).toEqual({ job: job(20, 'completed'), left: false });
  });

  it('keeps a row whose job no longer matches, and says so', () => {
    const { rows, leftCount } = mergeRows(loaded, [job(30), job(10)]);
    expect(rows[1]).toEqual({ job: job(20), left: true });
    expect(leftCount).toBe(1);
  });

  it('counts a job that came to match in between, but none that came up from the next page', () => {
    expect(mergeRows(loaded, [job(30), job(25), job(20), job(10)]).cameBetween).toBe(1);
    expect(mergeRows(loaded, [job(30), job(20), job(5)]).cameBetween).toBe(0);
  });
});
