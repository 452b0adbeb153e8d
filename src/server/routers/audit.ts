import { auditListInput } from '#src/contract/people.ts';
import { auditPage } from '#src/engine/audit.ts';
import { procedure, router } from '#src/server/trpc.ts';

export const auditRouter = router({
  /** Newest first. */
  list: procedure('admin')
    .input(auditListInput)
    .query(({ ctx, input }) => auditPage(ctx.deps, ctx.caller.projectId, input)),
});
