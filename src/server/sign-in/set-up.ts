import type { ServerConfig } from '#src/config.ts';
import { addSecret } from '#src/engine/endpoint/endpoint-secrets.ts';
import { newId } from '#src/engine/new-id.ts';
import { makeSetUpLink } from '#src/engine/people/invitations.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { Runner } from '#src/store/db/database.ts';
import { hasOwner, insertMembership } from '#src/store/people/member-rows.ts';
import { findFirstProject, insertProject } from '#src/store/people/project-rows.ts';
import type { Sessions } from './sessions.ts';

/** Any number, the same in all versions of Ringback: processes that start at once make the first things one after the other. */
const startLock = 4_600_001;

export async function lockStart(tx: Runner): Promise<void> {
  await tx.run('start_lock', 'select from pg_advisory_xact_lock($1)', [startLock]);
}

export async function makeOwner(
  tx: Runner,
  sessions: Sessions,
  projectId: string,
  { email, password }: { email: string; password: string },
): Promise<void> {
  const userId = await sessions.createUser({ email, name: 'Administrator', password });
  await insertMembership(tx, { userId, projectId, role: 'owner' });
}

/**
 * A web process on a database that nobody can sign in to: the administrator of the environment, or else a link for whoever
 * reads this process's output. Never a default password, never the first visitor.
 */
export async function provideOwner(deps: ServerDeps, config: ServerConfig): Promise<void> {
  const { adminEmail: email, adminPassword: password } = config;
  const link = await deps.db.prismaTransaction(async (tx) => {
    await lockStart(tx);
    const projectId = (await findFirstProject(tx))?.id ?? (await makeFirstProject(tx, deps));
    if (await hasOwner(tx, projectId)) return null;
    if (email === undefined || password === undefined) return makeSetUpLink(tx, deps, projectId);
    await makeOwner(tx, deps.sessions, projectId, { email, password });
    return null;
  });
  if (link === null) return;
  const { url, expiresAt } = link;
  deps.log.warn({ url, expiresAt }, 'nobody can sign in yet: who opens this link first becomes the owner');
}

async function makeFirstProject(tx: Runner, deps: ServerDeps): Promise<string> {
  const id = newId(deps.now());
  await insertProject(tx, { id, name: 'default' });
  await addSecret(tx, { projectId: id, endpointId: null }, 'v1', deps);
  return id;
}
