import { sampleJob } from '#src/contract/event/event-samples.ts';
import type { Job } from '#src/contract/job/job.ts';
import type { Schedule, ScheduleSummary } from '#src/contract/schedule/schedule.ts';
import { sampleQueued } from './answer-samples.ts';

/** A schedule as lists show it. */
export const sampleScheduleSummary: ScheduleSummary = {
  id: 'sch_01m7wd0t4ae6k8r2n5q9v3x7bz',
  name: 'nightly-report',
  cron: '30 2 * * *',
  description: 'At 02:30',
  timezone: 'Europe/Berlin',
  overlap: 'skip',
  missed: 'one',
  pausedAt: null,
  nextRunAt: '2026-11-21T01:30:00.000Z',
  lastRun: { at: '2026-11-20T01:30:00.000Z', outcome: 'ran', reason: null },
  lastJob: { id: sampleJob.id, state: 'completed' },
  label: 'schedule:nightly-report',
  method: 'POST',
  url: 'https://api.example.com/v1/reports',
  createdAt: '2026-11-18T08:30:00.000Z',
  updatedAt: '2026-11-18T08:30:00.000Z',
};

/** A schedule with its job. */
export const sampleSchedule: Schedule = {
  ...sampleScheduleSummary,
  job: {
    url: 'https://api.example.com/v1/reports',
    json: { range: 'yesterday' },
    headers: { authorization: '********' },
    retry: 'default',
  },
};

/** The job of a run that somebody asked for. */
export const sampleRunNow: Job = (({ replayed: _replayed, ...job }) => ({
  ...job,
  labels: [sampleScheduleSummary.label],
  idempotencyKey: null,
}))(sampleQueued);
