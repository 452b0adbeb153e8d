import type { Db, Tx } from '#src/store/db/database.ts';

export type PersonRow = { id: string; email: string; name: string };

export async function findPerson(db: Db, email: string): Promise<PersonRow | undefined> {
  const rows = await db.run<PersonRow>('find_person', 'select id, email, name from "user" where email = $1', [email]);
  return rows[0];
}

/** A person with a password; false when the address is taken. */
export async function insertPerson(tx: Tx, person: PersonRow & { passwordHash: string }): Promise<boolean> {
  const { id, email, name, passwordHash } = person;
  const rows = await tx.run(
    'insert_person',
    `with made as (
       insert into "user" (id, name, email, email_verified, created_at, updated_at)
       values ($1, $2, $3, true, now(), now()) on conflict (email) do nothing returning id
     )
     insert into account (id, user_id, account_id, provider_id, password, created_at, updated_at)
     select gen_random_uuid()::text, id, id, 'credential', $4, now(), now() from made returning user_id`,
    [id, name, email, passwordHash],
  );
  return rows.length > 0;
}

const password = `user_id = $1 and provider_id = 'credential'`;

export async function findPasswordHash(db: Db, userId: string): Promise<string | null> {
  const sql = `select password from account where ${password}`;
  const rows = await db.run<{ password: string | null }>('find_password_hash', sql, [userId]);
  return rows[0]?.password ?? null;
}

/** Puts a new password in the place of the one that was checked; false when that was changed meanwhile. */
export async function replacePassword(tx: Tx, userId: string, before: string, after: string): Promise<boolean> {
  const rows = await tx.run(
    'replace_password',
    `update account set password = $3, updated_at = now() where ${password} and password = $2 returning user_id`,
    [userId, before, after],
  );
  return rows.length > 0;
}

export type SessionRow = {
  id: string;
  user_agent: string | null;
  ip_address: string | null;
  created_at: Date;
  updated_at: Date;
  expires_at: Date;
};

/** A person's live sessions, the last used first. */
export function listSessions(db: Db, userId: string): Promise<SessionRow[]> {
  return db.run<SessionRow>(
    'list_sessions',
    `select id, user_agent, ip_address, created_at, updated_at, expires_at from session
     where user_id = $1 and expires_at > now() order by updated_at desc, id limit 500`,
    [userId],
  );
}

export async function deleteSession(db: Db, userId: string, id: string): Promise<boolean> {
  const sql = 'delete from session where user_id = $1 and id = $2 returning id';
  return (await db.run('delete_session', sql, [userId, id])).length > 0;
}

/** All but one; answers how many. */
export async function deleteOtherSessions(
  runner: Pick<Db, 'run'> | Pick<Tx, 'run'>,
  userId: string,
  keptId: string,
): Promise<number> {
  const sql = 'delete from session where user_id = $1 and id <> $2 returning id';
  return (await runner.run('delete_other_sessions', sql, [userId, keptId])).length;
}
