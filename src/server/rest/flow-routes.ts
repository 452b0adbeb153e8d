import { flowPageSchema, flowViewSchema } from '#src/contract/flow/flow.ts';
import { type PausesView, pausesSchema } from '#src/contract/flow/pause-view.ts';
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

const paused: PausesView = {
  pauses: [{ host: 'api.example.com', since: '2026-11-20T12:14:40.005Z', waiting: { count: 212, capped: false } }],
};
const given = (example: PausesView) => {
  return { status: 200 as const, says: 'What is paused now.', schema: pausesSchema, example };
};

/** Pauses of the project and of hosts. */
export const pauseRoutes: readonly RestRoute[] = [
  route('pauses.list', {
    method: 'GET',
    path: '/v1/pauses',
    summary: 'List pauses',
    description: 'The whole project first, then hosts by their names.',
    gives: [given(paused)],
    errors: [],
  }),
  route('pauses.begin', {
    method: 'POST',
    path: '/v1/pauses',
    summary: 'Pause a host or the project',
    description:
      'Nothing more of it starts, within a second. What is under way goes on, jobs are accepted, and callbacks are delivered. Without `host` the whole project is paused.',
    takes: { example: { host: 'api.example.com' } },
    gives: [given(paused)],
    errors: [],
  }),
  route('pauses.end', {
    method: 'POST',
    path: '/v1/pauses/end',
    summary: 'End a pause',
    description: 'Also when nothing was paused. Without `host` that of the whole project.',
    takes: { example: { host: 'api.example.com' } },
    gives: [given({ pauses: [] })],
    errors: [],
  }),
];
