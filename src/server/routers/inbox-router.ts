import { inboxClearInput, inboxListInput } from '#src/contract/live/inbox.ts';
import { emptyInbox, inboxPage } from '#src/engine/read/read-inbox.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

/** The playground's callback inbox, as far as the project may see it. */
export const inboxRouter = router({
  /** Newest first. */
  list: procedure('jobs:read')
    .input(inboxListInput)
    .query(({ ctx, input }) => inboxPage(ctx.deps, ctx.caller.projectId, input)),

  /** What the project has signed goes, and what nobody has. */
  clear: procedure('jobs:write')
    .input(inboxClearInput)
    .mutation(({ ctx, input: { name } }) => emptyInbox(ctx.deps, ctx.caller.projectId, name)),
});
