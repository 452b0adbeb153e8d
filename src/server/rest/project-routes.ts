import { liveSecretsSchema, rotatedProjectSecretSchema } from '#src/contract/endpoint/endpoint-schemas.ts';
import { sampleSecretId, sampleSecrets } from './answer-samples.ts';
import { type RestRoute, route } from './route.ts';

/** The project's own secrets, which sign callbacks to URLs that came with a job. */
export const projectRoutes: readonly RestRoute[] = [
  route('project.webhookSecrets', {
    method: 'GET',
    path: '/v1/project/webhook-secrets',
    summary: "List the project's secrets",
    description: 'The live secrets that sign callbacks to URLs, without their values.',
    gives: [{ status: 200, says: 'The secrets.', schema: liveSecretsSchema, example: { secrets: sampleSecrets } }],
    errors: [],
  }),
  route('project.rotateWebhookSecret', {
    method: 'POST',
    path: '/v1/project/rotate-webhook-secret',
    summary: "Exchange the project's secret",
    description: 'Makes a new secret; those before it go on signing for a while, so that receivers can follow.',
    takes: { example: { overlapSeconds: '2d' }, optional: true },
    gives: [
      {
        status: 200,
        says: 'The new secret, answered this once, and all that sign now.',
        schema: rotatedProjectSecretSchema,
        example: {
          signing: 'v1',
          secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD8fV1x2rKk3Q=',
          secrets: sampleSecrets,
        },
      },
    ],
    errors: [],
  }),
  route('project.endWebhookSecret', {
    method: 'POST',
    path: '/v1/project/end-webhook-secret',
    summary: 'End an old secret of the project',
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
    errors: ['not_found'],
  }),
];
