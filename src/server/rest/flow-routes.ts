import { flowPageSchema, flowViewSchema } from '#src/contract/flow/flow.ts';
import { sampleFlow } from './answer-samples.ts';
import { type RestRoute, route } from './route.ts';

/** Flows: limits that jobs with the same key share. `{id}` is the id of a flow or its key. */
export const flowRoutes: readonly RestRoute[] = [
  route('flows.list', {
    method: 'GET',
    path: '/v1/flows',
    summary: 'List flows',
    description: 'By their keys, with what waits and runs in each.',
    takes: 'query',
    gives: [
      { status: 200, says: 'A page.', schema: flowPageSchema, example: { flows: [sampleFlow], nextCursor: null } },
    ],
    errors: [],
  }),
  route('flows.get', {
    method: 'GET',
    path: '/v1/flows/{id}',
    summary: 'Read a flow',
    description: 'By its id or its key.',
    gives: [{ status: 200, says: 'The flow.', schema: flowViewSchema, example: sampleFlow }],
    errors: [],
  }),
  route('flows.set', {
    method: 'PATCH',
    path: '/v1/flows/{id}',
    summary: "Set a flow's limits",
    description:
      'They hold from now on, whatever limits come with jobs, until `fixed: false` gives them back. A key that is not known yet makes a new flow.',
    takes: { example: { concurrency: 4, rate: { limit: 100, periodSeconds: '1m' } } },
    gives: [
      {
        status: 200,
        says: 'The flow as it is now.',
        schema: flowViewSchema,
        example: { ...sampleFlow, fixed: true },
      },
    ],
    errors: [],
  }),
  route('flows.pause', {
    method: 'POST',
    path: '/v1/flows/{id}/pause',
    summary: 'Pause a flow',
    description: 'Nothing more of it starts. What is under way goes on.',
    gives: [
      {
        status: 200,
        says: 'The flow.',
        schema: flowViewSchema,
        example: { ...sampleFlow, pausedAt: '2026-11-20T12:14:40.005Z' },
      },
    ],
    errors: [],
  }),
  route('flows.resume', {
    method: 'POST',
    path: '/v1/flows/{id}/resume',
    summary: 'Resume a flow',
    description: 'Also when it was not paused.',
    gives: [{ status: 200, says: 'The flow.', schema: flowViewSchema, example: sampleFlow }],
    errors: [],
  }),
];
