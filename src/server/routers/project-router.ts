import { type RotateInput, secretInput } from '#src/contract/endpoint/endpoint-input.ts';
import { rotateInputSchema } from '#src/contract/endpoint/endpoint-input-schema.ts';
import { parseProjectRotation } from '#src/contract/endpoint/parse-endpoint.ts';
import {
  endOldSecret,
  projectSecrets,
  revealSecret,
  rotateProjectSecret,
} from '#src/engine/endpoint/endpoint-secrets.ts';
import { endSigningKey, rotateSigningKey, signingKeys } from '#src/engine/endpoint/signing-keys.ts';
import { input, procedure, router } from '#src/server/call/procedure.ts';

type ProjectRotation = Pick<RotateInput, 'overlapSeconds'>;

const rotation = input<ProjectRotation | undefined, { overlapSeconds: number }>(
  parseProjectRotation,
  rotateInputSchema.omit({ signing: true }).optional(),
);

export const projectRouter = router({
  /** Lists the live secrets that sign callbacks to URLs, without their values. */
  webhookSecrets: procedure('admin').query(async ({ ctx }) => ({
    secrets: await projectSecrets(ctx.deps, ctx.caller.projectId),
  })),

  /** Returns the value of a secret once more after its creation. The audit log records it. */
  revealWebhookSecret: procedure('admin')
    .meta({ reveals: true })
    .input(secretInput)
    .mutation(({ ctx, input: { secretId } }) =>
      revealSecret(ctx.deps, { projectId: ctx.caller.projectId, endpoint: null, secretId }, ctx.recordIn),
    ),

  /** Ends an old secret before its overlap is over. */
  endWebhookSecret: procedure('admin')
    .input(secretInput)
    .mutation(async ({ ctx, input: { secretId } }) => ({
      secrets: await endOldSecret(ctx.deps, ctx.caller.projectId, null, secretId),
    })),

  /** Lists the live ed25519 keys that sign callbacks to URLs, and tells where their public halves are. */
  signingKeys: procedure('admin').query(({ ctx }) => signingKeys(ctx.deps, ctx.caller.projectId)),

  /** Makes a new ed25519 key. The first one turns `v1a` signatures on. */
  rotateSigningKey: procedure('admin')
    .input(rotation)
    .mutation(({ ctx, input: { overlapSeconds } }) => rotateSigningKey(ctx.deps, ctx.caller.projectId, overlapSeconds)),

  /** Ends a key now. The end of the last one turns `v1a` signatures off. */
  endSigningKey: procedure('admin')
    .input(secretInput)
    .mutation(({ ctx, input: { secretId } }) => endSigningKey(ctx.deps, ctx.caller.projectId, secretId)),

  /** Makes a new secret, which is returned here and never again. The older ones continue to sign for a while. */
  rotateWebhookSecret: procedure('admin')
    .input(rotation)
    .mutation(({ ctx, input: { overlapSeconds } }) =>
      rotateProjectSecret(ctx.deps, ctx.caller.projectId, overlapSeconds),
    ),
});
