import { z } from 'zod';
import { scopes } from '#src/contract/project/scope.ts';
import { storableText } from '#src/contract/shape/storable-text.ts';
import { projectLimits, readLimits } from '#src/domain/limits.ts';
import { createApiKey, listKeys, revokeKey } from '#src/engine/people/api-keys.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

const createInput = z.strictObject({
  name: storableText(projectLimits.nameLength).trim().min(1),
  scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
});

export const apiKeysRouter = router({
  list: procedure('admin').query(async ({ ctx }) => ({ keys: await listKeys(ctx.deps.db, ctx.caller.projectId) })),

  /** Makes an API key. Its secret is returned here and never again. */
  create: procedure('admin')
    .input(createInput)
    .mutation(({ ctx, input }) => createApiKey(ctx.deps.db, ctx.caller.projectId, input)),

  /** Revokes a key. It is idempotent, and takes effect in all processes within a second. */
  revoke: procedure('admin')
    .input(z.strictObject({ id: z.string().max(readLimits.idLength) }))
    .mutation(async ({ ctx, input }) => {
      const key = await revokeKey(ctx.deps.db, ctx.caller.projectId, input.id);
      ctx.deps.keys.forget();
      return key;
    }),
});
