import type { HeaderList } from '#src/domain/decide/outcome.ts';
import type { Db } from '#src/store/db/database.ts';
import type { InboxMessage as Stored } from '#src/store/generated/client.ts';

/**
 * A message that the built-in callback inbox has received. `projectId` is the project whose secret signed it. Null
 * means that no signature was valid: every project sees such a message, and `reason` explains it.
 */
export type InboxMessage = Omit<Stored, 'inbox' | 'headers' | 'body'> & {
  headers: HeaderList;
  body: Buffer;
  /** The number of bytes received. `body` may hold only the first of them. */
  size: number;
};

export type NewInboxMessage = Pick<Stored, 'id' | 'projectId' | 'inbox' | 'reason'> & {
  headers: HeaderList;
  body: Uint8Array;
};

/**
 * The number of signed messages kept per project and inbox. Unsigned messages have a limit of their own, so that they
 * cannot push signed ones out.
 */
export const keptVerified = 80;
export const keptUnverified = 20;

/** The number of unsigned messages kept in all inboxes together, because anybody may invent inbox names. */
export const keptUnverifiedInAll = 1_000;

/**
 * An arbitrary number, the same in all versions of Ringback. Without this lock, two processes that delete old messages
 * could deadlock.
 */
const trimLock = 726_274_314;

/**
 * Stores a message and deletes the oldest ones beyond the limit. A message with a project was signed by that project.
 * This is SQL because of its lock, and to delete by rank in one statement.
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
  /**
   * The project whose messages are listed, together with the unsigned ones. Null lists the messages of all projects.
   */
  projectId: string | null;
  limit: number;
  /** The most bytes of each message's body to return. */
  bodyBytes: number;
  /** The id of a message: only older ones are listed. */
  before?: string | null;
};

/** Lists messages, newest first. This is SQL because Prisma would read whole bodies. */
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

/** Deletes the messages of an inbox that a project can see. Returns their number. */
export async function clearInbox({ prisma }: Pick<Db, 'prisma'>, inbox: string, projectId: string): Promise<number> {
  return (await prisma.inboxMessage.deleteMany({ where: { inbox, OR: [{ projectId }, { projectId: null }] } })).count;
}
