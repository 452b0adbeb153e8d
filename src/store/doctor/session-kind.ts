import pg from 'pg';
import { connectionOptions } from '#src/store/db/database.ts';

/**
 * How an address of PostgreSQL treats connections. `kept`: each keeps its session, as directly or through a pooler in
 * session mode. `shared`: a pooler gives each transaction another connection of its own. `refused`: a pooler refuses
 * what a connection says as it is opened; `parameter` is the first that it names.
 */
export type SessionKind = { kind: 'kept' } | { kind: 'shared' } | { kind: 'refused'; parameter: string };

const refusal = /unsupported startup parameter: (\w+)/;
const rounds = 3;

/**
 * Tells how an address treats connections, by the processes that answer two of them in turn: where sessions are kept,
 * each has one of its own, and always the same. Throws if the database cannot be reached.
 */
export async function readSessionKind(databaseUrl: string): Promise<SessionKind> {
  const clients = [1, 2].map(() => new pg.Client(connectionOptions(databaseUrl, { name: 'start' })));
  const [one, other] = clients as [pg.Client, pg.Client];
  // A connection that breaks between two statements makes the next one fail.
  for (const client of clients) client.on('error', () => undefined);
  try {
    await one.connect();
    await other.connect();
    const first = await processOf(one);
    for (let round = 0; round < rounds; round += 1) {
      if ((await processOf(other)) === first || (await processOf(one)) !== first) return { kind: 'shared' };
    }
    return { kind: 'kept' };
  } catch (error) {
    const parameter = error instanceof Error && refusal.exec(error.message)?.[1];
    if (parameter) return { kind: 'refused', parameter };
    throw error;
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

async function processOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}
