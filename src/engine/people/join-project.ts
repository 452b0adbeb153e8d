import { Refusal } from '#src/contract/shape/error-code.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import type { Runner } from '#src/store/db/database.ts';
import { acceptInvitation } from '#src/store/people/invitation-rows.ts';
import { insertMembership } from '#src/store/people/member-rows.ts';
import { insertPerson, type PersonRow } from '#src/store/people/person-rows.ts';
import { lockProject } from '#src/store/people/project-rows.ts';
import { deadLink, type OpenInvitation } from './invitations.ts';

/** The person who joins. `passwordHash` is for a new account, and null when the person has an account. */
export type Joining = PersonRow & { passwordHash: string | null };

/**
 * Accepts an invitation: makes the account, if there is none yet, and the membership. `record` writes the audit entry
 * in the same transaction, so all of it happens or nothing. When two people use the same link at once, only one joins.
 */
export function joinProject(
  { db }: Pick<EngineDeps, 'db'>,
  { id, projectId, role }: OpenInvitation,
  { passwordHash, ...person }: Joining,
  record: (tx: Runner) => Promise<void>,
): Promise<void> {
  return db.prismaTransaction(async (tx) => {
    await lockProject(tx, projectId);
    if (!(await acceptInvitation(tx, id))) throw deadLink();
    if (passwordHash !== null && !(await insertPerson(tx, { ...person, passwordHash })))
      throw new Refusal(
        'unauthorized',
        `${person.email} has an account since a moment ago: sign in with it`,
        'password',
      );
    await insertMembership(tx, { userId: person.id, projectId, role });
    await record(tx);
  });
}
