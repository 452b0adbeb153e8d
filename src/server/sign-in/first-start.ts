import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerConfig } from '#src/config.ts';
import { sealAlertReceiversAnew } from '#src/engine/alert/alert-settings.ts';
import { egressRules } from '#src/engine/egress/egress.ts';
import { sealReceiversAnew } from '#src/engine/endpoint/endpoint-headers.ts';
import { type Beginnings, provideBeginnings } from '#src/engine/people/first-owner.ts';
import { sealSchedulesAnew } from '#src/engine/schedule/schedules.ts';
import { keyFingerprints } from '#src/engine/submit/key-fingerprints.ts';
import { sealUpstreamsAnew } from '#src/engine/upstream/upstream-headers.ts';
import type { Log } from '#src/log.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { allLiveWebhookSecrets, updateWebhookSecret } from '#src/store/endpoint/secret-rows.ts';
import { findFirstProject } from '#src/store/people/project-rows.ts';
import { type Cipher, makeCipher } from '#src/store/seal/cipher.ts';
import { sealContext } from '#src/store/seal/sealed-parts.ts';
import { makeSessions } from './sessions.ts';

/** The content of `.ringback/credentials.json`: the credentials that an app and its owner start with. */
export type CredentialsFile = { url: string } & Beginnings;

/** The results of the first start, for the greeting in the terminal. */
export type FirstStart = {
  url: string;
  apiKey: string;
  adminEmail: string | undefined;
  adminPassword: string | undefined;
  file: string;
};

/**
 * Makes whatever is missing: project, webhook secret, API key, administrator, and the file with the credentials. It is
 * idempotent, and safe when several processes start at once. A lost file gets a new API key, and the old keys stay
 * valid.
 */
export async function firstStart(config: ServerConfig, log: Log): Promise<FirstStart> {
  const db = makeDb(config.databaseUrl, { max: 2, name: 'first start' });
  const file = join(config.dataDir, 'credentials.json');
  try {
    const kept = await readCredentials(file);
    const cipher = makeCipher([...config.encryptionKeys]);
    const named = { email: config.adminEmail, password: config.adminPassword };
    const deps = { db, now: Date.now, cipher, makeAccount: accountsOn(db, config) };
    const made = await provideBeginnings(deps, named, kept, (beginnings) =>
      writeCredentials(file, { url: config.url, ...beginnings }),
    );
    await sealAnew(db, cipher);
    if (!kept) log.info({ file }, 'credentials written');
    const { email, password } = made.dashboard;
    return {
      url: config.url,
      apiKey: made.apiKey,
      adminEmail: email ?? undefined,
      adminPassword: password ?? undefined,
      file,
    };
  } finally {
    await db.close();
  }
}

/** Encrypts long-lived data with the current key, after a key rotation. */
export async function renewSeals(config: ServerConfig): Promise<void> {
  const db = makeDb(config.databaseUrl, { max: 1, name: 'renew seals' });
  try {
    await sealAnew(db, makeCipher([...config.encryptionKeys]));
  } finally {
    await db.close();
  }
}

/** Returns true when the database has no project yet. */
export async function isNewDatabase(databaseUrl: string): Promise<boolean> {
  const db = makeDb(databaseUrl, { max: 1, name: 'first start' });
  try {
    return (await findFirstProject(db)) === null;
  } finally {
    await db.close();
  }
}

/** Returns the function that makes an account. It sets up better-auth only when an account is missing. */
function accountsOn(db: Db, config: ServerConfig) {
  const options = { secret: config.authSecret, baseUrl: config.url, origins: egressRules(config).ownOrigins };
  return (person: { email: string; name: string; password: string }) => makeSessions(db, options).createUser(person);
}

/**
 * Encrypts secrets and headers again with the current key, and keys fingerprints that were stored plain. No long-lived data then needs the old key, which can be
 * removed when the last job from its time is gone.
 */
async function sealAnew(db: Db, cipher: Cipher): Promise<void> {
  for (const { id, sealed } of await allLiveWebhookSecrets(db)) {
    if (cipher.isCurrent(sealed)) continue;
    const context = sealContext.webhookSecret(id);
    await updateWebhookSecret(db, id, cipher.seal(cipher.open(sealed, context), context));
  }
  await sealReceiversAnew(db, cipher);
  await sealSchedulesAnew({ db, cipher });
  await sealUpstreamsAnew({ db, cipher });
  await sealAlertReceiversAnew({ db, cipher });
  await keyFingerprints(db, cipher);
}

async function readCredentials(file: string): Promise<CredentialsFile | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as CredentialsFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Writes the file completely or not at all. Only its owner can read it. */
async function writeCredentials(file: string, credentials: CredentialsFile): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}
