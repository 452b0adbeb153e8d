import { deliveryPageSchema, deliveryViewSchema } from '#src/contract/event/delivery-schemas.ts';
import { operationSchema } from '#src/contract/job/operation-schemas.ts';
import { asAttachment } from '#src/server/http/wire.ts';
import { sampleDelivery, sampleDeliveryView, sampleEndpoint, samplePage, sampleResending } from './answer-samples.ts';
import { exportedDeliveries } from './export-answer.ts';
import { type RestRoute, route } from './route.ts';

const since = '2026-11-20T00:00:00Z';

/** The sending of events to their receivers. */
export const deliveryRoutes: readonly RestRoute[] = [
  route('deliveries.list', {
    method: 'GET',
    path: '/v1/deliveries',
    summary: 'List deliveries',
    description: 'Newest first. All given filters must hold.',
    takes: 'query',
    gives: [
      {
        status: 200,
        says: 'A page.',
        schema: deliveryPageSchema,
        example: { deliveries: [sampleDelivery], ...samplePage },
      },
    ],
    errors: [],
  }),
  route('deliveries.export', {
    method: 'GET',
    path: '/v1/deliveries/export',
    summary: 'Export deliveries',
    description:
      'A file of up to 100,000 deliveries that the filters of the list find, newest first, written as it is read, each with the flow of its job. The trailer `ringback-export-truncated` says whether there were more.',
    takes: 'query',
    gives: [
      {
        status: 200,
        says: 'The file.',
        headers: ['content-disposition', 'ringback-export-limit'],
        media: ['text/csv', 'application/json'],
      },
    ],
    answer: exportedDeliveries,
    errors: ['rate_limited'],
  }),
  route('deliveries.get', {
    method: 'GET',
    path: '/v1/deliveries/{id}',
    summary: 'Read a delivery',
    description: 'With every attempt and its answer.',
    gives: [{ status: 200, says: 'The delivery.', schema: deliveryViewSchema, example: sampleDeliveryView }],
    errors: [],
  }),
  route('deliveries.event', {
    method: 'GET',
    path: '/v1/deliveries/{id}/event',
    summary: 'Read the event of a delivery',
    description: 'The body that is sent, byte for byte.',
    gives: [{ status: 200, says: 'The bytes.', headers: ['content-disposition'], media: ['application/json'] }],
    answer: (bytes) => ({ status: 200, headers: asAttachment('application/json'), body: bytes }),
    errors: ['payload_expunged'],
  }),
  route('deliveries.resend', {
    method: 'POST',
    path: '/v1/deliveries/{id}/resend',
    summary: 'Send a delivery again',
    description: 'Sends one that has ended again, under the same `webhook-id`.',
    gives: [
      {
        status: 202,
        says: 'The delivery, on its way.',
        schema: deliveryViewSchema,
        example: { ...sampleDeliveryView, state: 'pending', endedAt: null, status: null },
      },
    ],
    errors: ['not_ended', 'endpoint_disabled', 'payload_expunged', 'secrets_erased'],
  }),
  route('deliveries.tryNow', {
    method: 'POST',
    path: '/v1/deliveries/{id}/try-now',
    summary: 'Try a waiting delivery now',
    description:
      'Makes its next attempt at once, whatever it waits for; a paused endpoint is probed with it. One that is being sent stays as it is.',
    gives: [
      {
        status: 202,
        says: 'The delivery, due now.',
        schema: deliveryViewSchema,
        example: { ...sampleDeliveryView, state: 'retrying', endedAt: null },
      },
    ],
    errors: ['already_ended', 'endpoint_disabled'],
  }),
  route('deliveries.resendFailed', {
    method: 'POST',
    path: '/v1/deliveries/resend-failed',
    summary: 'Send all that failed again',
    description: 'Sends what an endpoint did not take since an instant again, in the background, at a rate.',
    takes: { example: { endpoint: sampleEndpoint.name, since, perSecond: 20 } },
    gives: [
      {
        status: 202,
        says: 'The operation.',
        headers: ['location'],
        schema: operationSchema,
        example: sampleResending,
      },
    ],
    leadsTo: ({ id }) => `/v1/operations/${id}`,
    errors: ['not_found', 'endpoint_disabled'],
  }),
  route('deliveries.resendMany', {
    method: 'POST',
    path: '/v1/deliveries/resend-many',
    summary: 'Send many deliveries again',
    description:
      'Sends those picked by id, or all that a filter finds and that had ended, again, in the background, at a rate. Those that cannot be sent are counted with the reason.',
    takes: { example: { deliveries: { filter: { state: 'failed', status: '5xx', from: since } }, perSecond: 20 } },
    gives: [
      {
        status: 202,
        says: 'The operation.',
        headers: ['location'],
        schema: operationSchema,
        example: {
          ...sampleResending,
          kind: 'resend_deliveries',
          input: { deliveries: { filter: { state: 'failed', status: '5xx', from: since } }, perSecond: 20 },
        },
      },
    ],
    leadsTo: ({ id }) => `/v1/operations/${id}`,
    errors: [],
  }),
  route('deliveries.replaySkipped', {
    method: 'POST',
    path: '/v1/deliveries/replay-skipped',
    summary: 'Send what was skipped',
    description: 'Sends what was kept while the endpoint was disabled, in the background, at a rate.',
    takes: { example: { endpoint: sampleEndpoint.name, since } },
    gives: [
      {
        status: 202,
        says: 'The operation.',
        headers: ['location'],
        schema: operationSchema,
        example: { ...sampleResending, kind: 'replay_skipped' },
      },
    ],
    leadsTo: ({ id }) => `/v1/operations/${id}`,
    errors: ['not_found', 'endpoint_disabled'],
  }),
];
