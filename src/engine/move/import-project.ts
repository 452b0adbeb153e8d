import { Refusal } from '#src/contract/shape/error-code.ts';
import type { Reads, Seals } from '#src/engine/deps.ts';
import type { Tx } from '#src/store/db/database.ts';
import { addOwner } from '#src/store/move/add-owner.ts';
import { type ImportedRow, insertMovedRows } from '#src/store/move/insert-moved-rows.ts';
import { movedTables } from '#src/store/move/moved-tables.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import type { ExportedRow } from './export-project.ts';

/** How many rows of each table were stored. */
export type Imported = Readonly<Record<string, number>>;

type Options = Readonly<{
  outer: Cipher;
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
  try {
    await deps.db.transaction(async (tx) => {
      for await (const { table, group } of grouped(rows)) {
        await insertGroup(
          tx,
          table,
          group.map((row) => importedRow(row, deps.cipher, options)),
        );
        counts[table] = (counts[table] ?? 0) + group.length;
      }
      if (options.owner !== null && !(await addOwner(tx, options.projectId, options.owner)))
        throw new Refusal('not_found', `nobody here has the address ${options.owner}`, 'owner');
      if (options.dryRun) throw new DryRun();
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  return counts;
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

function importedRow({ table, row, secrets }: ExportedRow, cipher: Cipher, { outer }: Options): ImportedRow {
  const of = movedTables.find((one) => one.table === table);
  if (of === undefined)
    throw new Refusal('invalid_input', `the export has rows of ${table}, which are not imported`, 'file');
  const fields = JSON.parse(row) as Record<string, string>;
  const changes: Record<string, unknown> = { ...of.changes };
  if (table === 'schedule') changes.paused_at = fields.paused_at ?? new Date().toISOString();
  const id = fields[of.key] ?? '';
  for (const { column, context: contextOf } of of.sealed) {
    const context = contextOf({ id, job_id: null, project_id: null });
    const secret = secrets[column];
    if (secret === undefined || context === null) continue;
    const sealed = cipher.seal(outer.open(Buffer.from(secret, 'base64'), context), context);
    changes[column] = `\\x${sealed.toString('hex')}`;
  }
  return { row, changes: JSON.stringify(changes) };
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
