import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerConfig } from '#src/config.ts';
import { formatId } from '#src/domain/text/id.ts';
import { egressRules } from '#src/engine/egress/egress.ts';
import { sealHeadersAnew } from '#src/engine/endpoint/endpoint-headers.ts';
import { addSecret } from '#src/engine/endpoint/endpoint-secrets.ts';
import { newId } from '#src/engine/new-id.ts';
import { createApiKey } from '#src/engine/people/api-keys.ts';
import type { Log } from '#src/log.ts';
import { type Db, makeDb, type Runner } from '#src/store/db/database.ts';
import { allLiveWebhookSecrets, liveWebhookSecrets, updateWebhookSecret } from '#src/store/endpoint/secret-rows.ts';
import { sealContext } from '#src/store/job/job-options.ts';
import { hasOwner } from '#src/store/people/member-rows.ts';
import { findFirstProject, insertProject } from '#src/store/people/project-rows.ts';
import { type Cipher, makeCipher } from '#src/store/seal/cipher.ts';
import { makeSessions } from './sessions.ts';
import { lockStart, makeOwner } from './set-up.ts';

/** `.ringback/credentials.json`: what an app and its owner need to begin. */
export type CredentialsFile = {
  url: string;
  apiKey: string;
  projectId: string;
  webhookSecret: string;
  /** The password is null when an administrator was there before this file. */
  dashboard: { email: string | null; password: string | null };
};

/** What the first start made, for the greeting. */
export type FirstStart = {
  url: string;
  apiKey: string;
  adminEmail: string | undefined;
  adminPassword: string | undefined;
  file: string;
};

/**
 * Makes what is missing: project, webhook secret, API key, administrator, and the file that holds them. Idempotent, and
 * safe when several processes start at once. A lost file gets a new API key; the old ones stay valid.
 */
export async function firstStart(config: ServerConfig, log: Log): Promise<FirstStart> {
  const db = makeDb(config.databaseUrl, { max: 2, name: 'first start' });
  const file = join(config.dataDir, 'credentials.json');
  try {
    const kept = await readCredentials(file);
    const credentials = await db.prismaTransaction(async (tx) => {
      await lockStart(tx);
      const provided = await provide(tx, db, config, kept);
      // Before the commit: a key or a password that nobody has is worse than one that opens nothing.
      await writeCredentials(file, provided);
      return provided;
    });
    await sealAnew(db, makeCipher([...config.encryptionKeys]));
    if (!kept) log.info({ file }, 'credentials written');
    const { email, password } = credentials.dashboard;
    return {
      url: config.url,
      apiKey: credentials.apiKey,
      adminEmail: email ?? undefined,
      adminPassword: password ?? undefined,
      file,
    };
  } finally {
    await db.close();
  }
}

/** Encrypts what is kept for long with the current key, after a rotation. */
export async function renewSeals(config: ServerConfig): Promise<void> {
  const db = makeDb(config.databaseUrl, { max: 1, name: 'renew seals' });
  try {
    await sealAnew(db, makeCipher([...config.encryptionKeys]));
  } finally {
    await db.close();
  }
}

/** Whether nobody has made a project here yet. */
export async function isNewDatabase(databaseUrl: string): Promise<boolean> {
  const db = makeDb(databaseUrl, { max: 1, name: 'first start' });
  try {
    return (await findFirstProject(db)) === null;
  } finally {
    await db.close();
  }
}

async function provide(
  tx: Runner,
  db: Db,
  config: ServerConfig,
  kept: CredentialsFile | null,
): Promise<CredentialsFile> {
  const cipher = makeCipher([...config.encryptionKeys]);
  const found = await findFirstProject(tx);
  const projectId = found?.id ?? newId(Date.now());
  if (!found) {
    await insertProject(tx, { id: projectId, name: 'default' });
    await addSecret(tx, { projectId, endpointId: null }, 'v1', { now: Date.now, cipher });
  }
  const shownId = formatId('prj', projectId);
  // A file of another database must not be taken for this one's.
  const ours = kept?.projectId === shownId ? kept : null;
  const apiKey = ours?.apiKey ?? (await createApiKey(tx, projectId, { name: 'first key', scopes: ['admin'] })).secret;
  const dashboard = await provideAdministrator(tx, db, config, projectId, ours);
  return {
    url: config.url,
    apiKey,
    projectId: shownId,
    webhookSecret: await webhookSecret(tx, projectId, cipher),
    dashboard,
  };
}

/** Once keys have been rotated, nothing long-lived may need the old one: it can be taken out when the last job of its time is gone. */
async function sealAnew(db: Db, cipher: Cipher): Promise<void> {
  for (const { id, sealed } of await allLiveWebhookSecrets(db)) {
    if (cipher.isCurrent(sealed)) continue;
    const context = sealContext.webhookSecret(id);
    await updateWebhookSecret(db, id, cipher.seal(cipher.open(sealed, context), context));
  }
  await sealHeadersAnew(db, cipher);
}

async function webhookSecret(tx: Runner, projectId: string, cipher: Cipher): Promise<string> {
  const [newest] = await liveWebhookSecrets(tx, projectId);
  return newest ? cipher.open(newest.sealed, sealContext.webhookSecret(newest.id)).toString('utf8') : '';
}

/** Never a default password, never the first visitor: the environment's, or one made by chance. */
async function provideAdministrator(
  tx: Runner,
  db: Db,
  config: ServerConfig,
  projectId: string,
  kept: CredentialsFile | null,
): Promise<CredentialsFile['dashboard']> {
  if (await hasOwner(tx, projectId)) return kept?.dashboard ?? { email: config.adminEmail ?? null, password: null };
  const email = config.adminEmail ?? 'admin@ringback.local';
  const password = config.adminPassword ?? randomBytes(15).toString('base64url');
  const origins = egressRules(config).ownOrigins;
  const sessions = makeSessions(db, { secret: config.authSecret, baseUrl: config.url, origins });
  await makeOwner(tx, sessions, projectId, { email, password });
  return { email, password };
}

async function readCredentials(file: string): Promise<CredentialsFile | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as CredentialsFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Whole or not at all, and for its owner's eyes only. */
async function writeCredentials(file: string, credentials: CredentialsFile): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}
