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
import { createApiKey, isKeyOf } from './api-keys.ts';
import { makeSetUpLink } from './invitations.ts';

type Deps = Pick<EngineDeps, 'db' | 'now' | 'cipher'> & {
  /**
   * Makes an account with a password, or sets the password when the address has an account. Returns the account's id.
   * This commits on a connection of its own.
   */
  makeAccount(person: { email: string; name: string; password: string }): Promise<string>;
};

/** The administrator's e-mail address and password from the environment variables. */
export type NamedOwner = { email: string | undefined; password: string | undefined };

/** The credentials that an app and its owner start with. The password is null when there was an owner already. */
export type Beginnings = {
  apiKey: string;
  projectId: string;
  webhookSecret: string;
  dashboard: { email: string | null; password: string | null };
};

/**
 * Makes whatever is missing of a project, its webhook secret, an API key and an owner. `known` are the credentials that
 * an earlier start has saved. They are used only when they belong to this database, and the API key only when it is there;
 * otherwise the project gets another API key. `keep` is called before the commit: a lost key or password that works is worse than a saved one that does
 * not work.
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
    // Credentials that were saved for another database must not be used for this one.
    const ours = known?.projectId === projectId ? known : null;
    const apiKey = await provideApiKey(tx, uuid, ours);
    const dashboard = await provideAdministrator(tx, deps, uuid, named, ours);
    const made = { apiKey, projectId, webhookSecret: await newestSecret(tx, deps, uuid), dashboard };
    await keep(made);
    return made;
  });
}

/**
 * Makes an owner when the project has none: the administrator from the environment. If the environment names none,
 * returns a set-up link for the person who reads this process's output. There is never a default password, and a
 * visitor without the link never becomes the owner.
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

/**
 * An arbitrary number, the same in all versions of Ringback. With this lock, processes that start at once make the
 * first rows one after the other.
 */
const startLock = 4_600_001;

function behindStartLock<T>({ db }: Deps, act: (tx: Runner) => Promise<T>): Promise<T> {
  return db.prismaTransaction(async (tx) => {
    await tx.run('start_lock', 'select from pg_advisory_xact_lock($1)', [startLock]);
    return act(tx);
  });
}

/** Returns the id of the first project, and makes the project when there is none. */
async function provideProject(tx: Runner, deps: Deps): Promise<string> {
  const found = await findFirstProject(tx);
  if (found) return found.id;
  const id = newId(deps.now());
  await insertProject(tx, { id, name: 'default' });
  await addSecret(tx, { projectId: id, endpointId: null }, 'v1', deps);
  return id;
}

/** Returns the saved API key, or makes one. A saved key that the database does not have was never committed. */
async function provideApiKey(tx: Runner, projectId: string, known: Beginnings | null): Promise<string> {
  if (known && (await isKeyOf(tx, projectId, known.apiKey))) return known.apiKey;
  return (await createApiKey(tx, projectId, { name: 'first key', scopes: ['admin'] })).secret;
}

/**
 * Makes an owner when the project has none. The password comes from the environment or is random. It is never a
 * default.
 */
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
  const newest = (await liveWebhookSecrets(tx, projectId)).find(({ kind }) => kind === 'v1');
  return newest ? cipher.open(newest.sealed, sealContext.webhookSecret(newest.id)).toString('utf8') : '';
}
