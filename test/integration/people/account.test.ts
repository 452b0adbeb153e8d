import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionView } from '#src/contract/project/people.ts';
import { addPerson, type Person, signIn } from '#test/support/people.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
beforeAll(async () => {
  ringback = await startRingback({ worker: false });
});
afterAll(() => ringback.close());

function call<T = Record<string, never>>(cookie: string, path: string, input: unknown, query = false) {
  return ringback.call<T>(path, input, { key: null, query, headers: { cookie, origin: ringback.url } });
}
const sessions = async (cookie: string) =>
  (await call<{ sessions: SessionView[] }>(cookie, 'account.sessions', undefined, true)).body.result.data.sessions;
const isIn = async (cookie: string) => (await call(cookie, 'session.me', undefined, true)).status === 200;

/** Somebody signed in on this many browsers. */
async function somebody(browsers: number): Promise<{ person: Person; cookies: string[] }> {
  const person = await addPerson(ringback, { role: 'viewer' });
  const cookies: string[] = [];
  for (let n = 0; n < browsers; n++) cookies.push(await signIn(ringback, person));
  return { person, cookies };
}

describe('sessions', () => {
  it('are listed with where they are, and which one asks', async () => {
    const { cookies } = await somebody(2);
    const [mine = ''] = cookies;
    const listed = await sessions(mine);
    expect(listed).toHaveLength(2);
    expect(listed.filter(({ isThis }) => isThis)).toHaveLength(1);
    expect(listed[0]).toMatchObject({ userAgent: 'node', ipAddress: '127.0.0.1' });
    expect(JSON.stringify(listed)).not.toContain(decodeURIComponent(/token=([^;.]+)/.exec(mine)?.[1] ?? '-'));
  });

  it('end at once when they are revoked, one of them or all others, and only one’s own', async () => {
    const { cookies } = await somebody(3);
    const [mine = '', second = '', third = ''] = cookies;
    const other = await somebody(1);
    const [foreign] = await sessions(other.cookies[0] ?? '');
    expect((await call(mine, 'account.revokeSession', { id: foreign?.id })).body.error.data.code).toBe('not_found');
    expect(await isIn(other.cookies[0] ?? '')).toBe(true);

    const ofThird = (await sessions(third)).find(({ isThis }) => isThis);
    expect((await call(mine, 'account.revokeSession', { id: ofThird?.id })).status).toBe(200);
    expect([await isIn(mine), await isIn(second), await isIn(third)]).toEqual([true, true, false]);
    const rest = await call(mine, 'account.revokeOtherSessions', undefined);
    expect(rest.body.result.data).toEqual({ revoked: 1 });
    expect([await isIn(mine), await isIn(second)]).toEqual([true, false]);
    expect(await isIn(other.cookies[0] ?? '')).toBe(true);
  });
});

describe('a password', () => {
  it('is changed by who knows it, which ends all other sessions', async () => {
    const { person, cookies } = await somebody(2);
    const [mine = '', second = ''] = cookies;
    const next = 'the password after that';
    const changed = await call(mine, 'account.changePassword', { current: person.password, next });
    expect(changed.body.result.data).toEqual({ revokedSessions: 1 });
    expect([await isIn(mine), await isIn(second)]).toEqual([true, false]);
    await expect(signIn(ringback, person)).rejects.toThrow('401');
    expect(await isIn(await signIn(ringback, { ...person, password: next }))).toBe(true);
  });

  it('is not changed by who does not, and cannot be guessed at through a session', async () => {
    const { person, cookies } = await somebody(2);
    const [mine = '', second = ''] = cookies;
    const codes: string[] = [];
    for (let n = 0; n < 11; n++) {
      const { body } = await call(mine, 'account.changePassword', {
        current: `guess number ${n}`,
        next: 'x'.repeat(12),
      });
      codes.push(body.error.data.code);
    }
    expect(codes).toEqual([...Array(10).fill('invalid_input'), 'rate_limited']);
    expect(await isIn(second)).toBe(true);
    await signIn(ringback, person);
    const short = await call(second, 'account.changePassword', { current: person.password, next: 'short' });
    expect(short.body.error.data).toMatchObject({ code: 'invalid_input', field: 'next' });
  });

  it('that two change at the same time is changed by one of them', async () => {
    const { person, cookies } = await somebody(1);
    const [mine = ''] = cookies;
    const change = (next: string) => call(mine, 'account.changePassword', { current: person.password, next });
    const answers = await Promise.all([change('the first new one'), change('the second new one')]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
  });
});

it('an API key has no account', async () => {
  const { body } = await ringback.call('account.sessions', undefined, { query: true });
  expect(body.error.data).toMatchObject({ code: 'people_only', httpStatus: 403 });
});
