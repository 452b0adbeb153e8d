import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  InvitationInfo,
  InvitationView,
  Joined,
  MadeInvitation,
  MemberView,
} from '#src/contract/project/people.ts';
import type { Role } from '#src/contract/project/scope.ts';
import { addPerson, signIn } from '#test/support/people.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());
beforeEach(() => ringback.db.pool.query('delete from sign_in_limit'));

let count = 0;
const freshEmail = () => `guest-${++count}@example.com`;
const password = 'a password of theirs';

async function invite(email: string, role: Role = 'member') {
  const made = (await ringback.call<MadeInvitation>('members.invite', { email, role })).body.result.data;
  return { ...made, token: new URL(made.url).searchParams.get('token') ?? '' };
}
const open = async () =>
  (await ringback.call<{ invitations: InvitationView[] }>('members.invitations', undefined, { query: true })).body
    .result.data.invitations;
const look = (token: string, cookie?: string) =>
  ringback.rest('GET', `/api/join?token=${token}`, { key: null, ...(cookie && { headers: { cookie } }) });
const join = (json: object, headers: Record<string, string> = {}) =>
  ringback.rest('POST', '/api/join', { key: null, json, headers: { origin: ringback.url, ...headers } });
const problem = async (response: Response) => {
  const { code, detail } = (await response.json()) as { code: string; detail: string };
  return { status: response.status, code, detail };
};
const memberWith = async (email: string) =>
  (
    await ringback.call<{ members: MemberView[] }>('members.list', undefined, { query: true })
  ).body.result.data.members.find((member) => member.email === email);

describe('an invitation', () => {
  it('is a link with 256 bits of chance, of which only the hash is kept', async () => {
    const email = freshEmail();
    const { token, url, ...made } = await invite(email.toUpperCase());
    expect(url).toBe(`${ringback.url}/join?token=${token}`);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(made).toMatchObject({ email, role: 'member' });
    const days = (Date.parse(made.expiresAt) - Date.parse(made.createdAt)) / 86_400_000;
    expect(days).toBeCloseTo(7, 3);
    const { rows } = await ringback.db.pool.query(
      'select i::text as text, token_hash from invitation i where id = $1',
      [made.id],
    );
    expect(rows[0].token_hash).toEqual(createHash('sha256').update(token).digest());
    expect(rows[0].text).not.toContain(token);
    expect(await open()).toContainEqual(made);
    expect(JSON.stringify(await open())).not.toContain(token);
    expect(ringback.logged()).not.toContain(token);
  });

  it('tells whoever has the link what it is for', async () => {
    const email = freshEmail();
    const { token } = await invite(email, 'viewer');
    const response = await look(token);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const info: InvitationInfo = {
      projectName: 'default',
      email,
      role: 'viewer',
      needsAccount: true,
      isSignedIn: false,
    };
    expect(await response.json()).toEqual(info);
  });

  it('makes an account that can sign in, with the role and in the project it was for', async () => {
    const email = freshEmail();
    const { token } = await invite(email, 'viewer');
    const response = await join({ token, name: 'Guest', password });
    expect([response.status, await response.json()]).toEqual([
      200,
      { projectId: ringback.credentials.projectId, email } satisfies Joined,
    ]);
    expect(await memberWith(email)).toMatchObject({ name: 'Guest', role: 'viewer' });
    const cookie = await signIn(ringback, { email, password });
    expect((await ringback.call('jobs.list', {}, { key: null, query: true, headers: { cookie } })).status).toBe(200);
    expect((await open()).map((one) => one.email)).not.toContain(email);
  });

  it('is used once, however many come at the same time', async () => {
    const email = freshEmail();
    const { token } = await invite(email);
    const statuses = await Promise.all(
      Array.from({ length: 6 }, async (_, n) => (await join({ token, name: `Guest ${n}`, password })).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const { rows } = await ringback.db.pool.query(
      `select (select count(*)::int from "user" where email = $1) as users,
              (select count(*)::int from account a join "user" u on u.id = a.user_id where u.email = $1) as accounts`,
      [email],
    );
    expect(rows[0]).toEqual({ users: 1, accounts: 1 });
    expect(await problem(await join({ token, name: 'Late', password }))).toMatchObject({ status: 404 });
  });

  it('that is used, withdrawn, expired, replaced or made up is answered in the same words', async () => {
    const answers = new Set<string>();
    const said = async (token: string) => {
      answers.add(JSON.stringify(await problem(await look(token))));
      answers.add(JSON.stringify(await problem(await join({ token, name: 'Guest', password }))));
      await ringback.db.pool.query('delete from sign_in_limit');
    };
    const used = await invite(freshEmail());
    await join({ token: used.token, name: 'Guest', password });
    await said(used.token);
    const withdrawn = await invite(freshEmail());
    expect((await ringback.call('members.revokeInvitation', { id: withdrawn.id })).status).toBe(200);
    await said(withdrawn.token);
    expect((await ringback.call('members.revokeInvitation', { id: withdrawn.id })).status).toBe(404);
    const expired = await invite(freshEmail());
    await ringback.db.pool.query(`update invitation set expires_at = now() - interval '1 s' where id = $1`, [
      expired.id,
    ]);
    await said(expired.token);
    const replaced = await invite(freshEmail());
    const again = await invite(replaced.email ?? '');
    await said(replaced.token);
    await said('A'.repeat(43));
    expect([...answers]).toHaveLength(1);
    expect((await look(again.token)).status).toBe(200);
  });

  it('is not made for who is a member already', async () => {
    const { email } = await addPerson(ringback, { role: 'viewer' });
    const { body } = await ringback.call('members.invite', { email, role: 'owner' });
    expect(body.error.data.code).toBe('already_member');
  });
});

describe('somebody who has an account', () => {
  it('joins with the session they have, and nothing of the account changes', async () => {
    const person = await addPerson(ringback, null);
    const { token } = await invite(person.email);
    expect(await (await look(token)).json()).toMatchObject({ needsAccount: false, isSignedIn: false });
    const cookie = await signIn(ringback, person);
    const stranger = await signIn(ringback, await addPerson(ringback, { role: 'owner' }));
    expect(await (await look(token, stranger)).json()).toMatchObject({ isSignedIn: false });
    expect(await (await look(token, cookie)).json()).toMatchObject({ needsAccount: false, isSignedIn: true });
    expect((await join({ token }, { cookie })).status).toBe(200);
    expect(await memberWith(person.email)).toMatchObject({ userId: person.id, role: 'member' });
    await signIn(ringback, person);
  });

  it('or with their password', async () => {
    const person = await addPerson(ringback, null);
    const { token } = await invite(person.email);
    expect((await join({ token, password: person.password })).status).toBe(200);
    expect(await memberWith(person.email)).toMatchObject({ userId: person.id });
  });

  it('cannot be taken over with the link alone', async () => {
    const person = await addPerson(ringback, null);
    const { token } = await invite(person.email, 'owner');
    const other = await signIn(ringback, await addPerson(ringback, { role: 'owner' }));
    for (const refused of [
      await join({ token }),
      await join({ token, name: 'Me', password: 'a password of mine' }),
      await join({ token }, { cookie: other }),
    ])
      expect(await problem(refused)).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(await memberWith(person.email)).toBeUndefined();
    await signIn(ringback, person);
    expect((await look(token)).status).toBe(200);
  });
});

describe('joining', () => {
  it('asks for what a new account needs', async () => {
    const { token } = await invite(freshEmail());
    for (const input of [
      { token, name: 'Guest' },
      { token, password },
      { token, name: 'Guest', password: 'short' },
    ])
      expect(await problem(await join(input))).toMatchObject({ status: 400, code: 'invalid_input' });
    expect((await join({ token, name: 'Guest', password, role: 'owner' })).status).toBe(400);
  });

  it('takes no address but the invited one', async () => {
    const email = freshEmail();
    const { token } = await invite(email);
    const response = await join({ token, name: 'Guest', password, email: 'mallory@example.com' });
    expect(await response.json()).toMatchObject({ email });
    expect(await memberWith('mallory@example.com')).toBeUndefined();
  });

  it('is refused from another site, and has its methods', async () => {
    const { token } = await invite(freshEmail());
    const foreign = await join({ token, name: 'Guest', password }, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(401);
    expect((await ringback.rest('DELETE', '/api/join', { key: null })).status).toBe(405);
  });

  it('shares its tries with signing in: both tell a right password from a wrong one', async () => {
    const person = await addPerson(ringback, null);
    const { token } = await invite(person.email);
    const statuses: number[] = [];
    for (let n = 0; n < 12; n++) statuses.push((await join({ token, password: 'a wrong password' })).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    const signIn = await ringback.rest('POST', '/api/auth/sign-in/email', {
      key: null,
      json: person,
      headers: { origin: ringback.url },
    });
    expect(signIn.status).toBe(429);
    expect(Number(signIn.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('limits how many links an address may look at', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 31; n++) statuses.push((await look('B'.repeat(43))).status);
    expect(statuses).toEqual([...Array(30).fill(404), 429]);
  });
});
