import pg from 'pg';
import { type BackupTable, copiedColumns, findBackupTables } from './backup-tables.ts';
import { copyOut } from './copy-streams.ts';

/** All tables as they were at one moment, while others go on writing. */
export type Snapshot = Readonly<{
  tables: readonly BackupTable[];
  /** The moment that is seen, or one just before it. */
  at: Date;
  /** The version of the server, such as `18.4`. */
  postgres: string;
  /** The names of the migrations that are applied. */
  migrations: readonly string[];
  /** Yields the rows of a table in the text form of COPY. A chunk may end within a row. */
  rows(table: BackupTable): AsyncIterable<Buffer>;
  /** Returns the last values of the sequences, by their names. Those used later are higher, which does no harm. */
  sequences(): Promise<Record<string, number>>;
  close(): Promise<void>;
}>;

/** Opens a snapshot: one transaction that sees all tables as they are now. It locks nothing that is read or written. */
export async function openSnapshot(databaseUrl: string): Promise<Snapshot> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'ringback backup' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
    await client.query('begin isolation level repeatable read read only');
    const tables = await findBackupTables(client);
    const version = await client.query<{ version: string; at: Date }>(
      `select split_part(current_setting('server_version'), ' ', 1) as version, now() as at`,
    );
    const migrations = await client.query<{ name: string }>(
      `select migration_name as name from "_prisma_migrations"
       where finished_at is not null and rolled_back_at is null order by migration_name`,
    );
    return {
      tables,
      at: version.rows[0]?.at ?? new Date(Number.NaN),
      postgres: version.rows[0]?.version ?? '',
      migrations: migrations.rows.map(({ name }) => name),
      rows: (table) => copyOut(client, `copy ${copiedColumns(client, table)} to stdout`),
      sequences: () => lastValues(client),
      close: () => client.end(),
    };
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function lastValues(client: pg.Client): Promise<Record<string, number>> {
  const { rows } = await client.query<{ name: string; value: number }>(
    `select sequencename::text as name, last_value::float8 as value from pg_sequences
     where schemaname = 'public' and last_value is not null`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
