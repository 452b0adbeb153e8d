import type { HeaderList } from '#src/domain/outcome.ts';
import type { Db } from './pool.ts';

/** What the built-in callback inbox has received; `reason` says why the signature did not verify. */
export type InboxMessage = {
  id: string;
  receivedAt: Date;
  headers: HeaderList;
  body: Buffer;
  /** Bytes received, of which `body` may hold only the first. */
  size: number;
  verified: boolean;
  reason: string | null;
};

export type NewInboxMessage = {
  id: string;
  inbox: string;
  headers: HeaderList;
  body: Uint8Array;
  verified: boolean;
  reason: string | null;
};

/** Kept per inbox. Unverified messages have a share of their own, so that nobody can push real ones out with them. */
export const keptVerified = 80;
export const keptUnverified = 20;

/** Unverified messages kept over all inboxes: anybody may make up inbox names. */
export const keptUnverifiedInAll = 1_000;

/** Any number, the same in all versions of Ringback. Without it two processes could trim each other into a deadlock. */
const trimLock = 726_274_314;

/** Stores a message and drops the oldest ones beyond what is kept. */
export async function insertInboxMessage(db: Db, message: NewInboxMessage): Promise<void> {
  const { id, inbox, verified } = message;
  await db.transaction(async (tx) => {
    await tx.run('inbox_lock', 'select pg_advisory_xact_lock($1)', [trimLock]);
    await tx.run(
      'inbox_insert',
      'insert into inbox_message (id, inbox, headers, body, verified, reason) values ($1, $2, $3::json, $4, $5, $6)',
      [id, inbox, JSON.stringify(message.headers), message.body, verified, message.reason],
    );
    await tx.run(
      'inbox_trim',
      `delete from inbox_message where id in (
         select id from inbox_message where inbox = $1 and verified = $2 order by id desc offset $3)`,
      [inbox, verified, verified ? keptVerified : keptUnverified],
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

/** The newest first, each with at most the first `bodyBytes` of its body. */
export async function listInboxMessages(
  db: Db,
  inbox: string,
  options: { limit: number; bodyBytes: number },
): Promise<InboxMessage[]> {
  const rows = await db.run<Omit<InboxMessage, 'receivedAt'> & { received_at: Date }>(
    'inbox_list',
    `select id, received_at, headers, substring(body from 1 for $3::int) as body, octet_length(body) as size, verified, reason
     from inbox_message where inbox = $1 order by id desc limit $2`,
    [inbox, options.limit, options.bodyBytes],
  );
  return rows.map(({ received_at, ...rest }) => ({ ...rest, receivedAt: received_at }));
}
