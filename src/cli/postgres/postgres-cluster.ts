import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '#src/cli/start-error.ts';
import { binary } from './postgres-binaries.ts';
import { fullDisk, type PostgresPlace } from './postgres-place.ts';
import { findRunning, isAlive, shutDown } from './postgres-process.ts';
import { postgresSettings } from './postgres-settings.ts';

/** The name of the only role and the only database of Ringback in the embedded server. */
export const clusterName = 'ringback';

const passwordName = 'ringback.password';

// PostgreSQL gets none of our environment variables. Settings such as PGDATA or a locale would change its behaviour.
const environment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } as unknown as NodeJS.ProcessEnv;

export function dataOf(place: PostgresPlace): string {
  return join(place.folder, 'data');
}

/** Creates the data folder if there is none, else checks its version. Returns the password of the database. */
export async function prepareCluster(place: PostgresPlace, durable: boolean): Promise<string> {
  const data = dataOf(place);
  await refuseWhileRestoring(place);
  await finishRestore(place);
  const found = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (found === '') await initialise(place, durable);
  const major = place.version.split('.')[0];
  if (found !== '' && found !== major) {
    throw new StartError(
      `The database in ${data} was made by PostgreSQL ${found}, but PostgreSQL ${major} is installed. ` +
        `Dump it with the older Ringback and load it into a new one, or set RINGBACK_DATA_DIR to an empty folder.`,
    );
  }
  await writeFile(join(data, 'ringback.conf'), postgresSettings(durable), { mode: 0o600 });
  await giveTo(place, join(data, 'ringback.conf'));
  return passwordOf(data);
}

/** The name of the complete data folder of a restore, until it is in its place. */
export const restoredName = 'restored';

/** Returns the name of the folder in which a process restores a backup. */
export const restoringName = (pid: number) => `restoring-${pid}`;

async function refuseWhileRestoring(place: PostgresPlace): Promise<void> {
  for (const name of await readdir(place.folder)) {
    const pid = Number(/^restoring-(\d+)$/.exec(name)?.[1] ?? 0);
    if (pid === 0 || pid === process.pid) continue;
    if (isAlive(pid))
      throw new StartError(`A backup is being restored here, by process ${pid}. Start again afterwards.`);
    await endUnfinishedRestore(join(place.folder, name));
  }
}

/** Ends what a killed restore has left: its server may go on. */
async function endUnfinishedRestore(folder: string): Promise<void> {
  const running = await findRunning(join(folder, 'data'));
  if (running) await shutDown(running.pid);
  await rm(folder, { recursive: true, force: true });
}

/**
 * Puts the complete data folder of a restore in its place, if there is one, and returns the new name of the folder that
 * was there before. It can be ended at any time: the next start goes on. At no time is there a folder that is not
 * complete.
 */
export async function finishRestore(place: PostgresPlace): Promise<string | undefined> {
  const [restored, data] = [join(place.folder, restoredName), dataOf(place)];
  if (!(await stat(restored).catch(() => undefined))) return undefined;
  const running = await findRunning(data);
  if (running)
    throw new StartError(`A restored database waits in ${restored}, and process ${running.pid} uses ${data}.`);
  let kept: string | undefined;
  if (await stat(data).catch(() => undefined)) {
    kept = `${data}.before-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
    await rename(data, kept);
  }
  await rename(restored, data);
  await syncFolder(place.folder);
  return kept;
}

/** Makes sure that the names in a folder outlive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder.
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

/** Returns the password of the database in this data folder. */
export async function passwordOf(data: string): Promise<string> {
  const password = await readFile(join(data, passwordName), 'utf8').catch((error: Error) => {
    throw new StartError(`The password of the database in ${data} cannot be read: ${error.message}`);
  });
  return password.trim();
}

/**
 * Creates the cluster in a temporary folder and renames that when complete. An interrupted start leaves no incomplete
 * data folder.
 */
async function initialise(place: PostgresPlace, durable: boolean): Promise<void> {
  await clearUnfinished(place.folder);
  const unfinished = join(place.folder, `new-${process.pid}`);
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  await giveTo(place, unfinished);
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(place.folder, `password-${process.pid}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await giveTo(place, passwordFile);
  try {
    await runInitdb(place, unfinished, passwordFile, durable);
    await appendFile(join(unfinished, 'postgresql.conf'), "\ninclude 'ringback.conf'\n");
    await rename(passwordFile, join(unfinished, passwordName));
    await rename(unfinished, dataOf(place)).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster; its folder and password are complete.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function runInitdb(place: PostgresPlace, data: string, passwordFile: string, durable: boolean): Promise<void> {
  const flags = [
    `--pgdata=${data}`,
    `--username=${clusterName}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // PostgreSQL's own locale sorts the same on every machine, whatever libc or ICU that has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ];
  const child = spawn(binary(place.native, 'initdb'), flags, {
    ...place.user,
    cwd: data,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw explain(said, place.folder) ?? new StartError(`PostgreSQL's initdb failed: ${said.trim()}`);
}

async function clearUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = /^(?:new|password)-(\d+)$/.exec(name) ?? [];
    if (pid && !isAlive(Number(pid))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function giveTo({ user }: PostgresPlace, path: string): Promise<void> {
  if (user.uid !== undefined && user.gid !== undefined) await chown(path, user.uid, user.gid);
}

/**
 * Starts the postmaster in a session of its own, so that Ctrl-C at the terminal does not stop it before the workers.
 */
export async function spawnPostmaster(place: PostgresPlace, port: number): Promise<PostmasterStart> {
  const logFile = await rotateLog(join(place.folder, 'postgres.log'));
  const from = (await stat(logFile).catch(() => undefined))?.size ?? 0;
  const output = await open(logFile, 'a', 0o600);
  try {
    const child = spawn(binary(place.native, 'postgres'), ['-D', dataOf(place), '-p', String(port)], {
      ...place.user,
      cwd: dataOf(place),
      env: environment,
      stdio: ['ignore', output.fd, output.fd],
      detached: true,
    });
    const ended = new Promise<void>((resolve) => child.on('error', () => resolve()).on('exit', () => resolve()));
    child.unref();
    return { child, ended, said: async () => (await readFile(logFile, 'utf8')).slice(from) };
  } finally {
    await output.close();
  }
}

export type PostmasterStart = Readonly<{
  child: ChildProcess;
  /** Resolves when the process has ended. */
  ended: Promise<void>;
  /** Returns the log output of the server since its start. */
  said(): Promise<string>;
}>;

async function rotateLog(file: string): Promise<string> {
  const size = (await stat(file).catch(() => undefined))?.size ?? 0;
  if (size > 5 * 1024 ** 2) await rename(file, `${file}.1`);
  return file;
}

/**
 * Returns an error that the user can fix, if the output of PostgreSQL shows one. The output is in the fixed C locale.
 */
export function explain(said: string, folder: string): StartError | undefined {
  if (said.includes('No space left on device')) return fullDisk(folder, 0);
  if (said.includes('Permission denied')) {
    return new StartError(`PostgreSQL may not use its folder ${folder}: ${lastLine(said)}`);
  }
  return undefined;
}

export function lastLine(said: string): string {
  return said.trim().split('\n').at(-1)?.trim() ?? '';
}
