import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseId } from '#src/domain/text/id.ts';
import { type Db, makeDb } from '#src/store/db/database.ts';
import type { Ringback } from './ringback.ts';

export type Query = Db['query'];

/** Does something to the database of a running Ringback: what no call can, such as letting time go by. */
export async function withDatabase<T>({ dataDir }: Ringback, work: (db: Db) => Promise<T>): Promise<T> {
  const folder = path.join(dataDir, 'postgres', 'data');
  const password = (await readFile(path.join(folder, 'ringback.password'), 'utf8')).trim();
  // The fourth line of PostgreSQL's own file is its port.
  const port = (await readFile(path.join(folder, 'postmaster.pid'), 'utf8')).split('\n')[3];
  const db = makeDb(`postgresql://ringback:${password}@127.0.0.1:${port}/ringback`, { max: 1, name: 'e2e' });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** Lets a job have been made so many days ago; when it ended stays as it is. It has another id from then on. */
export async function madeEarlier(db: Db, id: string, days: number): Promise<void> {
  await db.run('end_later', 'update job set ended_at = ended_at + make_interval(days => $2) where id = $1', [
    parseId('job', id),
    days,
  ]);
  await ageJob(db, id, days);
}

/** Makes an ended job as old as so many days, by all that tells its age. It has another id from then on. */
export async function ageJob(db: Db, id: string, days: number): Promise<void> {
  const uuid = parseId('job', id);
  const hex = (Date.now() - days * 86_400_000).toString(16).padStart(12, '0');
  const old = `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`;
  await db.run(
    'age_job',
    `update job set id = $2, created_at = created_at - make_interval(days => $3),
       ended_at = ended_at - make_interval(days => $3), result_expires_at = result_expires_at - make_interval(days => $3)
     where id = $1`,
    [uuid, old, days],
  );
  for (const table of ['job_request', 'job_body', 'job_secret', 'result', 'delivery'])
    await db.run(`age_${table}`, `update ${table} set job_id = $2 where job_id = $1`, [uuid, old]);
  await db.run('age_attempt', 'update attempt set owner_id = $2 where owner_id = $1', [uuid, old]);
}
