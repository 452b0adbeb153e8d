import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { Role } from '#src/contract/project/scope.ts';
import { startRingback, type TestRingback, type TrpcBody } from '#test/support/ringback.ts';

let ringback: TestRingback;
let other: TestRingback;

beforeAll(async () => {
  [ringback, other] = await Promise.all([startRingback({ worker: false }), startRingback({ worker: false })]);
});
afterAll(() => Promise.all([ringback.close(), other.close()]));

const job = { url: 'http://127.0.0.1:59999/never', delaySeconds: 3_600 };
const admin = () => ({
  email: ringback.credentials.dashboard.email ?? '',
  password: ringback.credentials.dashboard.password ?? '',
});

function auth(path: string, json: object, headers: Record<string, string> = {}, at = ringback): Promise<Response> {
  return fetch(`${at.url}/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: at.url, ...headers },
    body: JSON.stringify(json),
  });
}

/** The cookies of a sign-in, as a browser would send them back. */
function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

let session: Promise<string> | undefined;
/** One sign-in for all tests: sign-ins are few per minute. */
const cookie = () => (session ??= auth('sign-in/email', admin()).then(cookiesOf));

type Me = { user: { email: string } | null; role: Role | null; project: { id: string }; workersAlive: number };

async function call<T>(path: string, input: unknown, headers: Record<string, string>, query = false) {
  const { status, body } = await ringback.call<T>(path, input, { key: null, query, headers });
  return { status, body: body as TrpcBody<T> };
}

it('a session ends seven days after signing in, however it is used', async () => {
  const own = cookiesOf(await auth('sign-in/email', admin()));
  const earliest = () => ringback.db.query('select expires_at from session order by expires_at limit 1');
  await ringback.db.query(`update session set created_at = created_at - interval '2 days',
    updated_at = updated_at - interval '2 days', expires_at = expires_at - interval '2 days'
    where id = (select id from session order by created_at desc limit 1)`);
  const before = await earliest();
  const me = await call<Me>('session.me', undefined, { cookie: own }, true);
  expect(me.body.result.data.user).not.toBeNull();
  expect(await earliest()).toEqual(before);
});

describe('signing in', () => {
  it('with e-mail and password gives a cookie that only this site gets and no script can read', async () => {
    const response = await auth('sign-in/email', admin());
    expect(response.status).toBe(200);
    const [set] = response.headers.getSetCookie();
    expect(set).toMatch(/^ringback\.session_token=/);
    expect(set).toMatch(/HttpOnly/i);
    expect(set).toMatch(/SameSite=Lax/i);
    expect(set).toMatch(/Path=\//i);
    const token = decodeURIComponent(/session_token=([^;.]+)/.exec(set ?? '')?.[1] ?? '');
    expect(token).not.toBe('');
    expect(await response.clone().text()).not.toContain(token);
    const me = await call<Me>('session.me', undefined, { cookie: cookiesOf(response) }, true);
    expect(me.body.result.data).toMatchObject({
      user: { email: admin().email },
      role: 'owner',
      project: { id: ringback.credentials.projectId },
      workersAlive: 0,
    });
  });

  it('keeps no password and no session in plain where it answers', async () => {
    const { rows } = await ringback.db.pool.query('select password from account');
    expect(rows[0].password).not.toContain(admin().password);
    expect(ringback.logged()).not.toContain(admin().password);
  });

  it('is refused with a wrong password, and with an unknown e-mail in the same words', async () => {
    const wrong = await auth('sign-in/email', { ...admin(), password: 'not the password' });
    const unknown = await auth('sign-in/email', { email: 'nobody@example.com', password: 'not the password' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.text()).toBe(await unknown.text());
    expect([wrong.headers.getSetCookie(), unknown.headers.getSetCookie()]).toEqual([[], []]);
  });

  it('is not open to new people', async () => {
    const before = await ringback.db.pool.query('select 1 from "user"');
    const up = await auth('sign-up/email', { email: 'eve@example.com', name: 'Eve', password: 'a password of hers' });
    expect(up.status).toBeGreaterThanOrEqual(400);
    expect((await ringback.db.pool.query('select 1 from "user"')).rowCount).toBe(before.rowCount);
  });

  it('from a page of another site is refused', async () => {
    const response = await auth('sign-in/email', admin(), { origin: 'https://evil.example', cookie: 'a=b' });
    expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
  });
});

describe('a session', () => {
  it('reads from anywhere a browser sends it, and changes things only from our own pages', async () => {
    const own = await cookie();
    const mutate = (headers: Record<string, string>) =>
      call<SubmittedJob>('jobs.submit', job, { cookie: own, ...headers });
    expect((await mutate({ origin: ringback.url })).status).toBe(200);
    expect((await mutate({ origin: ringback.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${ringback.url}.evil.example` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: ringback.url },
      { 'sec-fetch-site': 'cross-site', origin: ringback.url },
    ] as Record<string, string>[]) {
      const { status, body } = await mutate(headers);
      expect([headers, status, body.error?.data.code]).toEqual([headers, 401, 'unauthorized']);
    }
    expect(
      (await call<Me>('session.me', undefined, { cookie: own, origin: 'https://evil.example' }, true)).status,
    ).toBe(200);
  });

  it('is checked on REST routes as well', async () => {
    const own = await cookie();
    const post = (headers: Record<string, string>) =>
      ringback.rest('POST', '/v1/jobs', { key: null, json: job, headers: { cookie: own, ...headers } });
    expect((await post({ origin: ringback.url })).status).toBe(202);
    expect((await post({ origin: 'https://evil.example' })).status).toBe(401);
    expect((await ringback.rest('GET', '/v1/jobs', { key: null, headers: { cookie: own } })).status).toBe(200);
  });

  it('is refused when there is none, or a made-up one, or one of another Ringback', async () => {
    const foreign = cookiesOf(
      await auth(
        'sign-in/email',
        { email: other.credentials.dashboard.email, password: other.credentials.dashboard.password },
        {},
        other,
      ),
    );
    const real = await cookie();
    const cookies = ['', 'ringback.session_token=made.up', `${real.slice(0, -6)}AAAAA%3D`, foreign];
    for (const text of cookies) {
      const { status, body } = await call(
        'jobs.submit',
        job,
        text === '' ? {} : { cookie: text, origin: ringback.url },
      );
      expect([status, body.error.data.code]).toEqual([401, 'unauthorized']);
    }
  });

  it('never stands in for a key that was sent and is wrong', async () => {
    const headers = { cookie: await cookie(), authorization: 'Bearer rbk_wrong', origin: ringback.url };
    expect((await call('jobs.submit', job, headers)).status).toBe(401);
  });

  it('ends with the sign-out', async () => {
    const own = cookiesOf(await auth('sign-in/email', admin()));
    const out = await auth('sign-out', {}, { cookie: own });
    expect(out.status).toBe(200);
    expect((await call('session.me', undefined, { cookie: own }, true)).status).toBe(401);
    // The others' go on.
    expect((await call('session.me', undefined, { cookie: await cookie() }, true)).status).toBe(200);
  });

  it('does not outlive its time', async () => {
    const own = cookiesOf(await auth('sign-in/email', admin()));
    const token = decodeURIComponent(/session_token=([^;.]+)/.exec(own)?.[1] ?? '');
    const changed = await ringback.db.pool.query(
      `update session set expires_at = now() - interval '1 s' where token = $1`,
      [token],
    );
    expect(changed.rowCount).toBe(1);
    expect((await call('session.me', undefined, { cookie: own }, true)).status).toBe(401);
  });
});

/** A member of the first project, by way of the owner's own session under another role. */
async function asRole(role: Role | null): Promise<string> {
  const { rows } = await ringback.db.pool.query<{ id: string }>('select id from "user" limit 1');
  if (role === null) await ringback.db.pool.query('delete from membership where user_id = $1', [rows[0]?.id]);
  else await ringback.db.pool.query('update membership set role = $2 where user_id = $1', [rows[0]?.id, role]);
  return cookie();
}

describe('a role', () => {
  const calls: [what: string, path: string, input: unknown, query: boolean, allowed: Role[]][] = [
    ['list jobs', 'jobs.list', {}, true, ['owner', 'member', 'viewer']],
    ['submit', 'jobs.submit', job, false, ['owner', 'member']],
    ['list keys', 'apiKeys.list', undefined, true, ['owner']],
    ['make a key', 'apiKeys.create', { name: 'k', scopes: ['jobs:read'] }, false, ['owner']],
    ['revoke a key', 'apiKeys.revoke', { id: `key_${'0'.repeat(26)}` }, false, ['owner']],
  ];

  it.each(['owner', 'member', 'viewer'] as const)('%s may do what its scopes say', async (role) => {
    const headers = { cookie: await asRole(role), origin: ringback.url };
    for (const [what, path, input, query, allowed] of calls) {
      const { body } = await call(path, input, headers, query);
      const code = body.error?.data.code ?? 'allowed';
      if (allowed.includes(role)) expect([what, code]).not.toEqual([what, 'missing_scope']);
      else expect([what, code]).toEqual([what, 'missing_scope']);
    }
    expect((await call<Me>('session.me', undefined, headers, true)).body.result.data.role).toBe(role);
    await asRole('owner');
  });

  it('of no project may do nothing', async () => {
    const { rows } = await ringback.db.pool.query('select user_id, project_id from membership');
    const headers = { cookie: await asRole(null), origin: ringback.url };
    const { status, body } = await call('jobs.list', {}, headers, true);
    expect([status, body.error.data.code]).toEqual([403, 'no_project']);
    await ringback.db.pool.query(`insert into membership (user_id, project_id, role) values ($1, $2, 'owner')`, [
      rows[0].user_id,
      rows[0].project_id,
    ]);
  });

  it('that does not exist gives no right', async () => {
    const headers = { cookie: await asRole(`role-${randomUUID()}` as Role), origin: ringback.url };
    expect((await call('jobs.list', {}, headers, true)).status).toBeGreaterThanOrEqual(400);
    await asRole('owner');
  });
});

it('signing in is limited: after ten tries within a minute an address is turned away, whatever it claims to be', async () => {
  // What the tests above have used counts no more, and their minute does not end amid these tries.
  await ringback.db.query('delete from sign_in_limit');
  const statuses: number[] = [];
  for (let i = 0; i < 14; i++) {
    const headers = { 'x-forwarded-for': `10.0.0.${i}`, 'x-ringback-peer': `10.0.1.${i}`, 'x-real-ip': `10.0.2.${i}` };
    statuses.push((await auth('sign-in/email', { email: 'a@b.example', password: 'wrong again' }, headers)).status);
  }
  expect(statuses).toEqual([...Array(10).fill(401), ...Array(4).fill(429)]);
  expect((await auth('sign-in/email', admin())).status).toBe(429);
});
