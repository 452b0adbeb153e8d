import type { Db } from '#src/store/db/database.ts';

/**
 * Returns the texts at some paths of the metadata of jobs, by job and in the order of the paths. They are as they were
 * written: PostgreSQL keeps numbers that JavaScript would round. Null: there is no such value.
 */
export async function findMetadataTexts(
  db: Db,
  ids: readonly string[],
  paths: readonly string[][],
): Promise<Map<string, (string | null)[]>> {
  if (ids.length === 0 || paths.length === 0) return new Map();
  const rows = await db.run<{ job_id: string; texts: (string | null)[] }>(
    'find_metadata_texts',
    `select q.job_id, (select array_agg(q.metadata #>> array(select json_array_elements_text(asked.path)) order by asked.n)
       from json_array_elements($2::json) with ordinality as asked(path, n)) as texts
     from job_request q where q.job_id = any($1::uuid[]) and q.metadata is not null`,
    [ids, JSON.stringify(paths)],
  );
  return new Map(rows.map((row) => [row.job_id, row.texts]));
}
