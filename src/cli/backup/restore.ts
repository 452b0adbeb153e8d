import { chmod, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startPostgresIn } from '#src/cli/postgres/embedded-postgres.ts';
import { dataOf, finishRestore, restoredName, restoringName, syncFolder } from '#src/cli/postgres/postgres-cluster.ts';
import { findPlace, type PostgresPlace } from '#src/cli/postgres/postgres-place.ts';
import { findRunning } from '#src/cli/postgres/postgres-process.ts';
import { readSettings } from '#src/cli/run/read-settings.ts';
import { StartError } from '#src/cli/start-error.ts';
import type { Config } from '#src/config.ts';
import type { Log } from '#src/log.ts';
import { openLoad } from '#src/store/backup/open-load.ts';
import { migrate } from '#src/store/migrate/migrate.ts';
import { readMigrations } from '#src/store/migrate/migration-files.ts';
import { type BackupEnd, type BackupHead, readArchive } from './archive.ts';
import { requireEmbedded } from './backup.ts';

export type RestoreOptions = Readonly<{
  /** Put the backup in the place of a database that is there. */
  force: boolean;
  /** Go on without the encryption keys that the backup needs. */
  withoutKeys: boolean;
  say: (line: string) => void;
}>;

/**
 * Runs `ringback restore`. The backup is read to its end before anything is touched. It is then loaded into a new folder,
 * which takes the place of the old one when it is complete.
 */
export async function restore(config: Config, log: Log, name: string, options: RestoreOptions): Promise<void> {
  requireEmbedded(config, 'restore one with the tools that made its backup');
  const file = resolve(name);
  const head = await checkArchive(file);
  await checkKeys(head, options);
  const place = await findPlace(config.dataDir);
  await refuseRunning(place);
  const exists = await isThere(dataOf(place));
  if (exists && !options.force)
    throw new StartError(
      `There is a database in ${dataOf(place)}. With --force the backup takes its place, and its folder is kept under another name.`,
    );
  const end = await loadInto(place, file, head, log);
  await refuseRunning(place);
  // From here on the next start of PostgreSQL finishes what is left, whatever ends this process.
  await rename(join(place.folder, restoringName(process.pid), 'data'), join(place.folder, restoredName));
  await syncFolder(place.folder);
  await rm(join(place.folder, restoringName(process.pid)), { recursive: true, force: true });
  const kept = await finishRestore(place);
  const rows = Object.values(end.rows).reduce((all, count) => all + count, 0);
  options.say(`Restored: ${rows.toLocaleString('en-US')} rows as of ${head.at}, from Ringback ${head.ringback}.`);
  if (kept !== undefined)
    options.say(`The database that was there before is in ${kept}. Delete it when you do not need it.`);
  options.say('Jobs and callbacks that were open at that time go on with the next "ringback up".');
}

/** Reads the whole backup. Throws a StartError if it is damaged, or from a newer version. */
async function checkArchive(file: string): Promise<BackupHead> {
  let found: BackupHead | undefined;
  await readArchive(file, {
    async head(head) {
      found = head;
      const known = (await readMigrations()).migrationDirectories.map(({ path }) => path);
      const unknown = head.migrations.filter((name) => !known.includes(name));
      if (unknown.length === 0) return;
      throw new StartError(
        `The backup is from Ringback ${head.ringback}, which is newer than this program: it does not know ${unknown.join(', ')}. ` +
          'Restore it with that version, or a later one.',
      );
    },
    table: async () => ({ write: async () => undefined, end: async () => undefined }),
  });
  if (found === undefined) throw new StartError(`${file} is no backup of Ringback.`);
  return found;
}

async function checkKeys({ keys }: BackupHead, { withoutKeys }: RestoreOptions): Promise<void> {
  const { encryptionKeys } = await readSettings(process.env);
  const missing = keys.filter((needed) => !encryptionKeys.some(({ id }) => id === needed));
  if (missing.length === 0 || withoutKeys) return;
  throw new StartError(
    `The backup needs encryption keys that are not here: ${missing.join(', ')}. Put the secrets.json of that time into the data folder, ` +
      'or set RINGBACK_ENCRYPTION_KEYS. With --without-keys it is restored without them, and web and worker refuse to start.',
  );
}

async function refuseRunning(place: PostgresPlace): Promise<void> {
  const running = await findRunning(dataOf(place));
  if (running)
    throw new StartError(
      `Ringback is running here: stop it first (PostgreSQL is process ${running.pid} on ${dataOf(place)}).`,
    );
}

/** Loads the backup into a database of its own, in a folder that only this process has. */
async function loadInto(place: PostgresPlace, file: string, head: BackupHead, log: Log): Promise<BackupEnd> {
  const folder = join(place.folder, restoringName(process.pid));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await chmod(folder, 0o755);
  try {
    const postgres = await startPostgresIn({ ...place, folder }, { port: 0, log });
    try {
      await migrate(postgres.url, undefined, head.migrations);
      const end = await loadRows(postgres.url, file);
      await migrate(postgres.url);
      return end;
    } finally {
      await postgres.stop();
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function loadRows(url: string, file: string): Promise<BackupEnd> {
  const load = await openLoad(url);
  try {
    const end = await readArchive(file, { head: async () => undefined, table: async (table) => load.begin(table) });
    await load.finish(end.sequences);
    return end;
  } finally {
    await load.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
