import type { Tx } from '#src/store/db/database.ts';

/** A row that is imported: its fields as a JSON object, and those that differ here as another. */
export type ImportedRow = Readonly<{ row: string; changes: string }>;

/** Stores rows of another installation under their ids. */
export async function insertMovedRows(tx: Pick<Tx, 'run'>, table: string, rows: readonly ImportedRow[]): Promise<void> {
  await tx.run(
    `insert_moved_${table}`,
    `insert into ${table}
     select (json_populate_record(json_populate_record(null::public.${table}, t.row::json), t.changes::json)).*
     from unnest($1::text[], $2::text[]) as t(row, changes)`,
    [rows.map(({ row }) => row), rows.map(({ changes }) => changes)],
  );
}
