import { checkRole } from '#src/cli/doctor/check-database.ts';
import { StartError } from '#src/cli/start-error.ts';
import { type Config, ConfigError } from '#src/config.ts';
import { sqlErrorKind } from '#src/store/db/sql-error.ts';
import { SealError } from '#src/store/seal/cipher.ts';
import { describeFailure } from './describe-failure.ts';

/** What errors of PostgreSQL, of Prisma, of the network and of TLS have in common. */
type Trouble = Readonly<{ code: string; syscall: string | undefined; message: string; fatal: boolean }>;

/**
 * Returns the error of a command or process that could not start: a StartError with a cure, if the database of the
 * settings cannot be used, or does not fit their encryption keys. Any other error is returned as it is.
 */
export function startErrorOf(error: unknown, config: Pick<Config, 'databaseUrl' | 'dataDir'>): unknown {
  if (error instanceof StartError || error instanceof ConfigError) return error;
  if (error instanceof SealError) return keyErrorOf(error, config);
  const { databaseUrl } = config;
  if (databaseUrl === undefined || !isOfDatabase(troubleOf(error), error)) return error;
  return databaseErrorOf(error, databaseUrl);
}

/** Returns the StartError of a database that cannot be used, for whatever a first contact with it has failed with. */
export function databaseErrorOf(error: unknown, databaseUrl: string): StartError {
  const says = `The database ${placeOf(databaseUrl)} cannot be used: ${describeFailure(error, { databaseUrl })}`;
  const passes = isPassing(troubleOf(error), error) ? 'alone' : 'never';
  return new StartError(`${says} ${databaseCure(error, databaseUrl)}`, { passes, cause: error });
}

/** Returns what helps against an error of a database that cannot be used. */
export function databaseCure(error: unknown, databaseUrl: string): string {
  const trouble = troubleOf(error);
  const { code } = trouble;
  if (code === '42501') return rightsCure(trouble, roleOf(databaseUrl));
  if (isOfTls(trouble))
    return 'Look at sslmode and sslrootcert in DATABASE_URL: they must fit what PostgreSQL asks for.';
  if (code.startsWith('28'))
    return 'Look at the user and the password in DATABASE_URL, and at pg_hba.conf of PostgreSQL.';
  if (code === '3D000') return 'Create this database, or put the name of another one into DATABASE_URL.';
  if (code === '53300') return 'Raise max_connections of PostgreSQL, or lower RINGBACK_DB_POOL.';
  return 'Start PostgreSQL, and look whether DATABASE_URL names its host, port, user and password.';
}

/** Returns host, port and name of a database. User and password are left out. */
export function placeOf(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname || 'localhost'}:${port || '5432'}${pathname}`;
}

function keyErrorOf(error: SealError, { dataDir }: Pick<Config, 'dataDir'>): StartError {
  const says = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}`;
  const cure = `Put the missing key behind the first one in RINGBACK_ENCRYPTION_KEYS, or the secrets.json of that time into ${dataDir}.`;
  return new StartError(`${says}. ${cure}`, { cause: error });
}

/** Returns the cure of `ringback doctor` for a role without rights: at the database, or at a table that the error names. */
function rightsCure({ message, fatal }: Trouble, role: string): string {
  // PostgreSQL ends a connection so that the role may not open.
  if (fatal) return `Grant "${role}" connect on the database.`;
  if (/\bschema "?pgboss\b/.test(message))
    return `Make "${role}" the owner of the schema pgboss and of all tables, or grant it all rights on them.`;
  const [, table] = /\b(?:table|relation|sequence|view) "?([^\s"]+)/.exec(message) ?? [];
  return checkRole({ role, may_change: false, closed_tables: table === undefined ? [] : [table] }).cure ?? '';
}

function roleOf(databaseUrl: string): string {
  const { username, searchParams } = new URL(databaseUrl);
  const given = searchParams.get('user') ?? username;
  try {
    return decodeURIComponent(given);
  } catch {
    return given;
  }
}

function troubleOf(error: unknown): Trouble {
  const { code, syscall, message, meta, severity } = (error ?? {}) as {
    [name in 'code' | 'syscall' | 'message' | 'severity']?: unknown;
  } & { meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } };
  const stated = meta?.driverAdapterError?.cause?.originalCode ?? code;
  return {
    code: typeof stated === 'string' ? stated : '',
    syscall: typeof syscall === 'string' ? syscall : undefined,
    message: typeof message === 'string' ? message : '',
    fatal: severity === 'FATAL',
  };
}

/**
 * Returns true for what a database that was reached before, its address and its rights fail with. Statements that are
 * wrong fail with other codes, and files with some of those of the network.
 */
function isOfDatabase(trouble: Trouble, error: unknown): boolean {
  const { code } = trouble;
  return code === '42501' || code === '3D000' || /^28...$/.test(code) || isPassing(trouble, error);
}

function isPassing(trouble: Trouble, error: unknown): boolean {
  return sqlErrorKind(error) === 'again' && (trouble.syscall === undefined || isOfNetwork(trouble));
}

function isOfNetwork({ code, syscall }: Trouble): boolean {
  return syscall === 'connect' || /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_)/.test(code);
}

/**
 * Returns true if a first contact failed because one side wants TLS and the other does not, or because of a certificate,
 * which is the only file that it reads.
 */
function isOfTls({ code, syscall, message }: Trouble): boolean {
  if (/^(ENOENT|EACCES|EISDIR)$/.test(code) && (syscall === 'open' || syscall === 'read')) return true;
  if (/^ERR_(TLS|SSL|OSSL)/.test(code)) return true;
  return /no encryption$|SSL off$|does not support SSL|certificate|self-signed/i.test(message);
}
