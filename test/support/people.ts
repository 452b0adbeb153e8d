import { randomUUID } from 'node:crypto';
import type { Role } from '#src/contract/project/scope.ts';
import { parseId } from '#src/domain/text/id.ts';
import { makeSessions } from '#src/server/sign-in/sessions.ts';
import type { TestRingback } from './ringback.ts';

export type Person = { id: string; email: string; password: string };

/** Adds a person with an account, and with a role in a project unless `member` is null. */
export async function addPerson(
  ringback: TestRingback,
  member: { projectId?: string; role: Role } | null,
  email = `${randomUUID()}@example.com`,
): Promise<Person> {
  const { config, db } = ringback;
  const sessions = makeSessions(db, {
    secret: config.authSecret,
    baseUrl: config.url,
    origins: [config.url],
  });
  const password = `password of ${email}`.slice(0, 60);
  const id = await sessions.createUser({ email, name: `Somebody ${email}`, password });
  if (member) {
    const projectId = member.projectId ?? parseId('prj', ringback.credentials.projectId);
    await db.pool.query('insert into membership (user_id, project_id, role) values ($1, $2, $3)', [
      id,
      projectId,
      member.role,
    ]);
  }
  return { id, email, password };
}

/** Returns the administrator that the first start has made. */
export function administrator({ credentials }: TestRingback): Pick<Person, 'email' | 'password'> {
  return { email: credentials.dashboard.email ?? '', password: credentials.dashboard.password ?? '' };
}

/**
 * Signs in and returns the cookie as a browser would send it. It clears the sign-in limit, which allows only a few
 * attempts per minute.
 */
export async function signIn(
  ringback: TestRingback,
  { email, password }: Pick<Person, 'email' | 'password'>,
): Promise<string> {
  const response = await fetch(`${ringback.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: ringback.url },
    body: JSON.stringify({ email, password }),
  });
  if (response.status !== 200) throw new Error(`signing in answered ${response.status}: ${await response.text()}`);
  await ringback.db.pool.query('delete from sign_in_limit');
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

/** Returns the session's token as its row has it. */
export function tokenOf(cookie: string): string {
  return decodeURIComponent(/session_token=([^;.]+)/.exec(cookie)?.[1] ?? '');
}
