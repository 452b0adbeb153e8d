import { byOwnId, changePasswordInput } from '#src/contract/project/people.ts';
import { changePassword, ownSessions, revokeOtherSessions, revokeSession } from '#src/engine/people/account.ts';
import { personal, router } from '#src/server/call/procedure.ts';
import { limitPasswordChanges } from '#src/server/call/tries.ts';

/** An account belongs to no single project, so its audit entries have none. */
const own = { projectOf: () => null };

export const accountRouter = router({
  /** Returns the person's sessions, the last used first. */
  sessions: personal('jobs:read').query(async ({ ctx }) => ({ sessions: await ownSessions(ctx.deps, ctx.person) })),

  /** Ends a session at once. Ending the current session is a sign-out. */
  revokeSession: personal('jobs:read')
    .meta(own)
    .input(byOwnId)
    .mutation(({ ctx, input: { id } }) => revokeSession(ctx.deps, ctx.person, id)),

  revokeOtherSessions: personal('jobs:read')
    .meta(own)
    .mutation(async ({ ctx }) => ({ revoked: await revokeOtherSessions(ctx.deps, ctx.person) })),

  /** Changes the person's password and ends all other sessions. */
  changePassword: personal('jobs:read')
    .meta(own)
    .input(changePasswordInput)
    .mutation(async ({ ctx: { deps, person }, input }) => {
      await limitPasswordChanges(deps, person.id);
      return changePassword({ db: deps.db, passwords: deps.sessions }, person, input);
    }),
});
