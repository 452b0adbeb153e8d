import { inboxClearInput, inboxListInput } from '#src/contract/live/inbox.ts';
import { emptyInbox, inboxPage } from '#src/engine/read/read-inbox.ts';
import { procedure, router } from '#src/server/call/procedure.ts';

/** The playground's callback inbox, limited to the messages that the project may see. */
export const inboxRouter = router({
  /** Lists messages, newest first. */
  list: procedure('jobs:read')
    .input(inboxListInput)
    .query(({ ctx, input }) => inboxPage(ctx.deps, ctx.caller.projectId, input)),

  /** Deletes the messages that the project has signed, and the unsigned ones. */
  clear: procedure('jobs:write')
    .input(inboxClearInput)
    .mutation(({ ctx, input: { name } }) => emptyInbox(ctx.deps, ctx.caller.projectId, name)),
});
