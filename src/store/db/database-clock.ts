import type { Runner } from './database.ts';

/**
 * Returns the time by the database's clock, which alone says what has expired, and by which things are counted; inside a
 * transaction, when that began. Prisma can neither write nor compare with `now()`: its default for it is this process's clock.
 */
export async function databaseNow(db: Pick<Runner, 'run'>): Promise<Date> {
  const [row] = await db.run<{ now: Date }>('database_now', 'select now() as now');
  if (row === undefined) throw new Error('the database did not say what time it is');
  return row.now;
}
