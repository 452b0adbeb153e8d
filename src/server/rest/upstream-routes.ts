import { z } from 'zod';
import { sampleJob } from '#src/contract/event/event-samples.ts';
import {
  type Upstream,
  updatedUpstreamSchema,
  upstreamListSchema,
  upstreamTestSchema,
  upstreamViewSchema,
} from '#src/contract/upstream/upstream.ts';
import { type RestRoute, route } from './route.ts';

const sampleUpstream: Upstream = {
  id: 'ups_01m7wd6v9be4k2q8n5r7t3x1hz',
  name: 'openai',
  baseUrl: 'https://api.openai.com/v1',
  format: 'openai',
  headers: { authorization: '********' },
  tls: null,
  default: true,
  models: ['gpt-', 'o3'],
  retry: null,
  timeoutMs: 900_000,
  flow: { key: null, concurrency: 20, rate: null },
  createdAt: '2026-11-18T08:30:00.000Z',
  updatedAt: '2026-11-18T08:30:00.000Z',
};

const deletedSchema = z.strictObject({ id: z.string() });

/** Upstreams: named APIs that jobs are sent to. `{id}` is the id of an upstream or its name. */
export const upstreamRoutes: readonly RestRoute[] = [
  route('upstreams.create', {
    method: 'POST',
    path: '/v1/upstreams',
    summary: 'Make an upstream',
    description: 'A named API: jobs name it and a path instead of a URL. Its headers are stored encrypted.',
    takes: {
      example: {
        name: 'openai',
        baseUrl: 'https://api.openai.com/v1',
        format: 'openai',
        headers: { authorization: 'Bearer sk-live-1234' },
        models: ['gpt-', 'o3'],
        default: true,
        timeoutMs: '15m',
        flow: { concurrency: 20 },
      },
    },
    gives: [{ status: 201, says: 'The upstream.', schema: upstreamViewSchema, example: sampleUpstream }],
    leadsTo: ({ id }) => `/v1/upstreams/${id}`,
    errors: [
      'name_taken',
      'invalid_text',
      'invalid_url',
      'blocked_target',
      'invalid_header',
      'invalid_retry',
      'shadowed_rule',
    ],
  }),
  route('upstreams.list', {
    method: 'GET',
    path: '/v1/upstreams',
    summary: 'List upstreams',
    description: 'All of the project, by their names. Secret headers are masked.',
    gives: [
      { status: 200, says: 'The upstreams.', schema: upstreamListSchema, example: { upstreams: [sampleUpstream] } },
    ],
    errors: [],
  }),
  route('upstreams.get', {
    method: 'GET',
    path: '/v1/upstreams/{id}',
    summary: 'Read an upstream',
    description: 'By its id or its name. Secret headers are masked.',
    gives: [{ status: 200, says: 'The upstream.', schema: upstreamViewSchema, example: sampleUpstream }],
    errors: [],
  }),
  route('upstreams.update', {
    method: 'PATCH',
    path: '/v1/upstreams/{id}',
    summary: 'Change an upstream',
    description:
      'What is not given stays. In `headers`, those given are set and null removes one. Jobs that wait get new credentials; their URLs stay.',
    takes: { example: { headers: { authorization: 'Bearer sk-live-5678' } } },
    gives: [
      {
        status: 200,
        says: 'The upstream as it is now.',
        schema: updatedUpstreamSchema,
        example: { ...sampleUpstream, clearedHeaders: [] },
      },
    ],
    errors: [
      'name_taken',
      'invalid_text',
      'invalid_url',
      'blocked_target',
      'invalid_header',
      'invalid_retry',
      'shadowed_rule',
    ],
  }),
  route('upstreams.test', {
    method: 'POST',
    path: '/v1/upstreams/{id}/test',
    summary: 'Test an upstream',
    description:
      'Makes a GET with its credentials, by a job with one attempt, and waits up to 20 s for its end. `path` is `/models` for `openai` and `anthropic`, else `/`, if it is not given.',
    takes: { example: { path: '/models' }, optional: true },
    gives: [
      {
        status: 200,
        says: 'What it answered.',
        schema: upstreamTestSchema,
        example: {
          url: 'https://api.openai.com/v1/models',
          status: 200,
          ms: 212.4,
          error: null,
          limits: { 'x-ratelimit-limit-requests': '10000', 'x-ratelimit-remaining-requests': '9999' },
          job: sampleJob.id,
        },
      },
    ],
    errors: [],
  }),
  route('upstreams.delete', {
    method: 'DELETE',
    path: '/v1/upstreams/{id}',
    summary: 'Delete an upstream',
    description: 'With its credentials. It is refused while jobs of it have not ended.',
    gives: [
      { status: 200, says: 'The id of what was deleted.', schema: deletedSchema, example: { id: sampleUpstream.id } },
    ],
    errors: ['upstream_in_use'],
  }),
];
