import type { Db } from '#src/store/db/database.ts';
import { type SealedColumn, sqlIsSealed, sqlKeyId } from '#src/store/seal/sealed-columns.ts';

/** The id before all others, after which the first page begins. */
export const beforeAllIds = '00000000-0000-0000-0000-000000000000';

/** How many values of a page a key has sealed, and the greatest id among their rows. */
export type PageCount = Readonly<{ key_id: string; count: number; newest: string }>;

/** The counts of a page, and the id after which the next one begins; null: there is none. */
export type CountedPage = Readonly<{ counts: PageCount[]; last: string | null }>;

/** Counts the values of up to `rows` rows behind an id by the keys that sealed them. */
export async function countSeals(
  db: Pick<Db, 'run'>,
  { table, column, key, only }: SealedColumn,
  { afterId, rows }: { afterId: string; rows: number },
): Promise<CountedPage> {
  const found = await db.run<{ key_id: string | null; count: number; newest: string }>(
    `count_seals_${table}_${column}`,
    `with page as (select ${key} as id, ${column} as value, ${only} as sealed from ${table}
                   where ${key} > $1 order by ${key} limit $2)
     select ${sqlKeyId('value')} as key_id, count(*)::float8 as count, max(id::text) as newest from page
     where sealed and ${sqlIsSealed('value')} group by 1
     union all select null, count(*)::float8, max(id::text) from page having count(*) = $2::int`,
    [afterId, rows],
  );
  return {
    counts: found.filter((row): row is PageCount => row.key_id !== null),
    last: found.find(({ key_id }) => key_id === null)?.newest ?? null,
  };
}
