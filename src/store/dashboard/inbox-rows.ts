import type { HeaderList } from '#src/domain/decide/outcome.ts';
import type { Db } from '#src/store/db/database.ts';
import type { InboxMessage as Stored } from '#src/store/generated/client.ts';

/**
 * What the built-in callback inbox has received. `projectId` says whose secret signed it, and null that nobody's did: that is
 * everybody's to see, and `reason` says why the signature did not verify.
 */
export type InboxMessage = Omit<Stored, 'inbox' | 'headers' | 'body'> & {
  headers: HeaderList;
  body: Buffer;
  /** Bytes received, of which `body` may hold only the first. */
  size: number;
};

export type NewInboxMessage = Pick<Stored, 'id' | 'projectId' | 'inbox' | 'reason'> & {
  headers: HeaderList;
  body: Uint8Array;
};

/** Kept per project and inbox. Unverified messages have a share of their own, so that nobody can push real ones out with them. */
export const keptVerified = 80;
export const keptUnverified = 20;

/** Unverified messages kept over all inboxes: anybody may make up inbox names. */
export const keptUnverifiedInAll = 1_000;

/** Any number, the same in all versions of Ringback. Without it two processes could trim each other into a deadlock. */
const trimLock = 726_274_314;

/**
 * Stores a message and drops the oldest ones beyond what is kept. What has a project was signed by it. This is SQL for its lock,
 * and to delete by rank in one statement.
 */
export async function insertInboxMessage(db: Db, message: NewInboxMessage): Promise<void> {
  const { id, projectId, inbox } = message;
  const verified = projectId !== null;
  await db.transaction(async (tx) => {
    await tx.run('inbox_lock', 'select pg_advisory_xact_lock($1)', [trimLock]);
    await tx.run(
      'inbox_insert',
      `insert into inbox_message (id, project_id, inbox, headers, body, verified, reason)
       values ($1, $2, $3, $4::json, $5, $6, $7)`,
      [id, projectId, inbox, JSON.stringify(message.headers), message.body, verified, message.reason],
    );
    await tx.run(
      'inbox_trim',
      `delete from inbox_message where id in (
         select id from inbox_message where inbox = $1 and project_id is not distinct from $2 order by id desc offset $3)`,
      [inbox, projectId, verified ? keptVerified : keptUnverified],
    );
    if (verified) return;
    await tx.run(
      'inbox_trim_unverified',
      `delete from inbox_message where id in (
         select id from inbox_message where not verified order by id desc offset $1)`,
      [keptUnverifiedInAll],
    );
  });
}

export type InboxQuery = {
  /** Whose messages, besides those that are nobody's; null: everybody's. */
  projectId: string | null;
  limit: number;
  /** Each comes with at most the first so many bytes of its body. */
  bodyBytes: number;
  /** Only those older than this message. */
  before?: string | null;
};

/** The newest first. This is SQL, since Prisma would read bodies whole. */
export async function listInboxMessages(db: Db, inbox: string, query: InboxQuery): Promise<InboxMessage[]> {
  const { projectId, limit, bodyBytes, before = null } = query;
  return db.run<InboxMessage>(
    'inbox_list',
    `select id, project_id as "projectId", received_at as "receivedAt", headers,
       substring(body from 1 for $4::int) as body, octet_length(body) as size, verified, reason
     from inbox_message
     where inbox = $1 and ($2::uuid is null or project_id = $2 or project_id is null) and ($5::uuid is null or id < $5)
     order by id desc limit $3`,
    [inbox, projectId, limit, bodyBytes, before],
  );
}

/** Deletes what a project sees of an inbox; answers how many messages that were. */
export async function clearInbox({ prisma }: Pick<Db, 'prisma'>, inbox: string, projectId: string): Promise<number> {
  return (await prisma.inboxMessage.deleteMany({ where: { inbox, OR: [{ projectId }, { projectId: null }] } })).count;
}
