import { operationSchema } from '#src/contract/job/operation-schemas.ts';
import { sampleBulk } from './answer-samples.ts';
import { exported } from './export-answer.ts';
import { type RestRoute, route } from './route.ts';

/** Routes that act on many jobs at once. */
export const manyJobRoutes: readonly RestRoute[] = [
  route('jobs.export', {
    method: 'GET',
    path: '/v1/jobs/export',
    summary: 'Export jobs',
    description:
      'A file of up to 100,000 jobs that the filters of the list find, newest first, written as it is read. The trailer `ringback-export-truncated` says whether there were more.',
    takes: 'query',
    gives: [
      {
        status: 200,
        says: 'The file.',
        headers: ['content-disposition', 'ringback-export-limit'],
        media: ['text/csv', 'application/json'],
      },
    ],
    answer: exported,
    errors: ['rate_limited'],
  }),
  route('jobs.cancelMany', {
    method: 'POST',
    path: '/v1/jobs/cancel-many',
    summary: 'Cancel many jobs',
    description: 'Cancels those picked by id, or all that a filter finds, in the background, at a rate.',
    takes: { example: { jobs: { filter: { label: 'report', state: 'queued' } }, perSecond: 100 } },
    gives: [
      {
        status: 202,
        says: 'The operation.',
        headers: ['location'],
        schema: operationSchema,
        example: sampleBulk,
      },
    ],
    leadsTo: ({ id }) => `/v1/operations/${id}`,
    errors: [],
  }),
  route('jobs.rerunMany', {
    method: 'POST',
    path: '/v1/jobs/rerun-many',
    summary: 'Run many jobs again',
    description: 'Runs those picked by id, or all that a filter finds, again, in the background, at a rate.',
    takes: { example: { jobs: { ids: ['job_01m7wd4b99ebrv4mp86mhc61ay'] } } },
    gives: [
      {
        status: 202,
        says: 'The operation.',
        headers: ['location'],
        schema: operationSchema,
        example: { ...sampleBulk, kind: 'rerun_jobs', input: { jobs: { picked: 1 }, perSecond: 50 }, total: 1 },
      },
    ],
    leadsTo: ({ id }) => `/v1/operations/${id}`,
    errors: [],
  }),
];
