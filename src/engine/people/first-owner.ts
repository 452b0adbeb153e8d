import { randomBytes } from 'node:crypto';
import type { MadeInvitation } from '#src/contract/project/people.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { addSecret } from '#src/engine/endpoint/endpoint-secrets.ts';
import { newId } from '#src/engine/new-id.ts';
import type { Runner } from '#src/store/db/database.ts';
import { liveWebhookSecrets } from '#src/store/endpoint/secret-rows.ts';
import { hasOwner, insertMembership } from '#src/store/people/member-rows.ts';
import { findFirstProject, insertProject } from '#src/store/people/project-rows.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { createApiKey } from './api-keys.ts';
import { makeSetUpLink } from './invitations.ts';

type Deps = Pick<EngineDeps, 'db' | 'now' | 'cipher'> & {
  /**
   * Makes an account with a password, or gives that password to the account of the address; answers its id. It commits by
   * itself, on another connection.
   */
  makeAccount(person: { email: string; name: string; password: string }): Promise<string>;
};

/** The administrator that the environment names. */
export type NamedOwner = { email: string | undefined; password: string | undefined };

/** What an app and its owner begin with; the password is null when an owner was there before. */
export type Beginnings = {
  apiKey: string;
  projectId: string;
  webhookSecret: string;
  dashboard: { email: string | null; password: string | null };
};

/**
 * Makes what is missing of a project, its webhook secret, an API key and an owner. `known` is what an earlier start has kept of
 * them, and counts when it is of this database; without it the project gets one more key. `keep` is called before the commit:
 * a key or a password that nobody has is worse than one that opens nothing.
 */
export function provideBeginnings(
  deps: Deps,
  named: NamedOwner,
  known: Beginnings | null,
  keep: (made: Beginnings) => Promise<void>,
): Promise<Beginnings> {
  return behindStartLock(deps, async (tx) => {
    const uuid = await provideProject(tx, deps);
    const projectId = formatId('prj', uuid);
    // What was kept of another database must not be taken for this one's.
    const ours = known?.projectId === projectId ? known : null;
    const key = { name: 'first key', scopes: ['admin' as const] };
    const apiKey = ours?.apiKey ?? (await createApiKey(tx, uuid, key)).secret;
    const dashboard = await provideAdministrator(tx, deps, uuid, named, ours);
    const made = { apiKey, projectId, webhookSecret: await newestSecret(tx, deps, uuid), dashboard };
    await keep(made);
    return made;
  });
}

/**
 * Provides an owner where nobody can sign in: the administrator of the environment, or else a link for whoever reads this
 * process's output, which is answered. Never a default password, never the first visitor.
 */
export function provideOwner(
  deps: Deps & Pick<EngineDeps, 'publicUrl'>,
  { email, password }: NamedOwner,
): Promise<MadeInvitation | null> {
  return behindStartLock(deps, async (tx) => {
    const projectId = await provideProject(tx, deps);
    if (await hasOwner(tx, projectId)) return null;
    if (email === undefined || password === undefined) return makeSetUpLink(tx, deps, projectId);
    await makeOwner(tx, deps, projectId, { email, password });
    return null;
  });
}

/** Any number, the same in all versions of Ringback: processes that start at once make the first things one after the other. */
const startLock = 4_600_001;

function behindStartLock<T>({ db }: Deps, act: (tx: Runner) => Promise<T>): Promise<T> {
  return db.prismaTransaction(async (tx) => {
    await tx.run('start_lock', 'select from pg_advisory_xact_lock($1)', [startLock]);
    return act(tx);
  });
}

/** The first project, made when there is none. */
async function provideProject(tx: Runner, deps: Deps): Promise<string> {
  const found = await findFirstProject(tx);
  if (found) return found.id;
  const id = newId(deps.now());
  await insertProject(tx, { id, name: 'default' });
  await addSecret(tx, { projectId: id, endpointId: null }, 'v1', deps);
  return id;
}

/** Never a default password, never the first visitor: the environment's, or one made by chance. */
async function provideAdministrator(
  tx: Runner,
  deps: Deps,
  projectId: string,
  named: NamedOwner,
  known: Beginnings | null,
): Promise<Beginnings['dashboard']> {
  if (await hasOwner(tx, projectId)) return known?.dashboard ?? { email: named.email ?? null, password: null };
  const email = named.email ?? 'admin@ringback.local';
  const password = named.password ?? randomBytes(15).toString('base64url');
  await makeOwner(tx, deps, projectId, { email, password });
  return { email, password };
}

async function makeOwner(
  tx: Runner,
  deps: Deps,
  projectId: string,
  person: { email: string; password: string },
): Promise<void> {
  const userId = await deps.makeAccount({ ...person, name: 'Administrator' });
  await insertMembership(tx, { userId, projectId, role: 'owner' });
}

async function newestSecret(tx: Runner, { cipher }: Deps, projectId: string): Promise<string> {
  const [newest] = await liveWebhookSecrets(tx, projectId);
  return newest ? cipher.open(newest.sealed, sealContext.webhookSecret(newest.id)).toString('utf8') : '';
}
