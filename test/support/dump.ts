import type { TestRingback } from './ringback.ts';

/** Returns all rows of all tables of the database as text, bytes as Latin-1. */
export async function dumpOf({ db }: Pick<TestRingback, 'db'>): Promise<string> {
  const tables = await db.pool.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'`,
  );
  const parts: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await db.pool.query<Record<string, unknown>>(`select * from ${name}`);
    for (const row of rows) {
      for (const value of Object.values(row))
        parts.push(
          Buffer.isBuffer(value) ? value.toString('latin1') : typeof value === 'string' ? value : JSON.stringify(value),
        );
    }
  }
  return parts.join('\n');
}
