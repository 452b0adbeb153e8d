import type { Db, Tx } from '#src/store/db/database.ts';

export type AuditRow = {
  id: string;
  project_id: string | null;
  at: Date;
  actor_kind: 'user' | 'key' | 'system';
  actor_id: string;
  actor_name: string;
  action: string;
  target: string | null;
  detail: Record<string, unknown> | null;
  peer: string | null;
  request_id: string | null;
};

export type NewAuditRow = Omit<AuditRow, 'at'>;

export async function insertAudit(runner: Pick<Db, 'run'> | Pick<Tx, 'run'>, row: NewAuditRow): Promise<void> {
  await runner.run(
    'insert_audit',
    `insert into audit_entry (id, project_id, actor_kind, actor_id, actor_name, action, target, detail, peer, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10)`,
    [
      row.id,
      row.project_id,
      row.actor_kind,
      row.actor_id,
      row.actor_name,
      row.action,
      row.target,
      row.detail === null ? null : JSON.stringify(row.detail),
      row.peer,
      row.request_id,
    ],
  );
}

export type AuditFilter = {
  projectId: string;
  beforeId: string | null;
  action: string | null;
  actorId: string | null;
  target: string | null;
  from: string | null;
  to: string | null;
  limit: number;
};

/**
 * Newest first, by id. What concerns no single project (sign-ins, passwords) is shown where its person is a member, and
 * what an unknown person tried, everywhere.
 */
export function listAudit(db: Db, filter: AuditFilter): Promise<AuditRow[]> {
  return db.run<AuditRow>(
    'list_audit',
    `select * from audit_entry a
     where (project_id = $1 or project_id is null and (actor_kind = 'system'
            or actor_kind = 'user' and exists (select 1 from membership m where m.project_id = $1 and m.user_id = a.actor_id)))
       and ($2::uuid is null or id < $2)
       and ($3::text is null or action = $3 or starts_with(action, $3))
       and ($4::text is null or actor_id = $4)
       and ($5::text is null or target = $5)
       and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)
     order by id desc limit $8`,
    [
      filter.projectId,
      filter.beforeId,
      filter.action,
      filter.actorId,
      filter.target,
      filter.from,
      filter.to,
      filter.limit,
    ],
  );
}
