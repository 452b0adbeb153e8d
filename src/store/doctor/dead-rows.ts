import type { Db } from '#src/store/db/database.ts';

/** How many dead rows a table has, as PostgreSQL has counted, and whether autovacuum is turned off for it. */
export type DeadRows = Readonly<{ table: string; live: number; dead: number; vacuum_off: boolean }>;

/** Returns our tables, those with the most dead rows first. */
export function findDeadRows(db: Db): Promise<DeadRows[]> {
  return db.run<DeadRows>(
    'find_dead_rows',
    `select s.relname::text as table, s.n_live_tup::float8 as live, s.n_dead_tup::float8 as dead,
            coalesce('autovacuum_enabled=false' = any(c.reloptions), false) as vacuum_off
     from pg_stat_user_tables s join pg_class c on c.oid = s.relid
     where s.schemaname in ('public', 'pgboss') order by s.n_dead_tup desc, 1 limit 200`,
  );
}
