import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileStartError } from '#src/cli/file-start-error.ts';
import { StartError } from '#src/cli/start-error.ts';
import type { Config } from '#src/config.ts';

/** Secret settings that `up` makes when they are missing, by the names of their environment variables. */
export type Secrets = Readonly<{ RINGBACK_ENCRYPTION_KEYS?: string; RINGBACK_AUTH_SECRET?: string }>;

/**
 * Returns the secrets that the config lacks, from `secrets.json` in the data folder. The first start creates that file.
 */
export async function provideSecrets(config: Config): Promise<Secrets> {
  const needsKeys = config.encryptionKeys.length === 0;
  const needsSecret = config.authSecret === undefined;
  if (!needsKeys && !needsSecret) return {};
  const stored = await readOrMake(config.dataDir);
  return {
    ...(needsKeys ? { RINGBACK_ENCRYPTION_KEYS: stored.encryptionKeys } : {}),
    ...(needsSecret ? { RINGBACK_AUTH_SECRET: stored.authSecret } : {}),
  };
}

type Stored = Readonly<{ encryptionKeys: string; authSecret: string }>;

async function readOrMake(dataDir: string): Promise<Stored> {
  const file = join(dataDir, 'secrets.json');
  const kept = await read(file);
  if (kept !== null) return kept;
  const random = () => randomBytes(32).toString('base64');
  const fresh = { encryptionKeys: `${randomBytes(4).toString('hex')}:${random()}`, authSecret: random() };
  try {
    await mkdir(dataDir, { recursive: true });
    if (await writeNew(file, `${JSON.stringify(fresh, null, 2)}\n`)) return fresh;
  } catch (error) {
    throw fileStartError(error, file, 'written');
  }
  return (await read(file)) ?? readOrMake(dataDir);
}

/**
 * Writes the file completely and onto the disk, or not at all. Returns false if it is there: of two processes that start
 * at once, the second reads what the first has written.
 */
async function writeNew(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (!noLinks.has(error.code ?? '')) throw error;
      return writeFile(file, text, { mode: 0o600, flag: 'wx', flush: true });
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

/** What file systems answer that know no second name of a file, as those of some shared folders. */
const noLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/** Returns what is stored; null: there is no file. */
async function read(file: string): Promise<Stored | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fileStartError(error, `${file} holds the keys of everything encrypted here and`, 'read');
  }
  const stored = parse(text);
  if (typeof stored?.encryptionKeys === 'string' && typeof stored.authSecret === 'string')
    return { encryptionKeys: stored.encryptionKeys, authSecret: stored.authSecret };
  throw new StartError(`${file} should hold "encryptionKeys" and "authSecret", the keys of everything encrypted here.`);
}

/** Returns what the text says; null if it is no JSON. What the parser says of it would repeat some of the keys. */
function parse(text: string): Partial<Stored> | null {
  try {
    return JSON.parse(text) as Partial<Stored> | null;
  } catch {
    return null;
  }
}
