import type { Tx } from '#src/store/db/database.ts';
import type { MovedTable } from './moved-tables.ts';

/** A row of a project, as the text of a JSON object, and the values of its sealed columns, in their order. */
export type MovedRow = Readonly<{ id: string; row: string; sealed: readonly (Buffer | null)[] }>;

/** Reads rows of a project, in the order of their ids. Numbers and the order of fields stay as they are stored. */
export function readMovedRows(
  tx: Pick<Tx, 'run'>,
  { table, key, where, sealed }: MovedTable,
  { projectId, afterId, columns, limit }: { projectId: string; afterId: string; columns: string[]; limit: number },
): Promise<MovedRow[]> {
  const listed = columns.map((name) => `t."${name}"`).join(', ');
  return tx.run<MovedRow>(
    `read_moved_${table}`,
    `select t.${key} as id, array[${sealed.map(({ column }) => `t.${column}`).join(', ')}]::bytea[] as sealed,
            (select row_to_json(f)::text from (select ${listed}) f) as row
     from ${table} t where ${where} and t.${key} > $2 order by t.${key} limit $3`,
    [projectId, afterId, limit],
  );
}
