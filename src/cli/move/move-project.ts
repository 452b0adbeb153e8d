import { randomBytes, scryptSync } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeFailure } from '#src/cli/failure/describe-failure.ts';
import { onlyProject } from '#src/cli/run/only-project.ts';
import { reachDatabase } from '#src/cli/run/reach-database.ts';
import { readSettings } from '#src/cli/run/read-settings.ts';
import { StartError } from '#src/cli/start-error.ts';
import type { Config } from '#src/config.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import { exportProject } from '#src/engine/move/export-project.ts';
import { type Imported, importProject } from '#src/engine/move/import-project.ts';
import type { LeftOut } from '#src/engine/move/without-secrets.ts';
import { makeLog } from '#src/log.ts';
import { packageVersion } from '#src/package-version.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import { findApplied } from '#src/store/migrate/migration-state.ts';
import { type Cipher, makeCipher, SealError } from '#src/store/seal/cipher.ts';
import { checkExport, type ExportHead, exportedRows, writeExport } from './export-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Say = (line: string) => void;
type Passphrase = Readonly<{ passphraseFile?: string | undefined }>;

const leastPassphrase = 12;

type ExportAsked = Readonly<{ project: string; file: string; withoutSecrets?: boolean | undefined }>;

/** Runs `ringback export`: writes the settings of a project into a new file, its secrets sealed by a passphrase or left out. */
export async function exportCommand(
  environment: Environment,
  { project, file: name, passphraseFile, withoutSecrets = false }: Passphrase & ExportAsked,
  say: Say,
): Promise<void> {
  const file = resolve(name);
  if (await stat(file).catch(() => undefined)) throw new StartError(`${file} exists already.`);
  if (withoutSecrets && passphraseFile !== undefined)
    throw new StartError('--without-secrets needs no passphrase: leave out --passphrase-file.');
  const salt = withoutSecrets ? null : randomBytes(16);
  const outer = salt && passphraseCipher(await readPassphrase(environment, passphraseFile), salt);
  await withDatabase(environment, async (db, cipher) => {
    const found = await onlyProject(db, project);
    const head: ExportHead = {
      ...{ format: 'ringback export', version: 1, ringback: packageVersion(), at: new Date().toISOString() },
      ...{ migration: (await findApplied(db)).at(-1) ?? '', project: found, salt: salt?.toString('base64') ?? null },
    };
    const counts: Record<string, number> = {};
    const left: LeftOut[] = [];
    await writeExport(file, head, (take) =>
      exportProject({ db, cipher }, { projectId: found.id, outer }, async (row) => {
        if (row.row !== null) counts[row.table] = (counts[row.table] ?? 0) + 1;
        if (row.bare?.left) left.push(row.bare.left);
        await take(row);
      }),
    );
    say(`Written: ${file}`);
    const secrets = outer === null ? 'It has no secrets.' : 'Its secrets need the passphrase.';
    say(`The project "${found.name}": ${countsText(counts)}. ${secrets}`);
    for (const line of leftLines('Left out:', left)) say(line);
  });
}

/** Runs `ringback import`: stores an exported project under its ids, all of it or nothing. */
export async function importCommand(
  environment: Environment,
  { file: name, passphraseFile, owner, dryRun }: Passphrase & { file: string; owner: string | null; dryRun: boolean },
  say: Say,
): Promise<void> {
  const file = resolve(name);
  const head = await checkExport(file);
  const outer =
    head.salt === null
      ? null
      : passphraseCipher(await readPassphrase(environment, passphraseFile), Buffer.from(head.salt, 'base64'));
  await withDatabase(environment, async (db, cipher) => {
    const migration = (await findApplied(db)).at(-1) ?? '';
    if (migration !== head.migration)
      throw new StartError(
        `The export is from Ringback ${head.ringback} with the tables of ${head.migration}, and the tables here are those of ${migration}. ` +
          'Bring both installations to the same version, and export again.',
      );
    const { counts, left } = await importProject({ db, cipher }, exportedRows(file), {
      ...{ outer, projectId: head.project.id, owner, dryRun },
    });
    say(
      `${dryRun ? 'Would import' : 'Imported'} the project "${head.project.name}" (${formatId('prj', head.project.id)}): ${countsText(counts)}.`,
    );
    if (outer === null) for (const line of bareLines(left)) say(line);
    for (const line of todoLines(counts, owner)) say(line);
  });
}

function bareLines(left: readonly LeftOut[]): string[] {
  return [
    'It came without secrets. It is paused and its endpoints are disabled: set anew what is missing, then enable them and end the pause.',
    ...leftLines('Missing:', left),
  ];
}

/** Names what was left out, each thing once. */
function leftLines(title: string, left: readonly LeftOut[]): string[] {
  const lines = new Set(left.map(({ of, parts }) => `  ${of}: ${parts.join(', ')}`));
  return lines.size === 0 ? [] : [title, ...lines];
}

function todoLines(counts: Imported['counts'], owner: string | null): string[] {
  return [
    ...(counts.schedule
      ? ['Its schedules are paused: resume them when those of the other installation have stopped.']
      : []),
    ...(owner === null ? ['Nobody is a member of it: --owner names a person here who becomes its owner.'] : []),
    'People, views, jobs and their results are not part of an export.',
  ];
}

const words: Readonly<Record<string, readonly [one: string, many: string]>> = {
  endpoint: ['endpoint', 'endpoints'],
  webhook_secret: ['signing secret', 'signing secrets'],
  upstream: ['upstream', 'upstreams'],
  schedule: ['schedule', 'schedules'],
  line: ['flow or pause', 'flows and pauses'],
  alert_settings: ['setting of alerts', 'settings of alerts'],
  api_key: ['API key', 'API keys'],
};

function countsText(counts: Imported['counts']): string {
  const parts = Object.entries(words).flatMap(([table, [one, many]]) => {
    const count = counts[table] ?? 0;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return parts.length > 0 ? parts.join(', ') : 'nothing but its own settings';
}

async function withDatabase(environment: Environment, act: (db: Db, cipher: Cipher) => Promise<void>): Promise<void> {
  const config = await readSettings(environment);
  if (config.encryptionKeys.length === 0) throw new StartError('RINGBACK_ENCRYPTION_KEYS is missing.');
  const reached = await reachDatabase(config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
  const db = makeDb(reached.url, { max: 2, name: 'export' });
  try {
    await act(db, makeCipher([...config.encryptionKeys]));
  } catch (error) {
    throw told(error, config);
  } finally {
    await db.close();
    await reached.stop();
  }
}

/** Returns an error that the user can read, if it is one of theirs. */
function told(error: unknown, config: Config): unknown {
  if (error instanceof StartError) return error;
  if (error instanceof Refusal) return new StartError(`Nothing was changed: ${error.message}.`);
  if (error instanceof SealError)
    return new StartError(
      error.message.includes(`"${passphraseKey}"`)
        ? 'The passphrase does not open the secrets of the export. Nothing was changed.'
        : error.message,
    );
  return new StartError(`The database cannot be used: ${describeFailure(error, config)}`);
}

async function readPassphrase(environment: Environment, file: string | undefined): Promise<string> {
  const text =
    file === undefined
      ? (environment.RINGBACK_EXPORT_PASSPHRASE ?? '')
      : await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
          throw new StartError(`The passphrase's file ${file} cannot be read (${error.code}).`);
        });
  const passphrase = text.trim();
  if (passphrase.length >= leastPassphrase) return passphrase;
  throw new StartError(
    `A passphrase of at least ${leastPassphrase} characters seals the secrets: give --passphrase-file, or set RINGBACK_EXPORT_PASSPHRASE.`,
  );
}

const passphraseKey = 'passphrase';

function passphraseCipher(passphrase: string, salt: Buffer): Cipher {
  const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 ** 2 };
  return makeCipher([{ id: passphraseKey, key: scryptSync(passphrase.normalize('NFC'), salt, 32, cost) }]);
}
