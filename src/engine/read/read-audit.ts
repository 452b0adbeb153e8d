import type { AuditEntry, AuditListInput, AuditPage } from '#src/contract/project/people.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { isUuid } from '#src/domain/text/id.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { type AuditRow, listAudit } from '#src/store/people/audit-rows.ts';

/** Newest first; the cursor is the last entry's id. */
export async function auditPage(
  { db }: Pick<EngineDeps, 'db'>,
  projectId: string,
  input: AuditListInput,
): Promise<AuditPage> {
  const limit = input.limit ?? 50;
  const beforeId = input.cursor ?? null;
  if (beforeId !== null && !isUuid(beforeId))
    throw new Refusal('invalid_input', 'cursor must be the nextCursor of an earlier page', 'cursor');
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
  const page = rows.slice(0, limit);
  return { entries: page.map(entryView), nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
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
