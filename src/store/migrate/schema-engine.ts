import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

let loaded: Promise<void> | undefined;
let panic: string | undefined;

/**
 * Loads Prisma's engine as WebAssembly. The binary that Prisma's command line downloads cannot be reached from closed
 * networks.
 */
function loadEngine(): Promise<void> {
  loaded ??= (async () => {
    const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
    const bytes = await readFile(join(folder, 'schema_engine_bg.wasm'));
    const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': engineImports() });
    // The engine writes its panic message here. Without it the message is lost and only a TypeError is seen.
    Object.assign(globalThis, {
      PRISMA_WASM_PANIC_REGISTRY: {
        set_message: (message: string) => {
          panic = message;
        },
      },
    });
    engineModule.__wbg_set_wasm(instance.exports);
    (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
  })();
  return loaded;
}

/**
 * Returns the engine's imports, with timers that do not keep the process alive. The engine sets a ten-second timer for
 * its lock and never clears it, so every process would run on until then.
 */
function engineImports(): Record<string, WebAssembly.ImportValue> {
  const imports = { ...(engineModule as unknown as Record<string, WebAssembly.ImportValue>) };
  for (const [name, original] of Object.entries(imports)) {
    if (!name.startsWith('__wbg_setTimeout') || typeof original !== 'function') continue;
    imports[name] = (...args: unknown[]) => {
      const timer: NodeJS.Timeout = original(...args);
      return timer.unref();
    };
  }
  return imports;
}

/**
 * Runs `use` with an engine on this database. If a script fails, or another statement for a reason that the engine repeats,
 * it throws PostgreSQL's own error. `epilogue` is SQL that is added to every script's transaction on this database.
 */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  use: (engine: SchemaEngine) => Promise<T>,
  epilogue = '',
): Promise<T> {
  await loadEngine();
  const refusals: Error[] = [];
  const pool = makePool(databaseUrl, refusals);
  const session: Session = { databaseUrl, pool, epilogue, failures: [], shadows: [] };
  const factory = bindMigrationAwareSqlAdapterFactory(makeFactory(session));
  const engine = await engineModule.SchemaEngine.new({ datamodels: undefined }, () => undefined, factory);
  try {
    return await use(engine);
  } catch (error) {
    if (panic && session.failures.length === 0) throw new Error(`Prisma's engine failed: ${panic}`);
    throw session.failures.at(-1) ?? refusals.findLast(({ message }) => String(error).includes(message)) ?? error;
  } finally {
    // The engine does not close what it opened, and keeps its advisory lock until its connection ends. Other processes
    // would wait for the lock.
    for (const { name, pool } of session.shadows) {
      await pool.end();
      await session.pool.query(`drop database if exists ${name} with (force)`);
    }
    await session.pool.end();
  }
}

type Session = Readonly<{
  databaseUrl: string;
  pool: pg.Pool;
  epilogue: string;
  failures: Error[];
  /** Empty databases on which the engine runs migrations, to read the resulting schema. */
  shadows: { name: string; pool: pg.Pool }[];
}>;

const catalogCharType = 18;
const textType = 25;
const charMark = '\u0000char';

/**
 * Makes a pool that hides the type "char". Prisma's adapter does not know this type of PostgreSQL's catalogue, but its
 * engine reads such columns when it compares schemas. The pool calls the columns text and marks their names;
 * `readCharColumns` gives them their type back. Errors of its statements are added to `refusals`.
 */
function makePool(connectionString: string, refusals: Error[]): pg.Pool {
  const pool = new pg.Pool({ connectionString, application_name: 'ringback migrate' });
  pool.on('error', () => undefined);
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryResult>;
  pool.query = (async (...args: unknown[]) => {
    const result = await query(...args).catch((error: Error) => {
      refusals.push(error);
      throw error;
    });
    for (const field of result.fields ?? []) {
      if (field.dataTypeID !== catalogCharType) continue;
      field.dataTypeID = textType;
      field.name += charMark;
    }
    return result;
  }) as typeof pool.query;
  return pool;
}

function readCharColumns(adapter: SqlDriverAdapter): void {
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const { columnNames, columnTypes, rows } = await queryRaw(query);
    return {
      columnNames: columnNames.map((name) => name.replace(charMark, '')),
      columnTypes: columnTypes.map((type, index) =>
        columnNames[index]?.endsWith(charMark) ? ColumnTypeEnum.Character : type,
      ),
      rows,
    };
  };
}

function makeFactory(session: Session): SqlMigrationAwareDriverAdapterFactory {
  const { databaseUrl, pool, epilogue, failures, shadows } = session;
  const inner = new PrismaPg(pool);
  return {
    provider: inner.provider,
    adapterName: inner.adapterName,
    connect: async () => prepare(await inner.connect(), pool, epilogue, failures),
    connectToShadowDb: async () => {
      const name = `ringback_shadow_${randomUUID().replaceAll('-', '')}`;
      await pool.query(`create database ${name}`);
      const url = new URL(databaseUrl);
      url.pathname = `/${name}`;
      const shadowPool = makePool(url.href, []);
      shadows.push({ name, pool: shadowPool });
      return prepare(await new PrismaPg(shadowPool).connect(), shadowPool, '', failures);
    },
  };
}

function prepare(adapter: SqlDriverAdapter, pool: pg.Pool, epilogue: string, failures: Error[]): SqlDriverAdapter {
  readCharColumns(adapter);
  // Prisma's adapter splits scripts at every semicolon, even within strings and functions. A whole script is one
  // transaction.
  adapter.executeScript = async (script) => {
    await pool.query(`${script}\n;${epilogue}`).catch((error: Error) => {
      failures.push(error);
      throw error;
    });
  };
  return adapter;
}
