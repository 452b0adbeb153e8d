import type { Db } from '#src/store/db/database.ts';
import { sealedColumns, sqlIsSealed, sqlKeyId } from '#src/store/seal/sealed-columns.ts';

/** An encryption key that stored values name, and a table that has such a value. */
export type UsedKey = Readonly<{ key_id: string; table: string }>;

const statement = sealedColumns
  .flatMap(({ table, column, key, only, grows }) =>
    grows
      ? ['asc', 'desc'].map(
          (order) =>
            `select distinct ${sqlKeyId('value')} as key_id, '${table}' as "table" from (
               select ${column} as value, ${only} as sealed from ${table} order by ${key} ${order} limit $1) as found
             where sealed and ${sqlIsSealed('value')}`,
        )
      : [
          `select distinct ${sqlKeyId(column)} as key_id, '${table}' as "table" from ${table} where ${only} and ${sqlIsSealed(column)}`,
        ],
  )
  .join('\nunion ');

/**
 * Returns the keys that stored values name. Of tables that grow with the jobs, the `rows` oldest and the `rows` newest
 * are looked at: a key that went out of use is named by the oldest.
 */
export function findUsedKeys(db: Db, rows: number): Promise<UsedKey[]> {
  return db.run<UsedKey>('find_used_keys', `${statement}\norder by 1, 2`, [rows]);
}
