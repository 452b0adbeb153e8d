import type { AuditEntry, AuditListInput, AuditPage } from '#src/contract/project/people.ts';
import { isUuid } from '#src/domain/text/uuid.ts';
import type { Reads } from '#src/engine/deps.ts';
import { badCursor, cutPage } from '#src/engine/show/page-cut.ts';
import { type AuditRow, listAudit } from '#src/store/people/audit-rows.ts';

/**
 * Returns a page of the project's audit entries, newest first. The cursor is the id of the page's last entry. Throws
 * `invalid_input` for a bad cursor.
 */
export async function auditPage({ db }: Reads, projectId: string, input: AuditListInput): Promise<AuditPage> {
  const limit = input.limit ?? 50;
  const beforeId = input.cursor ?? null;
  if (beforeId !== null && !isUuid(beforeId)) throw badCursor();
  const rows = await listAudit(db, {
    projectId,
    beforeId,
    action: input.action ?? null,
    actorId: input.actorId ?? null,
    target: input.target ?? null,
    from: input.from ?? null,
    to: input.to ?? null,
    limit: limit + 1,
  });
  const { page, last } = cutPage(rows, limit);
  return { entries: page.map(entryView), nextCursor: last?.id ?? null };
}

function entryView(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    target: row.target,
    detail: row.detail,
    peer: row.peer,
  };
}
