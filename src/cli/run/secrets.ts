import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  const random = () => randomBytes(32).toString('base64');
  const fresh = { encryptionKeys: `${randomBytes(4).toString('hex')}:${random()}`, authSecret: random() };
  await mkdir(dataDir, { recursive: true });
  try {
    // The flag makes the write exclusive: of two processes that start at once, the second reads what the first has
    // written.
    await writeFile(file, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return read(file);
  }
}

async function read(file: string): Promise<Stored> {
  try {
    const stored = JSON.parse(await readFile(file, 'utf8')) as Partial<Stored>;
    if (typeof stored.encryptionKeys === 'string' && typeof stored.authSecret === 'string') {
      return { encryptionKeys: stored.encryptionKeys, authSecret: stored.authSecret };
    }
  } catch (error) {
    throw new StartError(`${file} holds the keys of everything encrypted here and cannot be read: ${String(error)}`);
  }
  throw new StartError(`${file} should hold "encryptionKeys" and "authSecret", the keys of everything encrypted here.`);
}
