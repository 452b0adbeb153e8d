import type { Db } from '#src/store/db/database.ts';

/** An encryption key that stored values name, and a table that has such a value. */
export type UsedKey = Readonly<{ key_id: string; table: string }>;

/** Columns with sealed values in tables that stay small: all rows are looked at. */
const small = [
  ['webhook_secret', 'sealed'],
  ['endpoint', 'sealed'],
  ['upstream', 'sealed'],
  ['schedule', 'sealed'],
  ['alert_settings', 'slack_sealed'],
] as const;

/** Columns in tables that grow with the jobs, with their primary keys: so many of the oldest and of the newest. */
const large = [
  ['job_secret', 'sealed', 'job_id', 'true'],
  ['job_secret', 'callback_sealed', 'job_id', 'true'],
  ['job_body', 'bytes', 'job_id', 'sealed'],
  ['delivery_secret', 'sealed', 'delivery_id', 'true'],
  ['run', 'secret', 'id', 'true'],
] as const;

// A sealed value begins with its version, the length of the key's id, and the id.
const keyOf = (column: string) =>
  `encode(substring(${column} from 3 for get_byte(substring(${column} from 2 for 1), 0)), 'escape')`;

const isSealed = (column: string) => `${column} is not null and octet_length(${column}) > 2`;

const statement = [
  ...small.map(
    ([table, column]) =>
      `select distinct ${keyOf(column)} as key_id, '${table}' as "table" from ${table} where ${isSealed(column)}`,
  ),
  ...large.flatMap(([table, column, id, only]) =>
    ['asc', 'desc'].map(
      (order) =>
        `select distinct ${keyOf('value')}, '${table}' from (
           select ${column} as value, ${only} as sealed from ${table} order by ${id} ${order} limit $1) as found
         where sealed and ${isSealed('value')}`,
    ),
  ),
].join('\nunion ');

/**
 * Returns the keys that stored values name. Of tables that grow with the jobs, the `rows` oldest and the `rows` newest
 * are looked at: a key that went out of use is named by the oldest.
 */
export function findUsedKeys(db: Db, rows: number): Promise<UsedKey[]> {
  return db.run<UsedKey>('find_used_keys', `${statement}\norder by 1, 2`, [rows]);
}
