import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '#src/cli/start-error.ts';
import { copyBinaries, findBinaries, postgresVersion } from './postgres-binaries.ts';

/** The user that PostgreSQL runs as. Without ids it is the user of this process. */
export type SystemUser = Readonly<{ uid?: number; gid?: number }>;

/** The folders of PostgreSQL's data and programs, and the user that owns the data. */
export type PostgresPlace = Readonly<{
  /** The folder that holds `data` and `postgres.log`. */
  folder: string;
  native: string;
  version: string;
  user: SystemUser;
}>;

const leastFreeBytes = 200 * 1024 ** 2;
/** The folder for data and programs when root runs Ringback in a folder that PostgreSQL's user may not enter. */
const sharedHome = '/var/lib/ringback';

export async function findPlace(dataDir: string): Promise<PostgresPlace> {
  await makeWritable(dataDir);
  const home = await realpath(dataDir);
  const user = (await ownerOfData(home)) ?? (await findUser());
  const packaged = await findBinaries();
  const version = await postgresVersion(packaged);
  const folder = await chooseFolder(home, user);
  await makeWritable(folder);
  // A strict umask must not lock PostgreSQL's user out of a folder that root has just made.
  if (user.uid !== undefined) await chmod(folder, 0o755);
  await refuseFullDisk(folder);
  const reachable =
    (await isReachable(join(packaged, 'bin'), user)) && (await isReachable(join(packaged, 'lib'), user));
  const native = reachable ? packaged : await copyBinaries(packaged, join(sharedHome, `postgresql-${version}`));
  return { folder, native, version, user };
}

/** Makes a folder of Ringback's data. Throws a StartError if it cannot be written. */
export async function makeWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const probe = join(folder, `.write-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw fullDisk(folder, 0);
    throw new StartError(
      `The folder ${folder} cannot be written (${code}). Ringback keeps its data there: ` +
        'give this user the right to write, or set RINGBACK_DATA_DIR to another folder.',
    );
  }
}

async function refuseFullDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < leastFreeBytes) throw fullDisk(folder, bavail * bsize);
}

export function fullDisk(folder: string, freeBytes: number): StartError {
  return new StartError(
    `The disk is full: ${folder} has ${Math.floor(freeBytes / 1024 ** 2)} MB left and PostgreSQL needs 200 MB to start. ` +
      'Make room, or set RINGBACK_DATA_DIR to a folder on another disk.',
  );
}

/** Chooses the user of PostgreSQL. PostgreSQL refuses to run as root, and its initdb needs a user that has a name. */
async function findUser(): Promise<SystemUser> {
  if (process.getuid?.() !== 0) {
    try {
      userInfo();
    } catch {
      throw new StartError(
        `User ${process.getuid?.()} has no entry in /etc/passwd, which PostgreSQL needs. ` +
          'Run Ringback as a user that has one, or set DATABASE_URL to a PostgreSQL of your own.',
      );
    }
    return {};
  }
  for (const name of ['postgres', 'nobody']) {
    const uid = await idOf('-u', name);
    const gid = await idOf('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new StartError(
    'PostgreSQL refuses to run as root, and there is neither a user "postgres" nor "nobody" to run it as. ' +
      'Run Ringback as an ordinary user, or set DATABASE_URL.',
  );
}

/** Returns the owner of existing data. When root runs Ringback (sudo), an ordinary user's data stays with that user. */
async function ownerOfData(home: string): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const data = await stat(join(home, 'postgres', 'data')).catch(() => undefined);
  return data && data.uid !== 0 ? { uid: data.uid, gid: data.gid } : undefined;
}

async function idOf(flag: '-u' | '-g', name: string): Promise<number | undefined> {
  const found = await promisify(execFile)('id', [flag, name]).catch(() => undefined);
  return found ? Number(found.stdout.trim()) : undefined;
}

/** Checks whether the user may enter the folder and read its content. */
async function isReachable(folder: string, user: SystemUser): Promise<boolean> {
  if (user.uid === undefined) return true;
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    const needed = path === folder ? 0b101 : 0b001;
    const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
    if (((mode >> shift) & needed) !== needed) return false;
    if (path === dirname(path)) return true;
  }
}

/**
 * Returns `<home>/postgres` where possible, else a folder below /var/lib/ringback that `<home>/postgres.location`
 * names.
 */
async function chooseFolder(home: string, user: SystemUser): Promise<string> {
  const inside = join(home, 'postgres');
  if (await isReachable(home, user)) return inside;
  const note = join(home, 'postgres.location');
  const noted = (await readFile(note, 'utf8').catch(() => '')).trim();
  if (noted !== '' && (await belongsTo(noted, home))) return noted;
  const folder = join(sharedHome, `${basename(dirname(home))}-${randomBytes(4).toString('hex')}`);
  await mkdir(folder, { recursive: true });
  await chmod(sharedHome, 0o755);
  await writeFile(join(folder, 'owner'), `${home}\n`);
  await writeFile(note, `${folder}\n`);
  return folder;
}

/**
 * Checks whether the folder belongs to this checkout. A copied checkout must not share the original's database, but a
 * moved one keeps its own.
 */
async function belongsTo(folder: string, home: string): Promise<boolean> {
  const owner = (await readFile(join(folder, 'owner'), 'utf8').catch(() => '')).trim();
  if (owner === home) return true;
  if (owner === '') return false;
  const original = (await readFile(join(owner, 'postgres.location'), 'utf8').catch(() => '')).trim();
  if (original === folder) return false;
  await writeFile(join(folder, 'owner'), `${home}\n`);
  return true;
}
