import { createRequire } from 'node:module';
import pg from 'pg';
import type { Prisma, PrismaClient } from '#src/store/generated/client.ts';
import { withBinaryArrays } from './binary-arrays.ts';

const require = createRequire(import.meta.url);

/**
 * One connection inside a transaction. A named statement is planned once per connection. Statements are sent in the order
 * of their calls, without a wait for the answers to those before.
 */
export type Tx = {
  /** Runs a named statement. The name must always stand for exactly this text. */
  run<Row extends pg.QueryResultRow>(name: string, text: string, values?: unknown[]): Promise<Row[]>;
  /**
   * Runs a named statement that is harmless outside a transaction too, such as one that reads or locks. It is sent
   * together with `begin`.
   */
  look<Row extends pg.QueryResultRow>(name: string, text: string, values?: unknown[]): Promise<Row[]>;
  /**
   * Sends a named statement whose result nobody needs, and resolves without a wait for its answer. If it fails, the
   * transaction fails with its error: the next `run` does, or the commit.
   */
  send(name: string, text: string, values?: unknown[]): Promise<void>;
  /** Runs statements that may fail. If they do, only they are undone, and the error is thrown. */
  attempt<Value>(act: () => Promise<Value>): Promise<Value>;
  /**
   * Runs a statement that is planned for its values. It is for statements with many forms, and for those where a
   * generic plan could be much worse.
   */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
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

/** Returns how every connection is opened. The timeouts of statements and transactions are the server's to keep. */
export function connectionOptions(url: string, options: { name: string; queryTimeoutMs?: number }): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: `ringback ${options.name}`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // A database that hangs counts as unreachable: the connection is closed, and all uncommitted changes are lost.
    query_timeout: options.queryTimeoutMs ?? queryTimeoutMs,
    statement_timeout: 60_000,
    // A process that freezes inside a transaction must not keep its locks, and must not commit a claim long after
    // others took it over.
    idle_in_transaction_session_timeout: 5_000,
  };
}

/**
 * Opens a pool. A lost connection is not an error of the pool: the query that used it rejects, and the next query
 * connects again.
 */
export function makeDb(url: string, options: { max: number; name: string; queryTimeoutMs?: number }): Db {
  const pool = new pg.Pool({ ...connectionOptions(url, options), max: options.max, pipeline: true });
  pool.on('error', () => undefined);
  // The pool hands a connection on in the midst of what came in over it. An error that came right behind finds no other
  // listener yet, and would end the process.
  pool.on('connect', (client) => void client.on('error', () => undefined));
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
    run: async (name, text, values) =>
      (await pool.query({ name, text, values: withBinaryArrays(name, text, values ?? []) })).rows,
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
  const statements = new Statements(client);
  try {
    const result = await act(statements);
    await statements.commit();
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw statements.failure ?? error;
  } finally {
    client.off('error', onError);
    client.release(broken ?? statements.broken);
  }
}

/**
 * The statements of a transaction. A statement that fails makes PostgreSQL refuse all later ones and answer the commit
 * with a rollback, so statements can be sent before those before them are answered.
 */
class Statements implements Tx {
  /** The error of the first statement of `send` that failed. The errors of later statements only follow from it. */
  failure: Error | undefined;
  /**
   * The error of a statement that PostgreSQL did not answer, because it was not or not fully sent. The connection is not
   * used again: what is prepared on it is not known.
   */
  broken: Error | undefined;
  readonly #client: pg.PoolClient;
  #isGathering = false;
  /** The answer to `begin`; undefined once it came. A write that went before a refused `begin` would stay. */
  #beginning: Promise<unknown> | undefined;

  constructor(client: pg.PoolClient) {
    this.#client = client;
    this.#gather();
    this.#beginning = client.query('begin').then(() => {
      this.#beginning = undefined;
    });
    // The first statement that waits for it reports its failure.
    this.#beginning.catch(() => undefined);
  }

  async run<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[] = []): Promise<Row[]> {
    if (this.#beginning) await this.#beginning;
    return this.look(name, text, values);
  }

  async look<Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[] = []): Promise<Row[]> {
    this.#gather();
    const answer = this.#client.query<Row>({ name, text, values: withBinaryArrays(name, text, values) });
    answer.catch((error: Error) => this.#note(error));
    return (await answer).rows;
  }

  async send(name: string, text: string, values: unknown[] = []): Promise<void> {
    if (this.#beginning) await this.#beginning;
    this.#gather();
    void this.#client.query({ name, text, values: withBinaryArrays(name, text, values) }, (error: Error | null) => {
      if (error === null) return;
      this.failure ??= error;
      this.#note(error);
    });
  }

  /**
   * Makes the statements that are sent in this tick leave in one write. Each write is a call of the system, and wakes
   * PostgreSQL for one statement.
   */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    const { stream } = (this.#client as pg.PoolClient & { connection: pg.Connection }).connection;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  #note(error: Error): void {
    if (!(error instanceof pg.DatabaseError)) this.broken ??= error;
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    if (this.#beginning) await this.#beginning;
    return (await this.#client.query<Row>(text, values)).rows;
  }

  async attempt<Value>(act: () => Promise<Value>): Promise<Value> {
    await this.run('savepoint', 'savepoint attempt');
    try {
      const value = await act();
      // PostgreSQL refuses this if a statement that was sent has failed.
      await this.run('release_savepoint', 'release savepoint attempt');
      return value;
    } catch (error) {
      const cause = this.failure ?? error;
      this.failure = undefined;
      await this.run('undo_to_savepoint', 'rollback to savepoint attempt');
      throw cause;
    }
  }

  /** Commits. Throws the error of a statement that was sent and failed; nothing is then committed. */
  async commit(): Promise<void> {
    if (this.#beginning) await this.#beginning;
    if (this.failure) throw this.failure;
    this.#gather();
    const { command } = await this.#client.query('commit');
    if (this.failure) throw this.failure;
    if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
  }
}

/** Returns the last result. A text with several statements has a list of results, and pg-boss expects the last one. */
function lastResult(result: pg.QueryResult | pg.QueryResult[]): pg.QueryResult {
  return Array.isArray(result) ? (result.at(-1) as pg.QueryResult) : result;
}
