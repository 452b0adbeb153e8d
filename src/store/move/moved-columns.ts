import type { Tx } from '#src/store/db/database.ts';

/** Returns the columns of each table, in their order. */
export async function movedColumns(
  tx: Pick<Tx, 'run'>,
  tables: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  const rows = await tx.run<{ table: string; columns: string[] }>(
    'moved_columns',
    `select table_name::text as table, array_agg(column_name::text order by ordinal_position) as columns
     from information_schema.columns where table_schema = 'public' and table_name = any($1::text[]) group by 1`,
    [tables],
  );
  return new Map(rows.map(({ table, columns }) => [table, columns]));
}
