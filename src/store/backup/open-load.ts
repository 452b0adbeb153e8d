import pg from 'pg';
import { type BackupTable, copiedColumns, findBackupTables } from './backup-tables.ts';
import { type CopyIn, copyIn } from './copy-streams.ts';

/** The loading of a backup into a database that has its tables and no rows. */
export type Load = Readonly<{
  /** Begins to load a table, whose rows come in the text form of COPY. */
  begin(table: BackupTable): CopyIn;
  /** Sets the sequences and gives the planner its statistics. Nothing is stored before. */
  finish(sequences: Readonly<Record<string, number>>): Promise<void>;
  close(): Promise<void>;
}>;

/** Begins to load a backup, in one transaction. The role must be a superuser: foreign keys are not checked meanwhile. */
export async function openLoad(databaseUrl: string): Promise<Load> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'ringback restore' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
    await client.query(`set session_replication_role = 'replica'`);
    await client.query('begin');
    // A migration may have stored rows, which the backup has too, or on purpose no more.
    for (const { table } of await findBackupTables(client))
      await client.query(`delete from public.${client.escapeIdentifier(table)}`);
  } catch (error) {
    await client.end();
    throw error;
  }
  return {
    begin: (table) => copyIn(client, `copy ${copiedColumns(client, table)} from stdin`),
    async finish(sequences) {
      for (const [name, value] of Object.entries(sequences))
        await client.query(`select setval(('public.' || quote_ident($1))::regclass, $2)`, [name, value]);
      await client.query('commit');
      await client.query('analyze');
    },
    close: () => client.end(),
  };
}
