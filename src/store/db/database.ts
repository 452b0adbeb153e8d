import { createRequire } from 'node:module';
import pg from 'pg';
import type { Prisma, PrismaClient } from '#src/store/generated/client.ts';

const require = createRequire(import.meta.url);

/** One connection inside a transaction. Named statements are planned once per connection. */
export type Tx = {
  /** Runs a named statement: the name must stand for exactly this text. */
  run<Row extends pg.QueryResultRow>(name: string, text: string, values?: unknown[]): Promise<Row[]>;
  /** Runs a statement that is planned for just these values: for texts of many forms, and where a general plan could be far off. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** pg-boss speaks through this, so that its writes share our transaction. */
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
};

/** Prisma's calls and named SQL, on one connection when this is a transaction of Prisma's. The whole `Db` is one, too. */
export type Runner = { readonly prisma: Prisma.TransactionClient; run: Tx['run'] };

export type Db = {
  pool: pg.Pool;
  /** Prisma's client over the pool. It is made when it is first asked for: a worker never asks, and loading it takes long. */
  readonly prisma: PrismaClient;
  transaction<T>(act: (tx: Tx) => Promise<T>): Promise<T>;
  /** A transaction of Prisma's, which named SQL can be part of. */
  prismaTransaction<T>(act: (tx: Runner) => Promise<T>): Promise<T>;
  /** A single statement outside a transaction. */
  run<Row extends pg.QueryResultRow>(name: string, text: string, values?: unknown[]): Promise<Row[]>;
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
  close(): Promise<void>;
};

const queryTimeoutMs = 10_000;

/** Opens a pool. A lost connection is not an error here: the query that used it rejects, and the next one dials again. */
export function makeDb(url: string, options: { max: number; name: string }): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    application_name: `ringback ${options.name}`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // A database that hangs is away too: the connection is given up, and with it whatever was not committed.
    query_timeout: queryTimeoutMs,
    statement_timeout: 60_000,
    // A process that freezes inside a transaction must not hold its locks, nor commit a claim long after it was given up.
    idle_in_transaction_session_timeout: 10_000,
  });
  pool.on('error', () => undefined);
  // Prisma gives a connection back even when its rollback got no answer. Whoever had it next would write into that transaction.
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
    // pg-boss's maintenance: rebuilding an index may take its time.
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
  // While a client is out nobody else listens, and a connection that breaks would end the process. Its query rejects anyway.
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

/** Several statements in one text answer with a list; pg-boss wants the last. */
function lastResult(result: pg.QueryResult | pg.QueryResult[]): pg.QueryResult {
  return Array.isArray(result) ? (result.at(-1) as pg.QueryResult) : result;
}

const names = new Map<string, string>();

/** pg-boss's few hot statements get names too; a bound keeps odd ones from piling up on the connections. */
function statementName(text: string, values: unknown[] | undefined): string | undefined {
  if (!values || values.length === 0) return undefined;
  const known = names.get(text);
  if (known) return known;
  if (names.size >= 40) return undefined;
  const name = `boss_${names.size}`;
  names.set(text, name);
  return name;
}
