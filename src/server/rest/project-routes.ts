import { liveSecretsSchema, rotatedProjectSecretSchema } from '#src/contract/endpoint/endpoint-schemas.ts';
import { rotatedSigningKeySchema, signingKeysSchema } from '#src/contract/endpoint/signing-key-schemas.ts';
import { sampleSecretId, sampleSecrets, sampleSigningKeys } from './answer-samples.ts';
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
  route('project.signingKeys', {
    method: 'GET',
    path: '/v1/project/signing-keys',
    summary: "List the project's public-key signing keys",
    description:
      'The ed25519 keys that sign callbacks to URLs beside the secrets, and the page of their public halves.',
    gives: [{ status: 200, says: 'The keys.', schema: signingKeysSchema, example: sampleSigningKeys }],
    errors: [],
  }),
  route('project.rotateSigningKey', {
    method: 'POST',
    path: '/v1/project/rotate-signing-key',
    summary: "Make or exchange the project's signing key",
    description:
      'The first key turns `v1a` signatures on. Those before a new one go on signing for a while, so that receivers can follow.',
    takes: { example: { overlapSeconds: '2d' }, optional: true },
    gives: [
      {
        status: 200,
        says: 'The new public key, and all that sign now.',
        schema: rotatedSigningKeySchema,
        example: {
          signing: 'v1a',
          publicKey: 'whpk_k1pIhgo2mHqIYCZrsLxzOCVSG0JFzoVHYbYJoKrKZUc=',
          ...sampleSigningKeys,
        },
      },
    ],
    errors: [],
  }),
  route('project.endSigningKey', {
    method: 'POST',
    path: '/v1/project/end-signing-key',
    summary: 'End a signing key of the project',
    description: 'At once. The end of the last one turns `v1a` signatures off; the secrets go on signing.',
    takes: { example: { secretId: sampleSecretId } },
    gives: [
      {
        status: 200,
        says: 'Those that still sign.',
        schema: signingKeysSchema,
        example: { ...sampleSigningKeys, secrets: [] },
      },
    ],
    errors: ['not_found'],
  }),
];
