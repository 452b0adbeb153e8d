import { createRequire } from 'node:module';
import pg from 'pg';
import type { Prisma, PrismaClient } from '#src/store/generated/client.ts';

const require = createRequire(import.meta.url);

/** One connection inside a transaction. A named statement is planned once per connection. */
export type Tx = {
  /** Runs a named statement. The name must always stand for exactly this text. */
  run<Row extends pg.QueryResultRow>(name: string, text: string, values?: unknown[]): Promise<Row[]>;
  /**
   * Runs a statement that is planned for its values. It is for statements with many forms, and for those where a
   * generic plan could be much worse.
   */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Runs a statement of pg-boss, so that its writes are part of our transaction. */
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
};

/**
 * A runner of Prisma's calls and named SQL. In one of Prisma's transactions, both use the same connection. The whole
 * `Db` is a runner too.
 */
export type Runner = { readonly prisma: Prisma.TransactionClient; run: Tx['run'] };

export type Db = {
  pool: pg.Pool;
  /**
   * Prisma's client over the pool. It is made at its first use, because loading it takes long and a worker never uses
   * it.
   */
  readonly prisma: PrismaClient;
  transaction<T>(act: (tx: Tx) => Promise<T>): Promise<T>;
  /** Runs one of Prisma's transactions, which may include named SQL. */
  prismaTransaction<T>(act: (tx: Runner) => Promise<T>): Promise<T>;
  /** Runs a single statement outside a transaction. */
  run<Row extends pg.QueryResultRow>(name: string, text: string, values?: unknown[]): Promise<Row[]>;
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
  close(): Promise<void>;
};

/** Time after which a query without an answer fails, where no other is given. */
export const queryTimeoutMs = 10_000;

/**
 * Opens a pool. A lost connection is not an error of the pool: the query that used it rejects, and the next query
 * connects again.
 */
export function makeDb(url: string, options: { max: number; name: string; queryTimeoutMs?: number }): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    application_name: `ringback ${options.name}`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // A database that hangs counts as unreachable: the connection is closed, and all uncommitted changes are lost.
    query_timeout: options.queryTimeoutMs ?? queryTimeoutMs,
    statement_timeout: 60_000,
    // A process that freezes inside a transaction must not keep its locks, and must not commit a claim long after
    // others took it over.
    idle_in_transaction_session_timeout: 10_000,
  });
  pool.on('error', () => undefined);
  // Prisma releases a connection even when its rollback got no response. The next user of that connection would write
  // into the old transaction, so the connection is closed.
  pool.on('release', (_error, client) => {
    if (client.getTransactionStatus() !== 'I') void client.end();
  });
  let prisma: PrismaClient | undefined;
  const loadPrisma = () => (prisma ??= (require('./prisma.ts') as typeof import('./prisma.ts')).openPrisma(pool));
  return {
    pool,
    get prisma() {
      return loadPrisma();
    },
    transaction: (act) => inTransaction(pool, act),
    prismaTransaction: (act) => loadPrisma().$transaction((client) => act(runnerOn(client))),
    run: async (name, text, values) => (await pool.query({ name, text, values: values ?? [] })).rows,
    query: async (text, values) => (await pool.query(text, values ?? [])).rows,
    // Maintenance of pg-boss needs a long timeout: rebuilding an index may take minutes.
    executeSql: async (text, values) =>
      lastResult(await pool.query({ text, values: values as unknown[], query_timeout: 600_000 } as pg.QueryConfig)),
    async close() {
      await prisma?.$disconnect();
      await pool.end();
    },
  };
}

function runnerOn(prisma: Prisma.TransactionClient): Runner {
  return { prisma, run: async (_name, text, values = []) => await prisma.$queryRawUnsafe(text, ...values) };
}

async function inTransaction<T>(pool: pg.Pool, act: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A checked-out client has no other error listener, so a broken connection would end the process. The query on it
  // rejects in any case.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await act(txOn(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

function txOn(client: pg.PoolClient): Tx {
  return {
    run: async (name, text, values) => (await client.query({ name, text, values: values ?? [] })).rows,
    query: async (text, values) => (await client.query(text, values ?? [])).rows,
    executeSql: async (text, values) => {
      const name = statementName(text, values);
      return name
        ? client.query({ name, text, values: values as unknown[] })
        : lastResult(await client.query(text, values as unknown[]));
    },
  };
}

/** Returns the last result. A text with several statements has a list of results, and pg-boss expects the last one. */
function lastResult(result: pg.QueryResult | pg.QueryResult[]): pg.QueryResult {
  return Array.isArray(result) ? (result.at(-1) as pg.QueryResult) : result;
}

const names = new Map<string, string>();

/**
 * Returns a name for a statement of pg-boss, so that its few frequent statements are planned once. A limit keeps rare
 * statements from using up memory on the connections.
 */
function statementName(text: string, values: unknown[] | undefined): string | undefined {
  if (!values || values.length === 0) return undefined;
  const known = names.get(text);
  if (known) return known;
  if (names.size >= 40) return undefined;
  const name = `boss_${names.size}`;
  names.set(text, name);
  return name;
}
