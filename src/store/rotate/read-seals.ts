import type { Db } from '#src/store/db/database.ts';
import type { SealedColumn, SealedRow } from '#src/store/seal/sealed-columns.ts';

/** A sealed value, with what its context is made of. */
export type SealedValue = SealedRow & Readonly<{ value: Buffer }>;

/** Reads the sealed values of rows. Rows that are gone, or have no value any more, are left out. */
export function readSeals(
  db: Pick<Db, 'run'>,
  { table, column, key, only }: SealedColumn,
  ids: readonly string[],
): Promise<SealedValue[]> {
  // Only the rows of a delivery do not tell their owner themselves.
  const [owner, join] =
    table === 'delivery_secret'
      ? ['d.job_id, d.project_id', 'left join delivery d on d.id = t.delivery_id']
      : ['null::uuid as job_id, null::uuid as project_id', ''];
  return db.run<SealedValue>(
    `read_seals_${table}_${column}`,
    `select t.${key} as id, t.${column} as value, ${owner} from ${table} t ${join}
     where t.${key} = any($1::uuid[]) and t.${column} is not null and ${only}`,
    [ids],
  );
}
