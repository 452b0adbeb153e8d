import type { Db } from '#src/store/db/database.ts';
import { beforeAllIds, countSeals } from '#src/store/rotate/count-seals.ts';
import { sealedColumns } from '#src/store/seal/sealed-columns.ts';

/** Rows that one statement looks at. */
export const pageRows = 5_000;

/** How many values of a column a key has sealed. */
export type KeyCount = Readonly<{
  keyId: string;
  table: string;
  column: string;
  count: number;
  /** When the newest of these rows was made; null: the rows of this table may get other values later. */
  newestMs: number | null;
}>;

/** Counts all sealed values by column and key, a page at a time, so that no statement runs for long. */
export async function countKeys(db: Pick<Db, 'run'>, rows = pageRows): Promise<KeyCount[]> {
  const counts: KeyCount[] = [];
  for (const column of sealedColumns) {
    const byKey = new Map<string, KeyCount>();
    for (let afterId: string | null = beforeAllIds; afterId !== null; ) {
      const page = await countSeals(db, column, { afterId, rows });
      for (const { key_id: keyId, count, newest } of page.counts) {
        const sum = count + (byKey.get(keyId)?.count ?? 0);
        const newestMs = column.grows ? timeOfId(newest) : null;
        byKey.set(keyId, { keyId, table: column.table, column: column.column, count: sum, newestMs });
      }
      afterId = page.last;
    }
    counts.push(...byKey.values());
  }
  return counts;
}

/** Returns the time in a UUID of version 7, in milliseconds since 1970. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}
