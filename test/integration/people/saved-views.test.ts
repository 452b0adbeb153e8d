import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SavedView, SavedViews } from '#src/contract/project/saved-view.ts';
import { makeLog } from '#src/log.ts';
import type { ServerDeps } from '#src/server/server-deps.ts';
import { makeServerDeps } from '#src/server/web-process.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let deps: ServerDeps;
const people: Record<'owner' | 'ada' | 'bob', string> = { owner: '', ada: '', bob: '' };

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  deps = await makeServerDeps(ringback.config, makeLog({ logLevel: 'silent', logFormat: 'json' }));
  const { email, password } = ringback.credentials.dashboard;
  people.owner = await signIn(email ?? '', password ?? '');
  people.ada = await member('ada', 'member');
  people.bob = await member('bob', 'viewer');
});
afterAll(async () => {
  await deps.queue.stop();
  await deps.db.close();
  await ringback.close();
});

async function member(name: string, role: string): Promise<string> {
  const password = randomBytes(12).toString('hex');
  const email = `${name}-${randomUUID()}@example.com`;
  const userId = await deps.sessions.createUser({ email, name, password });
  await ringback.db.pool.query('insert into membership (user_id, project_id, role) select $1, id, $2 from project', [
    userId,
    role,
  ]);
  return signIn(email, password);
}

async function signIn(email: string, password: string): Promise<string> {
  const response = await fetch(`${ringback.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: ringback.url },
    body: JSON.stringify({ email, password }),
  });
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function call<T>(who: keyof typeof people, path: string, input: object, query = false) {
  const headers = { cookie: people[who], origin: ringback.url };
  return (await ringback.call<T>(`views.${path}`, input, { key: null, query, headers })).body;
}
const save = async (who: keyof typeof people, input: object) =>
  (await call<SavedView>(who, 'save', { page: 'jobs', query: 'state=failed', ...input })).result.data;
const views = async (who: keyof typeof people, page = 'jobs') =>
  (await call<SavedViews>(who, 'list', { page }, true)).result.data.views.map(({ name, mine }) => [name, mine]);

it('are kept by person and list, overwritten by name, and shared when asked to', async () => {
  const made = await save('ada', { name: ' Broken ' });
  expect(made).toMatchObject({ page: 'jobs', name: 'Broken', query: 'state=failed', shared: false, mine: true });
  const again = await save('ada', { name: 'Broken', query: 'state=failed&host=a.test', shared: true });
  expect(again).toMatchObject({ id: made.id, query: 'state=failed&host=a.test', shared: true });
  // Saving over it again says nothing about sharing: it stays.
  expect((await save('ada', { name: 'Broken', query: 'x=1' })).shared).toBe(true);
  await save('ada', { name: 'Private' });
  await save('bob', { name: 'Broken' });
  await save('bob', { page: 'deliveries', name: 'Skipped' });
  expect(await views('ada')).toEqual([
    ['Broken', true],
    ['Private', true],
  ]);
  expect(await views('bob')).toEqual([
    ['Broken', true],
    ['Broken', false],
  ]);
  expect(await views('bob', 'deliveries')).toEqual([['Skipped', true]]);
});

it('are changed by whoever made them only', async () => {
  const { id } = await save('ada', { name: 'Ours', shared: true });
  const hidden = await save('ada', { name: 'Hers' });
  const code = async (who: keyof typeof people, path: string, input: object) =>
    (await call(who, path, input)).error.data.code;
  expect(await code('bob', 'rename', { id, name: 'Mine' })).toBe('missing_scope');
  expect(await code('owner', 'rename', { id, name: 'Mine' })).toBe('missing_scope');
  expect(await code('bob', 'delete', { id })).toBe('missing_scope');
  expect(await code('bob', 'delete', { id: hidden.id })).toBe('not_found');
  expect(await code('owner', 'delete', { id: hidden.id })).toBe('not_found');
  expect(await code('ada', 'rename', { id, name: 'Hers' })).toBe('name_taken');
  expect(await code('ada', 'rename', { id: randomUUID(), name: 'x' })).toBe('not_found');
  const renamed = await call<SavedView>('ada', 'rename', { id, name: 'All of us' });
  expect(renamed.result.data).toMatchObject({ id, name: 'All of us', shared: true });
  // The owner may tidy up what others share.
  expect((await call<{ id: string }>('owner', 'delete', { id })).result.data).toEqual({ id });
  expect((await call<{ id: string }>('ada', 'delete', { id: hidden.id })).result.data).toEqual({ id: hidden.id });
  expect((await views('ada')).map(([name]) => name)).not.toContain('All of us');
});

it('are nothing for keys, for other projects, and have bounds', async () => {
  const key = await ringback.call('views.list', { page: 'jobs' }, { query: true });
  expect(key.body.error).toMatchObject({
    message: expect.stringContaining('signed in'),
    data: { code: 'people_only' },
  });
  const other = randomUUID();
  await ringback.db.pool.query(`insert into project (id, name) values ($1, 'other')`, [other]);
  const { rows } = await ringback.db.pool.query(
    `insert into saved_view (id, project_id, user_id, page, name, query, shared)
     select $2, $1, user_id, 'jobs', 'foreign', '', true from membership where role = 'viewer' returning id`,
    [other, randomUUID()],
  );
  expect((await views('bob')).map(([name]) => name)).not.toContain('foreign');
  expect((await call('bob', 'delete', { id: rows[0]?.id })).error.data.code).toBe('not_found');
  for (const name of ['', '  ', 'x'.repeat(65), 'a\u0000'])
    expect((await call('bob', 'save', { page: 'jobs', query: '', name })).error.data.code).toBe('invalid_input');
  await ringback.db.pool.query(
    `insert into saved_view (id, project_id, user_id, page, name, query)
     select gen_random_uuid(), project_id, user_id, 'deliveries', 'view ' || n, '' from membership, generate_series(1, 99) n where role = 'viewer'`,
  );
  expect((await call('bob', 'save', { page: 'deliveries', name: 'too many', query: '' })).error.data.code).toBe(
    'invalid_input',
  );
  expect(
    (await call<SavedView>('bob', 'save', { page: 'deliveries', name: 'view 7', query: 'a=1' })).result.data.query,
  ).toBe('a=1');
});
