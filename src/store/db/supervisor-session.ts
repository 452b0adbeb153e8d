import pg from 'pg';

/** A connection that lives as long as the server, and that reports its end. */
export type SupervisorSession = Readonly<{
  onEnd(listener: () => void): void;
  close(): Promise<void>;
}>;

/** Result of opening a session. `supervised`: another process already supervises this server. */
export type OpenedSession =
  | Readonly<{ kind: 'open'; session: SupervisorSession }>
  | Readonly<{ kind: 'supervised'; by: string }>
  | Readonly<{ kind: 'recovering' }>
  | Readonly<{ kind: 'unreachable'; reason: string }>;

/**
 * Keys of the advisory lock that the supervisor of the server holds. The lock ends with the connection, so it cannot
 * outlive a killed process.
 */
const lockKeys = [29_282, 30_064];
const nameStart = 'ringback supervisor ';

/**
 * Connects to a server that only we use, takes the supervisor's lock, and creates our database if it does not exist.
 */
export async function openSupervisorSession(adminUrl: string, database: string): Promise<OpenedSession> {
  const application_name = `${nameStart}${process.pid}`;
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5000, application_name });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', lockKeys);
    if (!rows[0]?.taken) return { kind: 'supervised', by: await findHolder(client) };
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
    return { kind: 'open', session: sessionOf(client) };
  } catch (error) {
    await client.end().catch(() => undefined);
    // Code 57P03: the server is running and still recovers from a crash.
    const { code, message } = error as pg.DatabaseError;
    return code === '57P03' ? { kind: 'recovering' } : { kind: 'unreachable', reason: message };
  }
}

function sessionOf(client: pg.Client): SupervisorSession {
  return {
    onEnd: (listener) => client.once('end', listener),
    close: () => client.end(),
  };
}

async function findHolder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ application_name: string }>(
    `select application_name from pg_stat_activity join pg_locks using (pid)
     where locktype = 'advisory' and classid = $1 and objid = $2 and granted`,
    lockKeys,
  );
  await client.end();
  return rows[0]?.application_name.slice(nameStart.length) ?? '';
}
