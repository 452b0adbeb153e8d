/** The databases that the table speaks of, by the columns of docs/databases.md. */
export const databases = ['Citus', 'YugabyteDB', 'CockroachDB', 'pooler'] as const;

/** A database of `databases`. */
export type DatabaseName = (typeof databases)[number];

/**
 * Whether a database takes a feature. `one project`: if the statement names one project, so that one shard answers it.
 * `?`: nobody has tried it, and no source says it.
 */
export type Verdict = 'yes' | 'no' | 'differs' | 'one project' | '?';

/** What the databases do with a feature, where it is not `yes`, and why: numbers of the notes in docs/databases.md. */
export type FeatureRow = Readonly<Partial<Record<DatabaseName, Verdict>> & { notes?: string }>;

const yes: FeatureRow = {};
const shard: FeatureRow = { Citus: 'one project', notes: '1' };
const onlyRestore: FeatureRow = { YugabyteDB: '?', CockroachDB: '?', notes: '2' };

/** Every feature that a statement or a migration of Ringback uses. A feature that is not in it fails the tests. */
export const featureTable: Readonly<Record<string, FeatureRow>> = {
  'for update': shard,
  'for no key update': { ...shard, CockroachDB: 'differs', notes: '1, 3' },
  'for share': { ...shard, CockroachDB: 'differs', notes: '1, 3' },
  'for key share': { ...shard, CockroachDB: 'differs', notes: '1, 3' },
  'locks of some of the tables': shard,
  'skip locked': { ...shard, CockroachDB: 'differs', notes: '1, 4' },
  'update … from': shard,
  'delete … using': shard,
  'writes inside with': shard,
  'two writes of one table in a statement': { ...shard, CockroachDB: 'no', notes: '1, 5' },
  'on conflict do nothing': shard,
  'on conflict do update': shard,
  'on conflict of a partial index': shard,
  'on conflict of an expression': { ...shard, CockroachDB: 'no', notes: '1, 6' },
  unnest: yes,
  'unnest of several arrays': yes,
  'arrays of bytea': yes,
  'operators of arrays': yes,
  'with ordinality': yes,
  'with recursive': shard,
  'with … as materialized': yes,
  lateral: shard,
  'window functions': shard,
  'filter of an aggregate': yes,
  'comparison of rows': yes,
  'fields of a row, elements of an array': yes,
  'rows of tables as types': { CockroachDB: '?', notes: '7' },
  'json as text': { CockroachDB: 'differs', notes: '8' },
  'functions of json': { CockroachDB: '?', notes: '7' },
  'operators of json': yes,
  'arguments by name': { CockroachDB: 'no', notes: '6' },
  'make_interval, width_bucket, get_byte': { CockroachDB: '?', notes: '7' },
  'regular expressions': yes,
  'advisory locks of a transaction': { YugabyteDB: 'no', CockroachDB: 'no', notes: '9' },
  'advisory locks of a session': { YugabyteDB: 'no', CockroachDB: 'no', pooler: 'no', notes: '9, 10' },
  listen: { Citus: 'differs', YugabyteDB: 'differs', CockroachDB: 'no', pooler: 'no', notes: '10, 11' },
  notify: { Citus: 'differs', YugabyteDB: 'differs', CockroachDB: 'no', notes: '11' },
  savepoints: yes,
  'isolation levels': { YugabyteDB: 'differs', CockroachDB: 'differs', notes: '12' },
  'settings of the session': { pooler: 'differs', notes: '10' },
  'settings of the planner': { YugabyteDB: 'differs', CockroachDB: '?', notes: '13' },
  'system catalogs and views': { CockroachDB: '?', YugabyteDB: 'differs', notes: '7, 13' },
  pg_locks: { CockroachDB: '?', YugabyteDB: 'differs', notes: '7, 13' },
  'system functions': { CockroachDB: '?', notes: '7' },
  information_schema: yes,
  'create a database': yes,
  'drop a database by force': { CockroachDB: 'no', notes: '2, 6' },
  copy: onlyRestore,
  analyze: { ...onlyRestore, CockroachDB: 'no', notes: '2, 6' },
  session_replication_role: onlyRestore,
  sequences: onlyRestore,
  'primary keys and unique indexes': { Citus: 'one project', notes: '14' },
  'foreign keys': { Citus: 'one project', notes: '14' },
  'serial columns': { CockroachDB: 'differs', notes: '15' },
  'partial indexes': yes,
  'indexes over expressions': yes,
  'indexes that include columns': yes,
  'GIN indexes': yes,
  'BRIN indexes': { YugabyteDB: '?', CockroachDB: 'no', notes: '6' },
  'settings of tables': { YugabyteDB: 'differs', CockroachDB: 'differs', notes: '13' },
};

/** Features that only statements of pg-boss and Prisma use, as far as the tests drive them. */
export const libraryFeatures: readonly string[] = [
  'function date_part',
  'function json_to_recordset',
  'function pgboss.job_now',
  'function right',
  'functions with a list of columns',
];
