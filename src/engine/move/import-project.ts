import { Refusal } from '#src/contract/shape/error-code.ts';
import type { Reads, Seals } from '#src/engine/deps.ts';
import type { Tx } from '#src/store/db/database.ts';
import { beginPause, wholeProject } from '#src/store/line/pause-rows.ts';
import { addOwner } from '#src/store/move/add-owner.ts';
import { type ImportedRow, insertMovedRows } from '#src/store/move/insert-moved-rows.ts';
import { movedTables } from '#src/store/move/moved-tables.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import type { ExportedRow } from './export-project.ts';
import type { LeftOut } from './without-secrets.ts';

/** How many rows of each table were stored, and what the export left out of them. */
export type Imported = Readonly<{ counts: Readonly<Record<string, number>>; left: readonly LeftOut[] }>;

type Options = Readonly<{
  /** Cipher of the passphrase; null: the export has no secrets, and the project arrives paused. */
  outer: Cipher | null;
  projectId: string;
  /** Address of the person here who becomes its owner; null: nobody does. */
  owner: string | null;
  dryRun: boolean;
}>;

const rowsAtOnce = 100;

/** Ends a transaction whose work was only tried. */
class DryRun extends Error {}

/**
 * Stores an exported project under its ids, all of it or nothing. Throws `name_taken` with what is here already, and
 * `not_found` if nobody has the owner's address.
 */
export async function importProject(
  deps: Reads & Seals,
  rows: AsyncIterable<ExportedRow>,
  options: Options,
): Promise<Imported> {
  const counts: Record<string, number> = {};
  const left: LeftOut[] = [];
  try {
    await deps.db.transaction(async (tx) => {
      for await (const { table, group } of grouped(rows)) {
        const stored = group.flatMap((row) => importedRow(row, deps.cipher, options));
        left.push(...group.flatMap(({ bare }) => bare?.left ?? []));
        if (stored.length === 0) continue;
        await insertGroup(tx, table, stored);
        counts[table] = (counts[table] ?? 0) + stored.length;
      }
      if (options.outer === null) await beginPause(tx, { projectId: options.projectId, key: wholeProject });
      if (options.owner !== null && !(await addOwner(tx, options.projectId, options.owner)))
        throw new Refusal('not_found', `nobody here has the address ${options.owner}`, 'owner');
      if (options.dryRun) throw new DryRun();
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  return { counts, left };
}

async function* grouped(rows: AsyncIterable<ExportedRow>): AsyncGenerator<{ table: string; group: ExportedRow[] }> {
  let group: ExportedRow[] = [];
  for await (const row of rows) {
    if (group.length > 0 && (group[0]?.table !== row.table || group.length === rowsAtOnce)) {
      yield { table: group[0]?.table ?? '', group };
      group = [];
    }
    group.push(row);
  }
  if (group[0]) yield { table: group[0].table, group };
}

function importedRow({ table, row, secrets, bare }: ExportedRow, cipher: Cipher, { outer }: Options): ImportedRow[] {
  const of = movedTables.find((one) => one.table === table);
  if (of === undefined)
    throw new Refusal('invalid_input', `the export has rows of ${table}, which are not imported`, 'file');
  if (row === null) return [];
  const fields = JSON.parse(row) as Record<string, string>;
  const changes: Record<string, unknown> = { ...of.changes, ...bare?.changes };
  if (table === 'schedule') changes.paused_at = fields.paused_at ?? new Date().toISOString();
  const id = fields[of.key] ?? '';
  for (const { column, context: contextOf } of of.sealed) {
    const context = contextOf({ id, job_id: null, project_id: null });
    const secret = secrets[column];
    if (context === null) continue;
    const plain =
      secret === undefined || outer === null ? bare?.plain[column] : outer.open(Buffer.from(secret, 'base64'), context);
    if (plain !== undefined) changes[column] = `\\x${cipher.seal(plain, context).toString('hex')}`;
  }
  return [{ row, changes: JSON.stringify(changes) }];
}

async function insertGroup(tx: Tx, table: string, rows: readonly ImportedRow[]): Promise<void> {
  try {
    await insertMovedRows(tx, table, rows);
  } catch (error) {
    const { code, detail } = error as { code?: string; detail?: string };
    if (code !== '23505') throw error;
    const what = /\((.*)\)=\((.*)\)/.exec(detail ?? '');
    const name = (JSON.parse(rows[0]?.row ?? '{}') as { name?: string }).name;
    // A key's hash says nothing to a person, and is nobody's business.
    const which = what === null || what[1] === 'hash' ? 'one of its values' : `${what[1]} ${what[2]}`;
    const named = rows.length === 1 && name !== undefined ? ` "${name}"` : '';
    throw new Refusal(
      'name_taken',
      `this installation has a ${table.replaceAll('_', ' ')}${named} with ${which} already`,
      'file',
    );
  }
}
