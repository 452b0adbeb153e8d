import { runDetailSchema, runPageSchema, runSchema, startedRunSchema } from '#src/contract/run/run-schemas.ts';
import { shownRun } from '#src/server/runs/wait-for-run.ts';
import { type RestRoute, route } from './route.ts';
import { sampleRun, sampleRunDetail, sampleRunSummary } from './run-samples.ts';

/** Runs of routes made with `serve`. */
export const runRoutes: readonly RestRoute[] = [
  route('runs.start', {
    method: 'POST',
    path: '/v1/runs',
    summary: 'Start a run',
    description:
      'Ringback enters the route, which must be made with `serve` of the client, until its handler has ended. The same idempotency key leads to the same run.',
    takes: {
      example: { url: 'https://app.example.com/api/report', payload: { topic: 'cats' }, labels: ['report'] },
    },
    idempotencyKey: true,
    gives: [
      {
        status: 202,
        says: 'The run.',
        headers: ['location'],
        schema: startedRunSchema,
        example: {
          ...sampleRun,
          state: 'running',
          turn: 1,
          endedAt: null,
          expiresAt: null,
          result: null,
          replayed: false,
        },
      },
    ],
    leadsTo: ({ id }) => `/v1/runs/${id}`,
    errors: ['blocked_target', 'invalid_url', 'invalid_json', 'idempotency_conflict'],
  }),
  route('runs.list', {
    method: 'GET',
    path: '/v1/runs',
    summary: 'List runs',
    description: 'Newest first, without payloads and results.',
    takes: 'query',
    gives: [
      {
        status: 200,
        says: 'A page.',
        schema: runPageSchema,
        example: { runs: [{ ...sampleRunSummary, steps: 1, waitsFor: null }], nextCursor: null, searchedTo: null },
      },
    ],
    errors: [],
  }),
  route('runs.get', {
    method: 'GET',
    path: '/v1/runs/{id}',
    summary: 'Read a run',
    description: 'With its steps and turns, and the times of each. Its end can be waited for.',
    waits: 'query',
    gives: [{ status: 200, says: 'The run.', schema: runDetailSchema, example: sampleRunDetail }],
    answer: shownRun,
    errors: ['rate_limited'],
  }),
  route('runs.cancel', {
    method: 'POST',
    path: '/v1/runs/{id}/cancel',
    summary: 'Cancel a run',
    description: 'Its open jobs are cancelled too. A run that has ended stays as it is.',
    gives: [
      {
        status: 200,
        says: 'The run as it is now.',
        schema: runSchema,
        example: { ...sampleRun, state: 'cancelled', result: null },
      },
    ],
    errors: [],
  }),
];
