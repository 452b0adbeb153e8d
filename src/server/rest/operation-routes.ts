import { operationPageSchema, operationSchema } from '#src/contract/job/operation-schemas.ts';
import { sampleResending } from './answer-samples.ts';
import { type RestRoute, route } from './route.ts';

/** Bulk actions in the background. */
export const operationRoutes: readonly RestRoute[] = [
  route('operations.list', {
    method: 'GET',
    path: '/v1/operations',
    summary: 'List operations',
    description: 'Newest first.',
    takes: 'query',
    gives: [
      {
        status: 200,
        says: 'A page.',
        schema: operationPageSchema,
        example: { operations: [sampleResending], nextCursor: null },
      },
    ],
    errors: [],
  }),
  route('operations.get', {
    method: 'GET',
    path: '/v1/operations/{id}',
    summary: 'Read an operation',
    description: 'How far it is.',
    gives: [{ status: 200, says: 'The operation.', schema: operationSchema, example: sampleResending }],
    errors: [],
  }),
  route('operations.stop', {
    method: 'POST',
    path: '/v1/operations/{id}/stop',
    summary: 'Stop an operation',
    description:
      'What it has done stays done. One that has ended stays as it is. It takes the scope that starting it took: `jobs:write` for one on jobs, `callbacks:admin` for one on deliveries.',
    gives: [
      {
        status: 200,
        says: 'The operation.',
        schema: operationSchema,
        example: { ...sampleResending, state: 'stopped', done: 118, endedAt: '2026-11-20T12:20:06.000Z' },
      },
    ],
    errors: [],
  }),
];
