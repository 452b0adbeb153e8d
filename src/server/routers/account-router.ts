import { byOwnId, changePasswordInput, type SessionView } from '#src/contract/project/people.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { personal, router } from '#src/server/call/procedure.ts';
import { limitPasswordChanges } from '#src/server/call/tries.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import {
  deleteOtherSessions,
  deleteSession,
  findPasswordHash,
  listSessions,
  replacePassword,
  type SessionRow,
} from '#src/store/people/person-rows.ts';

/** An account is of no single project. */
const own = { projectOf: () => null };

export const accountRouter = router({
  /** Where one is signed in, the last used first. */
  sessions: personal('jobs:read').query(async ({ ctx }) => {
    const rows = await listSessions(ctx.deps.db, ctx.person.id);
    return { sessions: rows.map((row) => sessionView(row, ctx.person.sessionId)) };
  }),

  /** Holds at once; of the session that asks, it is a sign-out. */
  revokeSession: personal('jobs:read')
    .meta(own)
    .input(byOwnId)
    .mutation(async ({ ctx, input: { id } }) => {
      if (!(await deleteSession(ctx.deps.db, ctx.person.id, id)))
        throw new Refusal('not_found', `there is no session "${id}"`, 'id');
      return { id };
    }),

  revokeOtherSessions: personal('jobs:read')
    .meta(own)
    .mutation(async ({ ctx }) => ({
      revoked: await deleteOtherSessions(ctx.deps.db, ctx.person.id, ctx.person.sessionId),
    })),

  /** Ends all other sessions. */
  changePassword: personal('jobs:read')
    .meta(own)
    .input(changePasswordInput)
    .mutation(({ ctx, input }) => changePassword(ctx.deps, ctx.person, input)),
});

async function changePassword(
  { db, sessions }: ServerDeps,
  person: { id: string; sessionId: string },
  { current, next }: { current: string; next: string },
): Promise<{ revokedSessions: number }> {
  await limitPasswordChanges({ db }, person.id);
  const before = await findPasswordHash(db, person.id);
  const wrong = new Refusal('invalid_input', 'the current password is another one', 'current');
  if (before === null || !(await sessions.verifyPassword(current, before))) throw wrong;
  const after = await sessions.hashPassword(next);
  return db.prismaTransaction(async (tx) => {
    if (!(await replacePassword(tx, person.id, { before, after }))) throw wrong;
    return { revokedSessions: await deleteOtherSessions(tx, person.id, person.sessionId) };
  });
}

function sessionView(row: SessionRow, thisId: string): SessionView {
  return {
    id: row.id,
    userAgent: row.userAgent || null,
    ipAddress: row.ipAddress || null,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.updatedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    isThis: row.id === thisId,
  };
}
