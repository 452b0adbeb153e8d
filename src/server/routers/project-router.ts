import { type RotateInput, secretInput } from '#src/contract/endpoint/endpoint-input.ts';
import { rotateInputSchema } from '#src/contract/endpoint/endpoint-input-schema.ts';
import { parseProjectRotation } from '#src/contract/endpoint/parse-endpoint.ts';
import {
  endOldSecret,
  projectSecrets,
  revealSecret,
  rotateProjectSecret,
} from '#src/engine/endpoint/endpoint-secrets.ts';
import { input, procedure, router } from '#src/server/call/procedure.ts';

type ProjectRotation = Pick<RotateInput, 'overlapSeconds'>;

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

  /** Makes a new secret, which is returned here and never again. The older ones continue to sign for a while. */
  rotateWebhookSecret: procedure('admin')
    .input(
      input<ProjectRotation | undefined, { overlapSeconds: number }>(
        parseProjectRotation,
        rotateInputSchema.omit({ signing: true }).optional(),
      ),
    )
    .mutation(({ ctx, input: { overlapSeconds } }) =>
      rotateProjectSecret(ctx.deps, ctx.caller.projectId, overlapSeconds),
    ),
});
