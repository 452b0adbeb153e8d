import { auditListInput } from '#src/contract/project/people.ts';
import { auditPage } from '#src/engine/read/read-audit.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

export const auditRouter = router({
  /** Lists audit entries, newest first. */
  list: procedure('admin')
    .input(auditListInput)
    .query(({ ctx, input }) => auditPage(ctx.deps, ctx.caller.projectId, input)),
});
