import type { Db } from '#src/store/db/database.ts';
import type { SealedColumn } from '#src/store/seal/sealed-columns.ts';

/** A value as it was read, and the same one sealed with another key. */
export type Resealed = Readonly<{ id: string; before: Uint8Array; after: Uint8Array }>;

/**
 * Writes values that were sealed anew, and returns the ids of the rows that have them now. A row that was changed
 * meanwhile is left as it is. So is one that somebody holds: this never makes a worker wait for more than one statement.
 */
export async function replaceSeals(
  db: Pick<Db, 'run'>,
  { table, column, key }: SealedColumn,
  values: readonly Resealed[],
): Promise<string[]> {
  const rows = await db.run<{ id: string }>(
    `replace_seals_${table}_${column}`,
    `with held as (
       select t.${key} as id, n.after from ${table} t
       join unnest($1::uuid[], $2::bytea[], $3::bytea[]) as n(id, before, after)
         on t.${key} = n.id and t.${column} = n.before
       order by t.${key} for no key update of t skip locked)
     update ${table} t set ${column} = held.after from held where t.${key} = held.id returning t.${key} as id`,
    [values.map(({ id }) => id), values.map(({ before }) => before), values.map(({ after }) => after)],
  );
  return rows.map(({ id }) => id);
}
