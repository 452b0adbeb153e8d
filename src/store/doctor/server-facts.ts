import type { Db } from '#src/store/db/database.ts';

/** What a PostgreSQL says of itself, and of the rights of Ringback's role in it. */
export type ServerFacts = Readonly<{
  /** Such as 180001. */
  version: number;
  /** Such as `18.1`. */
  version_text: string;
  role: string;
  now: Date;
  max_connections: number;
  /** Connections that are kept for superusers. */
  reserved: number;
  /** Connections that clients have now, Ringback's and others'. */
  used: number;
  autovacuum: boolean;
  /** The role may change tables in our schemas, which migrations do. */
  may_change: boolean;
  /** Tables of ours in which the role may not read, insert, update and delete. */
  closed_tables: string[];
}>;

export async function readServerFacts(db: Db): Promise<ServerFacts> {
  const rows = await db.run<ServerFacts>(
    'read_server_facts',
    `select current_setting('server_version_num')::int as version,
            split_part(current_setting('server_version'), ' ', 1) as version_text,
            current_user::text as role, clock_timestamp() as now,
            current_setting('max_connections')::int as max_connections,
            current_setting('superuser_reserved_connections')::int as reserved,
            (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
            current_setting('autovacuum')::boolean and current_setting('track_counts')::boolean as autovacuum,
            has_database_privilege(current_database(), 'create')
              and has_schema_privilege('public', 'create') as may_change,
            array(select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where n.nspname in ('public', 'pgboss') and c.relkind in ('r', 'p')
                    and not (has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'insert')
                      and has_table_privilege(c.oid, 'update') and has_table_privilege(c.oid, 'delete'))
                  order by 1 limit 20) as closed_tables`,
  );
  return rows[0] as ServerFacts;
}
