import type pg from 'pg';

/** A table of a backup, with the columns that its rows are written by. */
export type BackupTable = Readonly<{ table: string; columns: string[] }>;

/**
 * Tables whose rows are not part of a backup. Migrations are named at its head, and those of the queue make its own
 * tables. The workers of then are gone, so that what they had claimed is taken over at once.
 */
const leftOut = ['_prisma_migrations', 'worker'];

/** Returns all tables of ours, with the columns that can be written. */
export async function findBackupTables(client: pg.Client): Promise<BackupTable[]> {
  const { rows } = await client.query<BackupTable>(
    `select c.table_name::text as table, array_agg(c.column_name::text order by c.ordinal_position) as columns
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
       and c.table_name <> all($1)
     group by 1 order by 1`,
    [leftOut],
  );
  return rows;
}

/** Returns the part of a COPY statement that names a table and its columns. */
export function copiedColumns(client: pg.Client, { table, columns }: BackupTable): string {
  return `public.${client.escapeIdentifier(table)} (${columns.map((name) => client.escapeIdentifier(name)).join(', ')})`;
}
