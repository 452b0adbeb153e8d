import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Db, makeDb } from '#src/store/pool.ts';
import type { Ringback } from './ringback.ts';

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
