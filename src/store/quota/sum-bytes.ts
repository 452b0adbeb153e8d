import type { Db } from '#src/store/db/database.ts';

/** Rows of one step of a measurement. */
const stepRows = 2_000;

const sum = (value: string, from: string) => `(select coalesce(sum(octet_length(${value})), 0)::float8 from ${from})`;

const jobsSql = `
  with step as (select id from job where project_id = $1 and id > $2 order by id limit ${stepRows})
  select (select max(id::text) from step) as last,
    ${sum('b.bytes', 'step join job_body b on b.job_id = step.id')}
    + ${sum('r.body', 'step join result r on r.job_id = step.id')}
    + ${sum('e.data', 'step join job_event e on e.job_id = step.id')}
    + ${sum('a.body', 'step join attempt a on a.owner_id = step.id')} as bytes`;

const deliveriesSql = `
  with step as (select id from delivery where project_id = $1 and id > $2 order by id limit ${stepRows})
  select (select max(id::text) from step) as last,
    ${sum('b.body', 'step join delivery_payload b on b.delivery_id = step.id')}
    + ${sum('a.body', 'step join attempt a on a.owner_id = step.id')} as bytes`;

/** A step of a measurement: its bytes, and the id that the next one goes on after; null: there is no more. */
export type BytesStep = { last: string | null; bytes: number };

/**
 * Sums the bytes of the next jobs or deliveries after an id: request bodies, results, events of streams and bodies of
 * attempts; payloads of deliveries and bodies of theirs. The lengths are read without the values.
 */
export async function sumBytes(
  db: Pick<Db, 'run'>,
  what: 'jobs' | 'deliveries',
  { projectId, afterId }: { projectId: string; afterId: string },
): Promise<BytesStep> {
  const text = what === 'jobs' ? jobsSql : deliveriesSql;
  const rows = await db.run<BytesStep>(`sum_bytes_of_${what}`, text, [projectId, afterId]);
  return rows[0] ?? { last: null, bytes: 0 };
}
