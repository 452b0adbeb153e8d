import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { reachDatabase } from '#src/cli/run/reach-database.ts';
import { StartError } from '#src/cli/start-error.ts';
import type { Config } from '#src/config.ts';
import { doctorLimits } from '#src/domain/limits.ts';
import type { Log } from '#src/log.ts';
import { packageVersion } from '#src/package-version.ts';
import { openSnapshot, type Snapshot } from '#src/store/backup/open-snapshot.ts';
import { makeDb } from '#src/store/db/database.ts';
import { findUsedKeys } from '#src/store/doctor/used-keys.ts';
import { type BackupHead, type BackupPart, writeArchive } from './archive.ts';

/** Runs `ringback backup`: writes all rows of the embedded database, as they are now, into a new file. */
export async function backup(config: Config, log: Log, name: string, say: (line: string) => void): Promise<void> {
  requireEmbedded(config, 'pg_dump or pg_basebackup make the backups of one');
  const file = resolve(name);
  if (await stat(file).catch(() => undefined)) throw new StartError(`${file} exists already.`);
  const reached = await reachDatabase(config, log);
  try {
    const snapshot = await openSnapshot(reached.url);
    try {
      const head = await headOf(snapshot, reached.url);
      const { rows, sha256 } = await writeArchive(file, head, partsOf(snapshot), () => snapshot.sequences());
      const { size } = await stat(file);
      const sum = Object.values(rows).reduce((all, count) => all + count, 0);
      say(`Written: ${file}`);
      say(
        `${count(sum)} rows of ${snapshot.tables.length} tables as of ${head.at}, ${count(size)} bytes, SHA-256 of the content ${sha256}`,
      );
      say(keysLine(head));
    } finally {
      await snapshot.close();
    }
  } finally {
    await reached.stop();
  }
}

/** Throws a StartError if the database is one of the operator's own. */
export function requireEmbedded({ databaseUrl }: Config, instead: string): void {
  if (databaseUrl === undefined) return;
  throw new StartError(`DATABASE_URL is set, and this is for the database that "ringback up" keeps: ${instead}.`);
}

const count = (value: number) => value.toLocaleString('en-US');

function keysLine({ keys }: BackupHead): string {
  const names = keys.map((id) => `"${id}"`).join(', ');
  return `The encryption keys are not in it${names === '' ? '' : ` (it needs ${names})`}: keep secrets.json or RINGBACK_ENCRYPTION_KEYS in another place.`;
}

async function headOf(snapshot: Snapshot, url: string): Promise<BackupHead> {
  const db = makeDb(url, { max: 1, name: 'backup' });
  try {
    const used = await findUsedKeys(db, doctorLimits.keyRows);
    return {
      ...{ format: 'ringback backup', version: 1, ringback: packageVersion(), postgres: snapshot.postgres },
      ...{ at: snapshot.at.toISOString(), migrations: snapshot.migrations },
      keys: [...new Set(used.map(({ key_id: id }) => id))].sort(),
    };
  } finally {
    await db.close();
  }
}

async function* partsOf(snapshot: Snapshot): AsyncGenerator<BackupPart> {
  for (const table of snapshot.tables) yield { table, rows: snapshot.rows(table) };
}
