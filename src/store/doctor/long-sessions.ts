import type { Db } from '#src/store/db/database.ts';

/** A session whose transaction has been open for long. Its statement may hold secrets, so it is not read. */
export type LongSession = Readonly<{ pid: number; program: string; state: string; seconds: number }>;

/**
 * Returns the transactions of this database that have been open for at least so long, the longest first. Without the
 * right to see them (`pg_read_all_stats`), those of other roles are left out by PostgreSQL.
 */
export function findLongSessions(db: Db, openForSeconds: number): Promise<LongSession[]> {
  return db.run<LongSession>(
    'find_long_sessions',
    `select pid, coalesce(nullif(application_name, ''), backend_type) as program, coalesce(state, 'unknown') as state,
            extract(epoch from clock_timestamp() - xact_start)::float8 as seconds
     from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
       and xact_start <= clock_timestamp() - make_interval(secs => $1)
     order by xact_start limit 20`,
    [openForSeconds],
  );
}
