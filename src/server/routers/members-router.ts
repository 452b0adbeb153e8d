import { byOwnId, inviteInput, removeMemberInput, setRoleInput } from '#src/contract/project/people.ts';
import { invite, openInvitations, revokeInvitation } from '#src/engine/people/invitations.ts';
import { projectMembers, removeMember, setRole } from '#src/engine/people/members.ts';
import type { Actor } from '#src/server/call/actor.ts';
import { procedure, router } from '#src/server/call/procedure.ts';
import { starter } from '#src/server/jobs/starter.ts';

const you = (caller: Actor) => (caller.kind === 'user' ? caller.id : null);

export const membersRouter = router({
  list: procedure('jobs:read').query(async ({ ctx }) => ({
    members: await projectMembers(ctx.deps, ctx.caller.projectId, you(ctx.caller)),
  })),

  /** Makes an invitation. Its link is returned here and never again. */
  invite: procedure('admin')
    .input(inviteInput)
    .mutation(({ ctx, input }) => invite(ctx.deps, ctx.caller.projectId, input, starter(ctx.caller).createdBy)),

  /** Lists the open invitations. */
  invitations: procedure('admin').query(async ({ ctx }) => ({
    invitations: await openInvitations(ctx.deps, ctx.caller.projectId),
  })),

  revokeInvitation: procedure('admin')
    .input(byOwnId)
    .mutation(({ ctx, input: { id } }) => revokeInvitation(ctx.deps, ctx.caller.projectId, id)),

  /** Changes a member's role. The change takes effect at the person's next call. */
  setRole: procedure('admin')
    .input(setRoleInput)
    .mutation(({ ctx, input }) => setRole(ctx.deps, ctx.caller.projectId, input, you(ctx.caller))),

  remove: procedure('admin')
    .input(removeMemberInput)
    .mutation(({ ctx, input: { userId } }) => removeMember(ctx.deps, ctx.caller.projectId, userId)),
});
