import { Refusal } from '#src/contract/shape/error-code.ts';
import type { Reads, Seals } from '#src/engine/deps.ts';
import { movedColumns } from '#src/store/move/moved-columns.ts';
import { type MovedTable, movedTables } from '#src/store/move/moved-tables.ts';
import { type MovedRow, readMovedRows } from '#src/store/move/read-moved-rows.ts';
import type { Cipher } from '#src/store/seal/cipher.ts';
import { type Bare, withoutSecrets } from './without-secrets.ts';

/**
 * A row of an export: its fields as the text of a JSON object, and its secrets in base64 by their columns, sealed by the
 * passphrase. Without secrets, `bare` says what is different then. A row that is not stored tells what was left out.
 */
export type ExportedRow = Readonly<{
  table: string;
  row: string | null;
  secrets: Readonly<Record<string, string>>;
  bare?: Omit<Bare, 'stored'>;
}>;

const rowsAtOnce = 200;
const beforeAll = '00000000-0000-0000-0000-000000000000';

/**
 * Hands out what a project is made of, as it is at one moment, in an order in which it can be stored. Throws `not_found`.
 *
 * @param outer cipher of the passphrase, by which secrets leave this installation; null: they do not leave it
 */
export async function exportProject(
  { db, cipher }: Reads & Seals,
  { projectId, outer }: { projectId: string; outer: Cipher | null },
  take: (row: ExportedRow) => Promise<void>,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.run('export_at_one_moment', 'set transaction isolation level repeatable read, read only');
    const columns = await movedColumns(
      tx,
      movedTables.map(({ table }) => table),
    );
    for (const of of movedTables) {
      const open = (columns.get(of.table) ?? []).filter((name) => of.sealed.every(({ column }) => column !== name));
      for (let afterId: string | null = beforeAll; afterId !== null; ) {
        const rows: MovedRow[] = await readMovedRows(tx, of, { projectId, afterId, columns: open, limit: rowsAtOnce });
        for (const row of rows) await take(exportedRow(of, row, cipher, outer));
        if (of.table === 'project' && rows.length === 0)
          throw new Refusal('not_found', 'there is no such project', 'project');
        afterId = rows.length < rowsAtOnce ? null : (rows.at(-1)?.id ?? null);
      }
    }
  });
}

function exportedRow(
  { table, sealed: columns }: MovedTable,
  { id, row, sealed }: MovedRow,
  inner: Cipher,
  outer: Cipher | null,
): ExportedRow {
  const values = columns.flatMap(({ column, context: contextOf }, index) => {
    const value = sealed[index] ?? null;
    const context = contextOf({ id, job_id: null, project_id: null });
    return value === null || context === null ? [] : [{ column, context, open: inner.open(value, context) }];
  });
  if (outer === null) {
    const opened = Object.fromEntries(values.map(({ column, open }) => [column, open.toString('utf8')]));
    const { stored, ...bare } = withoutSecrets(table, JSON.parse(row) as Record<string, unknown>, opened);
    return { table, row: stored ? row : null, secrets: {}, bare };
  }
  const secrets = values.map(({ column, context, open }) => [column, outer.seal(open, context).toString('base64')]);
  return { table, row, secrets: Object.fromEntries(secrets) };
}
