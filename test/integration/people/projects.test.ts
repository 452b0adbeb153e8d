import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job/job.ts';
import type { ProjectView } from '#src/contract/project/people.ts';
import { parseId } from '#src/domain/text/id.ts';
import type { Me } from '#src/server/routers/session-router.ts';
import { addPerson, administrator, signIn } from '#test/support/people.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let cookie = '';
let first = '';
let second: ProjectView;

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  cookie = await signIn(ringback, administrator(ringback));
  first = ringback.credentials.projectId;
  second = (await call<ProjectView>('projects.create', { name: ' second ' })).body.result.data;
});
afterAll(() => ringback.close());

type Headers = Record<string, string>;

function call<T = Record<string, never>>(path: string, input: unknown, headers: Headers = {}, query = false) {
  return ringback.call<T>(path, input, { key: null, query, headers: { cookie, origin: ringback.url, ...headers } });
}
const me = async (headers: Headers = {}) => (await call<Me>('session.me', undefined, headers, true)).body;
const here = async (headers: Headers = {}) => (await me(headers)).result.data.project.id;
const job = { url: 'http://127.0.0.1:59999/never', delaySeconds: 3_600 };

describe('a new project', () => {
  it('belongs to its maker, who sees it beside the first one', async () => {
    expect(second).toEqual({
      id: expect.stringMatching(/^prj_/),
      name: 'second',
      role: 'owner',
      createdAt: expect.any(String),
    });
    const { body } = await call<{ projects: ProjectView[] }>('projects.list', undefined, {}, true);
    expect(body.result.data.projects.map(({ id, role }) => [id, role])).toEqual([
      [first, 'owner'],
      [second.id, 'owner'],
    ]);
    expect((await me()).result.data.projects).toEqual(body.result.data.projects);
    expect((await me()).result.data.user?.id).toEqual(expect.any(String));
  });

  it('has a webhook secret, and its creation stands in its own log', async () => {
    const headers = { 'x-ringback-project': second.id };
    const secrets = await call<{ secrets: unknown[] }>('project.webhookSecrets', undefined, headers, true);
    expect(secrets.body.result.data.secrets).toHaveLength(1);
    const log = await call<{ entries: { action: string }[] }>('audit.list', { action: 'projects.' }, headers, true);
    expect(log.body.result.data.entries).toMatchObject([{ action: 'projects.create', target: second.id }]);
  });

  it('can be made only by who owns one, in whichever project they are', async () => {
    const viewer = await addPerson(ringback, { role: 'viewer' });
    const headers = { cookie: await signIn(ringback, viewer) };
    expect((await call('projects.create', { name: 'x' }, headers)).body.error.data.code).toBe('missing_scope');
    const own = parseId('prj', second.id);
    await ringback.db.pool.query(`insert into membership (user_id, project_id, role) values ($1, $2, 'owner')`, [
      viewer.id,
      own,
    ]);
    const made = await call<ProjectView>('projects.create', { name: 'x' }, { ...headers, 'x-ringback-project': first });
    expect(made.body.result.data.role).toBe('owner');
  });

  it('is renamed by its owner, alone', async () => {
    const headers = { 'x-ringback-project': second.id };
    await call('projects.rename', { name: 'renamed' }, headers);
    const { projects } = (await me()).result.data;
    expect(projects.map(({ name }) => name)).toEqual(expect.arrayContaining(['default', 'renamed']));
    expect((await call('projects.rename', { name: ' ' }, headers)).body.error.data.code).toBe('invalid_input');
  });
});

describe('a call of a person acts', () => {
  it('in the project of the header, else of the query, else of the cookie, else in the one joined first', async () => {
    const named = `${cookie}; ringback_project=${second.id}`;
    expect(await here()).toBe(first);
    expect(await here({ cookie: named })).toBe(second.id);
    expect(await here({ cookie: named, 'x-ringback-project': first })).toBe(first);
    const ask = (headers: Headers) =>
      fetch(`${ringback.url}/api/trpc/session.me?project=${second.id}`, { headers: { cookie, ...headers } });
    const by = async (headers: Headers) =>
      ((await (await ask(headers)).json()) as { result: { data: Me } }).result.data.project.id;
    expect(await by({})).toBe(second.id);
    expect(await by({ 'x-ringback-project': first })).toBe(first);
    expect(await by({ cookie: `${cookie}; ringback_project=${first}` })).toBe(second.id);
  });

  it('there with what it makes, and finds nothing of the others', async () => {
    const headers = { 'x-ringback-project': second.id };
    const { id } = (await call<SubmittedJob>('jobs.submit', job, headers)).body.result.data;
    expect((await call('jobs.get', { id }, {}, true)).body.error.data.code).toBe('not_found');
    expect((await call('jobs.get', { id }, headers, true)).status).toBe(200);
    const rest = (query: string) =>
      ringback.rest('GET', `/v1/jobs${query}`, { key: null, headers: { cookie } }).then((answer) => answer.json());
    expect(await rest(`?project=${second.id}&limit=1`)).toMatchObject({ jobs: [{ id }] });
    expect(await rest(`?project=${first}`)).toMatchObject({ jobs: [] });
  });

  it('nowhere when it names one that is not theirs, in the same words as one that does not exist', async () => {
    const stranger = { cookie: await signIn(ringback, await addPerson(ringback, { role: 'owner' })) };
    const named = (id: string) => call('jobs.list', {}, { ...stranger, 'x-ringback-project': id }, true);
    const [theirs, unknown] = [await named(second.id), await named(`prj_${'0'.repeat(26)}`)];
    expect([theirs.status, theirs.body.error.data.code]).toEqual([404, 'not_found']);
    expect(theirs.body.error.message.replace(second.id, '')).toBe(unknown.body.error.message.replace(/prj_0+/, ''));
    expect((await named('nonsense')).status).toBe(404);
  });

  it('again once a left-over cookie was refused: the answer takes it away', async () => {
    const stranger = await signIn(ringback, await addPerson(ringback, { role: 'owner' }));
    for (const path of ['/api/trpc/session.me', '/v1/jobs']) {
      const headers = { cookie: `${stranger}; ringback_project=${second.id}` };
      const refused = await fetch(ringback.url + path, { headers });
      expect(refused.status).toBe(404);
      expect(refused.headers.get('set-cookie')).toMatch(/^ringback_project=; Path=\/; Max-Age=0/);
      expect((await fetch(ringback.url + path, { headers: { cookie: stranger } })).status).toBe(200);
    }
  });
});

it('an API key stays with its project', async () => {
  const with_ = (headers: Headers) => ringback.call('jobs.list', {}, { query: true, headers });
  expect((await with_({ 'x-ringback-project': first })).status).toBe(200);
  expect((await with_({ cookie: `ringback_project=${second.id}` })).status).toBe(200);
  for (const id of [second.id, `prj_${'0'.repeat(26)}`]) {
    const { status, body } = await with_({ 'x-ringback-project': id });
    expect([status, body.error.data.code]).toEqual([403, 'missing_scope']);
    expect(body.error.message).toContain('belongs to one project');
  }
  const me = await ringback.call<Me>('session.me', undefined, { query: true });
  expect(me.body.result.data).toMatchObject({ user: null, role: null, projects: [], project: { id: first } });
});
