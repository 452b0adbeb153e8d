import type { SessionView } from '#src/contract/project/people.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import {
  deleteOtherSessions,
  deleteSession,
  findPasswordHash,
  listSessions,
  replacePassword,
  type SessionRow,
} from '#src/store/people/person-rows.ts';

type Deps = Pick<EngineDeps, 'db'>;

/** A person, and the session that made the request. */
export type SignedIn = { id: string; sessionId: string };

/** Functions that hash and check passwords. */
export type Passwords = {
  hashPassword(password: string): Promise<string>;
  verifyPassword(password: string, hash: string): Promise<boolean>;
};

/** Returns the person's live sessions, the last used first. */
export async function ownSessions({ db }: Deps, person: SignedIn): Promise<SessionView[]> {
  return (await listSessions(db, person.id)).map((row) => sessionView(row, person.sessionId));
}

/** Ends a session at once. A person who ends the current session signs out. */
export async function revokeSession({ db }: Deps, person: SignedIn, id: string): Promise<{ id: string }> {
  if (!(await deleteSession(db, person.id, id))) throw new Refusal('not_found', `there is no session "${id}"`, 'id');
  return { id };
}

/** Ends all sessions except the current one. Returns how many ended. */
export function revokeOtherSessions({ db }: Deps, person: SignedIn): Promise<number> {
  return deleteOtherSessions(db, person.id, person.sessionId);
}

/**
 * Changes the password when the current one is given, and ends all other sessions. When two requests do this at once,
 * only one succeeds.
 */
export async function changePassword(
  { db, passwords }: Deps & { passwords: Passwords },
  person: SignedIn,
  { current, next }: { current: string; next: string },
): Promise<{ revokedSessions: number }> {
  const before = await findPasswordHash(db, person.id);
  const wrong = new Refusal('invalid_input', 'the current password is wrong', 'current');
  if (before === null || !(await passwords.verifyPassword(current, before))) throw wrong;
  const after = await passwords.hashPassword(next);
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
