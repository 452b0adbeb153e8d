import { z } from 'zod';
import {
  createdEndpointSchema,
  deletedEndpointSchema,
  endpointSchema,
  liveSecretsSchema,
  rotatedSecretSchema,
  sentWaitingSchema,
  testDeliverySchema,
  updatedEndpointSchema,
} from '#src/contract/endpoint/endpoint-schemas.ts';
import { sampleDelivery, sampleEndpoint, sampleSecretId, sampleSecrets } from './answer-samples.ts';
import { type RestRoute, route } from './route.ts';

/** Registered webhook receivers. */
export const endpointRoutes: readonly RestRoute[] = [
  route('endpoints.list', {
    method: 'GET',
    path: '/v1/endpoints',
    summary: 'List endpoints',
    description: 'All that are registered in the project.',
    takes: 'query',
    gives: [
      {
        status: 200,
        says: 'The endpoints.',
        schema: z.strictObject({ endpoints: z.array(endpointSchema) }),
        example: { endpoints: [sampleEndpoint] },
      },
    ],
    errors: [],
  }),
  route('endpoints.create', {
    method: 'POST',
    path: '/v1/endpoints',
    summary: 'Register an endpoint',
    description:
      'The signing secret, or the public key with `v1a`, is answered this once. A new endpoint is known to all processes within a second.',
    takes: {
      example: {
        name: 'billing',
        url: 'https://billing.example.com/hooks/ringback',
        description: 'Invoices',
        headers: { authorization: 'Bearer s3cret' },
        rate: 20,
      },
    },
    gives: [
      {
        status: 201,
        says: 'The endpoint and its secret.',
        headers: ['location'],
        schema: createdEndpointSchema,
        example: { ...sampleEndpoint, signing: 'v1', secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD8fV1x2rKk3Q=' },
      },
    ],
    leadsTo: ({ id }) => `/v1/endpoints/${id}`,
    errors: ['name_taken', 'invalid_url', 'blocked_target', 'invalid_header', 'invalid_text', 'conflicting_fields'],
  }),
  route('endpoints.get', {
    method: 'GET',
    path: '/v1/endpoints/{id}',
    summary: 'Read an endpoint',
    description: 'With its health.',
    gives: [{ status: 200, says: 'The endpoint.', schema: endpointSchema, example: sampleEndpoint }],
    errors: [],
  }),
  route('endpoints.update', {
    method: 'PATCH',
    path: '/v1/endpoints/{id}',
    summary: 'Change an endpoint',
    description:
      'Changes what is given. A new URL of another origin deletes secret headers that are not given anew; `clearedHeaders` names them.',
    takes: { example: { rate: 50, headers: { 'x-team': 'billing', authorization: null } } },
    gives: [
      {
        status: 200,
        says: 'The endpoint as it is now.',
        schema: updatedEndpointSchema,
        example: { ...sampleEndpoint, rate: 50, headers: { 'x-team': 'billing' }, clearedHeaders: [] },
      },
    ],
    errors: ['name_taken', 'invalid_url', 'blocked_target', 'invalid_header', 'invalid_text', 'conflicting_fields'],
  }),
  route('endpoints.delete', {
    method: 'DELETE',
    path: '/v1/endpoints/{id}',
    summary: 'Delete an endpoint',
    description: 'Cancels what waits for it. Its name is free at once.',
    gives: [
      {
        status: 200,
        says: 'What was deleted.',
        schema: deletedEndpointSchema,
        example: { id: sampleEndpoint.id, cancelledDeliveries: 3 },
      },
    ],
    errors: [],
  }),
  route('endpoints.enable', {
    method: 'POST',
    path: '/v1/endpoints/{id}/enable',
    summary: 'Enable an endpoint',
    description: 'Also when it was enabled already. What was skipped meanwhile can be replayed.',
    gives: [{ status: 200, says: 'The endpoint.', schema: endpointSchema, example: sampleEndpoint }],
    errors: [],
  }),
  route('endpoints.disable', {
    method: 'POST',
    path: '/v1/endpoints/{id}/disable',
    summary: 'Disable an endpoint',
    description: 'Also when it was disabled already. Its events are kept as skipped deliveries.',
    gives: [
      {
        status: 200,
        says: 'The endpoint.',
        schema: endpointSchema,
        example: {
          ...sampleEndpoint,
          state: 'disabled',
          disabledReason: 'manual',
          disabledAt: '2026-11-20T12:14:40.005Z',
        },
      },
    ],
    errors: [],
  }),
  route('endpoints.probe', {
    method: 'POST',
    path: '/v1/endpoints/{id}/probe',
    summary: 'Probe an endpoint now',
    description:
      'The oldest delivery that waits for it is sent at once, to find out whether it is back, and its pause ends. Without one that waits, only the pause ends.',
    gives: [{ status: 200, says: 'The endpoint.', schema: endpointSchema, example: sampleEndpoint }],
    errors: ['endpoint_disabled'],
  }),
  route('endpoints.sendWaiting', {
    method: 'POST',
    path: '/v1/endpoints/{id}/send-waiting',
    summary: 'Send all that waits for an endpoint now',
    description:
      'Whatever time each delivery was to wait. They go as fast as its rate, its concurrency and a recovery allow, and its pause ends; after a pause the first one is a probe.',
    gives: [
      {
        status: 200,
        says: 'The number of deliveries that go.',
        schema: sentWaitingSchema,
        example: { id: sampleEndpoint.id, deliveries: 214 },
      },
    ],
    errors: ['endpoint_disabled'],
  }),
  route('endpoints.secrets', {
    method: 'GET',
    path: '/v1/endpoints/{id}/secrets',
    summary: "List an endpoint's secrets",
    description: 'The live signing secrets without their values.',
    gives: [{ status: 200, says: 'The secrets.', schema: liveSecretsSchema, example: { secrets: sampleSecrets } }],
    errors: [],
  }),
  route('endpoints.rotateSecret', {
    method: 'POST',
    path: '/v1/endpoints/{id}/rotate-secret',
    summary: "Exchange an endpoint's secret",
    description: 'Makes a new signing secret; those before it go on signing for a while, so that receivers can follow.',
    takes: { example: { overlapSeconds: '2d' }, optional: true },
    gives: [
      {
        status: 200,
        says: 'The new secret, answered this once, and all that sign now.',
        schema: rotatedSecretSchema,
        example: {
          signing: 'v1',
          secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD8fV1x2rKk3Q=',
          secrets: sampleSecrets,
        },
      },
    ],
    errors: [],
  }),
  route('endpoints.endSecret', {
    method: 'POST',
    path: '/v1/endpoints/{id}/end-secret',
    summary: 'End an old secret',
    description: 'Ends an old secret before its overlap is over. The newest cannot be ended.',
    takes: { example: { secretId: sampleSecretId } },
    gives: [
      {
        status: 200,
        says: 'Those that still sign.',
        schema: liveSecretsSchema,
        example: { secrets: sampleSecrets.slice(0, 1) },
      },
    ],
    errors: [],
  }),
  route('endpoints.test', {
    method: 'POST',
    path: '/v1/endpoints/{id}/test',
    summary: 'Send a test event',
    description:
      'Sends an `endpoint.test` event, as any other delivery. An endpoint of the format `openai` gets an event of a model response, of the given type.',
    takes: { example: { type: 'response.failed' }, optional: true },
    gives: [
      {
        status: 202,
        says: 'The delivery on its way.',
        schema: testDeliverySchema,
        example: { id: sampleDelivery.id, eventId: sampleDelivery.eventId, state: 'pending' },
      },
    ],
    errors: [],
  }),
];
