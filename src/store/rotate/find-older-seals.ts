import type { Db } from '#src/store/db/database.ts';
import { type SealedColumn, sqlIsSealed, sqlKeyId } from '#src/store/seal/sealed-columns.ts';

/** A row whose value another key than the current one has sealed. */
export type OlderSeal = Readonly<{ id: string; key_id: string; bytes: number }>;

/** What a page has, and the id after which the next one begins; null: there is none. */
export type OlderPage = Readonly<{ older: OlderSeal[]; last: string | null }>;

/** Finds what an older key has sealed in up to `rows` rows behind an id, without reading the values. */
export async function findOlderSeals(
  db: Pick<Db, 'run'>,
  { table, column, key, only }: SealedColumn,
  { currentKeyId, afterId, rows }: { currentKeyId: string; afterId: string; rows: number },
): Promise<OlderPage> {
  const found = await db.run<{ id: string; key_id: string | null; bytes: number }>(
    `find_older_seals_${table}_${column}`,
    `with page as (select ${key} as id, ${column} as value, ${only} as sealed from ${table}
                   where ${key} > $2 order by ${key} limit $3),
     named as (select id, ${sqlKeyId('value')} as key_id, octet_length(value) as bytes from page
               where sealed and ${sqlIsSealed('value')})
     select id::text, key_id, bytes from named where key_id <> $1
     union all select max(id::text), null, 0 from page having count(*) = $3::int`,
    [currentKeyId, afterId, rows],
  );
  return {
    older: found.filter((row): row is OlderSeal => row.key_id !== null),
    last: found.find(({ key_id }) => key_id === null)?.id ?? null,
  };
}
