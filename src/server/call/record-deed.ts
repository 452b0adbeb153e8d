import type { ActorKind } from '#src/contract/project/people.ts';
import { formatId } from '#src/domain/text/id.ts';
import { newId } from '#src/engine/new-id.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import type { Runner } from '#src/store/db/database.ts';
import { insertAudit } from '#src/store/people/audit-rows.ts';
import type { Actor } from './actor.ts';

/** An action of a caller, as the audit log stores it. */
export type Deed = {
  /** The project's UUID, or null for an action that concerns no single project. */
  projectId: string | null;
  actor: { kind: ActorKind; id: string; name: string };
  action: string;
  target: string | null;
  /** The input without secrets: see `auditDetail`. */
  detail: Record<string, unknown> | null;
  peer: string | null;
  requestId: string | null;
};

type Deps = Pick<ServerDeps, 'db' | 'now' | 'log'>;

export function actorOf(actor: Actor): Deed['actor'] {
  return { kind: actor.kind, id: actor.kind === 'key' ? formatId('key', actor.id) : actor.id, name: actor.name };
}

/**
 * Writes an audit entry, or throws. Inside a transaction, the entry is stored together with the change or not at all.
 */
export function writeDeed(
  deps: Pick<Deps, 'db' | 'now'>,
  deed: Deed,
  db: Pick<Runner, 'run'> = deps.db,
): Promise<void> {
  const { actor, ...rest } = deed;
  const id = newId(deps.now());
  return insertAudit(db, { ...rest, id, actorKind: actor.kind, actorId: actor.id, actorName: actor.name });
}

/**
 * Writes an audit entry for an action that is already done. A failure is only logged: an error response would make the
 * caller repeat the action.
 */
export async function noteDeed(deps: Deps, deed: Deed): Promise<void> {
  try {
    await writeDeed(deps, deed);
  } catch (err) {
    deps.log.error({ err, ...deed }, 'the audit log could not be written');
  }
}
