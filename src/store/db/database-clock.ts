import type { Runner } from './database.ts';

/**
 * Returns the time of the database's clock; inside a transaction, the time of its start. All processes use this clock
 * for expiry times and for windows in which they count. Prisma can neither write nor compare with `now()`: its default
 * would be the clock of this process.
 */
export async function databaseNow(db: Pick<Runner, 'run'>): Promise<Date> {
  const [row] = await db.run<{ now: Date }>('database_now', 'select now() as now');
  if (row === undefined) throw new Error('the database did not say what time it is');
  return row.now;
}
