import type { ActorKind } from '#src/domain/access.ts';
import type { Runner } from '#src/store/db/database.ts';
import type { AuditEntry } from '#src/store/generated/client.ts';

export type AuditRow = Omit<AuditEntry, 'actorKind' | 'detail'> & {
  actorKind: ActorKind;
  detail: Record<string, unknown> | null;
};

/**
 * Stores an audit entry. This is SQL, not Prisma, so that it can share the transaction of the recorded action, for
 * example showing a secret.
 */
export async function insertAudit(db: Pick<Runner, 'run'>, row: Omit<AuditRow, 'at'>): Promise<void> {
  await db.run(
    'insert_audit',
    `insert into audit_entry (id, project_id, actor_kind, actor_id, actor_name, action, target, detail, peer, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10)`,
    [
      row.id,
      row.projectId,
      row.actorKind,
      row.actorId,
      row.actorName,
      row.action,
      row.target,
      row.detail === null ? null : JSON.stringify(row.detail),
      row.peer,
      row.requestId,
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
 * Lists audit entries, newest first by id. An entry without a project (sign-in, password) is listed in each project of
 * that person. An entry of an unknown person is listed in all projects. This is SQL because Prisma knows no relation
 * between entries and memberships, and its `startsWith` treats `%` and `_` as wildcards.
 */
export function listAudit(db: Pick<Runner, 'run'>, filter: AuditFilter): Promise<AuditRow[]> {
  return db.run<AuditRow>(
    'list_audit',
    `select id, project_id as "projectId", at, actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName",
       action, target, detail, peer, request_id as "requestId"
     from audit_entry a
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
