import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerConfig } from '#src/config.ts';
import { egressRules } from '#src/engine/egress/egress.ts';
import { sealReceiversAnew } from '#src/engine/endpoint/endpoint-headers.ts';
import { overAfter, patiently } from '#src/engine/patiently.ts';
import { type Beginnings, provideBeginnings } from '#src/engine/people/first-owner.ts';
import { rotateKeys } from '#src/engine/rotate/rotate-keys.ts';
import { keyFingerprints } from '#src/engine/submit/key-fingerprints.ts';
import type { Log } from '#src/log.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { fileErrorCode } from '#src/store/db/file-error.ts';
import { findFirstProject } from '#src/store/people/project-rows.ts';
import { makeCipher, SealError } from '#src/store/seal/cipher.ts';
import { sealedColumns } from '#src/store/seal/sealed-columns.ts';
import { makeSessions } from './sessions.ts';

const patienceMs = 10_000;

/** The file with the credentials cannot be used as it is. The message is for the user. */
export class CredentialsFileError extends Error {
  override readonly name = 'CredentialsFileError';
}

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
 * idempotent, and safe when several processes start at once. A lost file, or one whose key is not in the database, gets a
 * new API key, and the old keys stay valid. Throws a CredentialsFileError if the file cannot be read or written.
 */
export async function firstStart(config: ServerConfig, log: Log): Promise<FirstStart> {
  const db = makeDb(config.databaseUrl, { max: 2, name: 'first start' });
  const file = join(config.dataDir, 'credentials.json');
  try {
    // PostgreSQL ends a transaction of a process that stood still for long.
    return await patiently(() => begin(db, config, file, log), { isOver: overAfter(patienceMs) });
  } finally {
    await db.close();
  }
}

async function begin(db: Db, config: ServerConfig, file: string, log: Log): Promise<FirstStart> {
  const kept = await readCredentials(file);
  const cipher = makeCipher([...config.encryptionKeys]);
  const named = { email: config.adminEmail, password: config.adminPassword };
  const deps = { db, now: Date.now, cipher, makeAccount: accountsOn(db, config) };
  const made = await provideBeginnings(deps, named, kept, (beginnings) =>
    writeCredentials(file, { url: config.url, ...beginnings }),
  );
  await sealAnew(db, config);
  if (kept?.apiKey !== made.apiKey) log.info({ file }, 'credentials written');
  const { email, password } = made.dashboard;
  return {
    url: config.url,
    apiKey: made.apiKey,
    adminEmail: email ?? undefined,
    adminPassword: password ?? undefined,
    file,
  };
}

/** Encrypts long-lived data with the current key, after a key rotation. */
export async function renewSeals(config: ServerConfig): Promise<void> {
  const db = makeDb(config.databaseUrl, { max: 1, name: 'renew seals' });
  try {
    await sealAnew(db, config);
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
 * Encrypts what does not grow with the jobs again with the current key, and keys fingerprints that were stored plain.
 * `ringback keys rotate` does the rest too.
 */
async function sealAnew(db: Db, config: ServerConfig): Promise<void> {
  const ring = config.encryptionKeys;
  await sealReceiversAnew(db, makeCipher([...ring]));
  const columns = sealedColumns.filter(({ grows }) => !grows);
  const { unopened } = await rotateKeys(db, { ring, columns, now: Date.now });
  const [wrong] = unopened.keys();
  if (wrong !== undefined) throw new SealError(`what this database holds cannot be opened: ${wrong}`);
  await keyFingerprints(db, makeCipher([...ring]));
}

async function readCredentials(file: string): Promise<CredentialsFile | null> {
  try {
    const kept: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof kept === 'object' && kept !== null && !Array.isArray(kept)) return kept as CredentialsFile;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (!(error instanceof SyntaxError)) throw unusable(`${file} cannot be read (${code})`);
  }
  // What the parser says of the text would repeat some of its secrets.
  throw unusable(`${file} holds no JSON object`);
}

function unusable(what: string): CredentialsFileError {
  return new CredentialsFileError(`${what}: mend it or move it away; the next start makes a new key.`);
}

/** Writes the file completely or not at all. Only its owner can read it. */
async function writeCredentials(file: string, credentials: CredentialsFile): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    const code = fileErrorCode(error);
    throw code === null ? error : new CredentialsFileError(`${file} cannot be written (${code}).`);
  }
}
