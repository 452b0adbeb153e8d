import type { Run, RunDetail, RunSummary } from '#src/contract/run/run-view.ts';

/** A run that has ended, as a list shows it. */
export const sampleRunSummary: RunSummary = {
  id: 'run_01m7wd4b99ebrv4mp86mhc61ay',
  name: '/api/report',
  url: 'https://app.example.com/api/report',
  state: 'completed',
  labels: ['report'],
  turn: 2,
  error: null,
  wakeAt: null,
  idempotencyKey: null,
  createdAt: '2026-11-20T12:14:07.005Z',
  endedAt: '2026-11-20T12:14:28.402Z',
};

export const sampleRun: Run = {
  ...sampleRunSummary,
  payload: { topic: 'cats' },
  result: { words: 512 },
  expiresAt: '2026-11-27T12:14:28.402Z',
};

/** The same run with its steps and turns. */
export const sampleRunDetail: RunDetail = {
  ...sampleRun,
  steps: [
    {
      key: 'draft',
      kind: 'request',
      state: 'done',
      jobId: 'job_01m7wd4bq0fgrvb9gbx5e3y7m6',
      jobState: 'completed',
      method: 'POST',
      url: 'https://api.openai.com/v1/responses',
      status: 200,
      attempts: 1,
      createdAt: '2026-11-20T12:14:07.190Z',
      startedAt: '2026-11-20T12:14:07.201Z',
      dueAt: null,
      endedAt: '2026-11-20T12:14:28.104Z',
    },
  ],
  turns: [
    {
      number: 1,
      jobId: 'job_01m7wd4b9d3kqx8s5w2n4c6t0v',
      state: 'completed',
      attempts: 1,
      createdAt: '2026-11-20T12:14:07.005Z',
      startedAt: '2026-11-20T12:14:07.019Z',
      endedAt: '2026-11-20T12:14:07.213Z',
    },
    {
      number: 2,
      jobId: 'job_01m7wd4ztr5cjm1x7e9q2k8b3f',
      state: 'completed',
      attempts: 1,
      createdAt: '2026-11-20T12:14:28.111Z',
      startedAt: '2026-11-20T12:14:28.125Z',
      endedAt: '2026-11-20T12:14:28.402Z',
    },
  ],
};
