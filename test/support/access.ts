import { createHash, randomUUID } from 'node:crypto';
import { type Role, roles, type Scope, scopes } from '#src/contract/project/scope.ts';
import { parseId } from '#src/domain/text/id.ts';
import { addPerson, administrator, signIn, tokenOf } from './people.ts';
import type { TestRingback } from './ringback.ts';

/** Headers by which a caller identifies itself. */
export type Credentials = Record<string, string>;

/** All kinds of callers of a project: members and keys with few and with many rights, and callers without access. */
export type Callers = {
  /** Callers without a valid identity, and the code they are refused with. */
  nobodies: { who: string; headers: Credentials; code: 'unauthorized' | 'key_revoked' }[];
  keys: Record<Scope, Credentials>;
  people: Record<Role, Credentials>;
  /** Key of another project, in which it may do everything. */
  strangerKey: Credentials;
  stranger: Credentials;
  /** Callers of another project that name our project by its id. */
  naming: { who: string; headers: Credentials; code: 'missing_scope' | 'not_found' }[];
};

/** Makes all these callers. */
export async function makeCallers(ringback: TestRingback): Promise<Callers> {
  const { url, credentials } = ringback;
  const ours = parseId('prj', credentials.projectId) ?? '';
  const other = randomUUID();
  await ringback.db.pool.query(`insert into project (id, name) values ($1, 'other')`, [other]);
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
  const keyOf = async (projectId: string, given: Scope[], ended = '') =>
    bearer(await addKey(ringback, projectId, given, ended));
  const cookieOf = (cookie: string) => ({ cookie, origin: url });
  const memberOf = async (projectId: string, role: Role) =>
    cookieOf(await signIn(ringback, await addPerson(ringback, { projectId, role })));

  const [signedOut, expired] = [
    await signIn(ringback, administrator(ringback)),
    await signIn(ringback, administrator(ringback)),
  ];
  await ringback.db.pool.query('delete from session where token = $1', [tokenOf(signedOut)]);
  await ringback.db.pool.query(`update session set expires_at = now() - interval '1 s' where token = $1`, [
    tokenOf(expired),
  ]);
  const strangerKey = await keyOf(other, ['admin']);
  const stranger = await memberOf(other, 'owner');
  const id = credentials.projectId;
  return {
    nobodies: [
      { who: 'without anything', headers: { origin: url }, code: 'unauthorized' },
      { who: 'with a made-up key', headers: bearer(`rbk_${'x'.repeat(43)}`), code: 'unauthorized' },
      { who: 'with a revoked key', headers: await keyOf(ours, ['admin'], 'revoked_at'), code: 'key_revoked' },
      { who: 'with an expired key', headers: await keyOf(ours, ['admin'], 'expires_at'), code: 'key_revoked' },
      { who: 'with a made-up session', headers: cookieOf('ringback.session_token=made.up'), code: 'unauthorized' },
      { who: 'whose session was revoked', headers: cookieOf(signedOut), code: 'unauthorized' },
      { who: 'whose session has expired', headers: cookieOf(expired), code: 'unauthorized' },
    ],
    keys: await record(scopes, (scope) => keyOf(ours, [scope])),
    people: await record(roles, (role) => memberOf(ours, role)),
    strangerKey,
    stranger,
    naming: [
      { who: 'a key, in the header', headers: { ...strangerKey, 'x-ringback-project': id }, code: 'missing_scope' },
      { who: 'a person, in the header', headers: { ...stranger, 'x-ringback-project': id }, code: 'not_found' },
      {
        who: 'a person, in the cookie',
        headers: { ...stranger, cookie: `${stranger.cookie}; ringback_project=${id}` },
        code: 'not_found',
      },
    ],
  };
}

async function record<Name extends string>(
  names: readonly Name[],
  make: (name: Name) => Promise<Credentials>,
): Promise<Record<Name, Credentials>> {
  const made: [Name, Credentials][] = [];
  for (const name of names) made.push([name, await make(name)]);
  return Object.fromEntries(made) as Record<Name, Credentials>;
}

/** Adds an API key. `ended` is the column that makes the key invalid. */
/** Makes an API key of a project and returns its secret. */
export async function addKey(
  ringback: TestRingback,
  projectId: string,
  given: Scope[],
  ended: string = '',
): Promise<string> {
  const secret = `rbk_${randomUUID().replaceAll('-', '')}test`;
  const column = ended === '' ? '' : `, ${ended}`;
  await ringback.db.pool.query(
    `insert into api_key (id, project_id, name, hash, hint, scopes${column})
     values (gen_random_uuid(), $1, 'test', $2, 'test', $3${ended === '' ? '' : `, now() - interval '1 minute'`})`,
    [projectId, createHash('sha256').update(secret).digest(), given],
  );
  return secret;
}

/** One object of each kind in our project, by the ids that callers know. */
export type Ours = Record<
  | 'job'
  | 'key'
  | 'endpoint'
  | 'delivery'
  | 'operation'
  | 'flow'
  | 'schedule'
  | 'upstream'
  | 'run'
  | 'member'
  | 'session'
  | 'invitation'
  | 'secret'
  | 'projectSecret',
  string
>;

/** Makes one object of each kind. */
export async function makeOurs(ringback: TestRingback): Promise<Ours> {
  const call = async <T>(path: string, input: object) => (await ringback.call<T>(path, input)).body.result.data;
  const made = async (path: string, input: object) => (await call<{ id: string }>(path, input)).id;
  const endpoint = await made('endpoints.create', { name: 'ours', url: 'http://127.0.0.1:59999/' });
  const member = await addPerson(ringback, { role: 'viewer' });
  await signIn(ringback, member);
  const session = await ringback.db.pool.query<{ id: string }>('select id from session where user_id = $1', [
    member.id,
  ]);
  const key = await call<{ key: { id: string } }>('apiKeys.create', { name: 'to be revoked', scopes: ['jobs:read'] });
  // A rotation leaves an old secret, which can be ended.
  await call('endpoints.rotateSecret', { id: endpoint, overlapSeconds: 3_600 });
  await call('project.rotateWebhookSecret', { overlapSeconds: 3_600 });
  const secrets = async (path: string, input?: object) =>
    (await ringback.call<{ secrets: { id: string }[] }>(path, input, { query: true })).body.result.data.secrets;
  return {
    secret: (await secrets('endpoints.secrets', { id: endpoint })).at(-1)?.id ?? '',
    projectSecret: (await secrets('project.webhookSecrets')).at(-1)?.id ?? '',
    job: await made('jobs.submit', { url: 'http://127.0.0.1:59999/', delaySeconds: 3_600 }),
    key: key.key.id,
    endpoint,
    delivery: await made('endpoints.test', { id: endpoint }),
    operation: await made('deliveries.resendFailed', { endpoint, since: '2026-01-01T00:00:00Z' }),
    schedule: await made('schedules.create', {
      ...{ name: 'ours', cron: '@yearly', job: { url: 'http://127.0.0.1:59999/' } },
    }),
    upstream: await made('upstreams.create', { name: 'ours', baseUrl: 'http://127.0.0.1:59999/v1' }),
    flow: await made('flows.set', { id: 'ours', concurrency: 1 }),
    run: await made('runs.start', { url: 'http://127.0.0.1:59999/' }),
    member: member.id,
    session: session.rows[0]?.id ?? '',
    invitation: await made('members.invite', { email: 'guest@example.com', role: 'viewer' }),
  };
}

/** Returns everything that strangers would change if they could. Two results are equal if nothing was changed. */
export async function lookAt(ringback: TestRingback): Promise<unknown> {
  const ours = parseId('prj', ringback.credentials.projectId);
  const { rows } = await ringback.db.pool.query(
    `select (select json_agg(row(id, state) order by id) from job where project_id = $1) as jobs,
       (select json_agg(row(id, revoked_at) order by id) from api_key where project_id = $1) as keys,
       (select json_agg(row(id, state, url, updated_at, deleted_at) order by id) from endpoint where project_id = $1) as endpoints,
       (select json_agg(row(id, state) order by id) from delivery where project_id = $1) as deliveries,
       (select json_agg(row(id, state) order by id) from operation where project_id = $1) as operations,
       (select json_agg(row(id, updated_at, last_job_id) order by id) from schedule where project_id = $1) as schedules,
       (select json_agg(row(id, updated_at, base_url) order by id) from upstream where project_id = $1) as upstreams,
       (select json_agg(row(id, state, turn) order by id) from run where project_id = $1) as runs,
       (select json_agg(row(user_id, role) order by user_id) from membership where project_id = $1) as members,
       (select json_agg(row(id, role) order by id) from invitation where project_id = $1) as invitations,
       (select json_agg(id order by id) from webhook_secret where project_id = $1) as secrets,
       (select json_agg(password order by user_id) from account) as passwords,
       (select json_agg(id order by id) from session) as sessions,
       (select json_agg(p) from project p where id = $1) as project`,
    [ours],
  );
  return rows[0];
}
