import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Role, roleScopes, roles, type Scope, scopes } from '#src/contract/project/scope.ts';
import type { ProcedureMeta } from '#src/server/call/call-guard.ts';
import { listenerRoutes } from '#src/server/listeners/listener-routes.ts';
import { allRestRoutes } from '#src/server/rest/rest-table.ts';
import { appRouter } from '#src/server/router.ts';
import { type Callers, type Credentials, lookAt, makeCallers, makeOurs, type Ours } from '#test/support/access.ts';
import { type Answer, callProcedure, callRoute } from '#test/support/access-calls.ts';
import { moreProcedures, moreRoutes } from '#test/support/access-more.ts';
import { runProcedures, runRoutes, turnCalls } from '#test/support/access-runs.ts';
import { administrator, signIn } from '#test/support/people.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let callers: Callers;
/** Something of ours of each kind, which strangers will ask for. */
let ours: Ours;

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  callers = await makeCallers(ringback);
  ours = await makeOurs(ringback);
});
afterAll(() => ringback.close());

const target = 'http://127.0.0.1:59999/';
const since = '2026-01-01T00:00:00Z';
const none = () => undefined;
const picked = () => ({ jobs: { ids: [ours.job] } });
const step = () => ({ run: 'run', key: randomUUID() });
const view = () => ({ page: 'jobs', name: 'mine', query: '' });

/**
 * `scope`: what it needs. `input`: good input. `names`: whether that names something of ours, which strangers do not find.
 * `people`: whether keys are refused, whatever their scope.
 */
type Expected = { scope: Scope; input: () => unknown; names: boolean; people?: true };

/** What each procedure needs. A new procedure must be added here: one line. */
const expected: Record<string, Expected> = {
  'jobs.submit': { scope: 'jobs:write', input: () => ({ url: target }), names: false },
  'jobs.submitMany': { scope: 'jobs:write', input: () => ({ jobs: [] }), names: false },
  'jobs.get': { scope: 'jobs:read', input: () => ({ id: ours.job }), names: true },
  'jobs.getMany': { scope: 'jobs:read', input: () => ({ ids: [ours.job] }), names: false },
  'jobs.list': { scope: 'jobs:read', input: () => ({}), names: false },
  'jobs.counts': { scope: 'jobs:read', input: () => ({}), names: false },
  'jobs.knownValues': { scope: 'jobs:read', input: () => ({ of: 'host' }), names: false },
  'jobs.newerCount': { scope: 'jobs:read', input: () => ({ filter: {}, than: ours.job }), names: false },
  'jobs.cancelMany': { scope: 'jobs:write', input: picked, names: false },
  'jobs.rerunMany': { scope: 'jobs:write', input: picked, names: false },
  'jobs.view': { scope: 'jobs:read', input: () => ({ id: ours.job }), names: true },
  'jobs.attempt': { scope: 'jobs:read', input: () => ({ id: ours.job, number: 1 }), names: true },
  'jobs.body': { scope: 'jobs:read', input: () => ({ id: ours.job }), names: true },
  'jobs.attempts': { scope: 'jobs:read', input: () => ({ id: ours.job }), names: true },
  'jobs.cancel': { scope: 'jobs:write', input: () => ({ id: ours.job }), names: true },
  'jobs.tryNow': { scope: 'jobs:write', input: () => ({ id: ours.job }), names: true },
  'jobs.rerun': { scope: 'jobs:write', input: () => ({ id: ours.job }), names: true },
  'jobs.wait': { scope: 'jobs:read', input: () => ({ id: ours.job }), names: true },
  'apiKeys.list': { scope: 'admin', input: none, names: false },
  'apiKeys.create': { scope: 'admin', input: () => ({ name: 'made', scopes: ['jobs:read'] }), names: false },
  'apiKeys.revoke': { scope: 'admin', input: () => ({ id: ours.key }), names: true },
  'endpoints.list': { scope: 'jobs:read', input: none, names: false },
  'endpoints.get': { scope: 'jobs:read', input: () => ({ id: ours.endpoint }), names: true },
  'endpoints.secrets': { scope: 'jobs:read', input: () => ({ id: ours.endpoint }), names: true },
  'endpoints.create': {
    scope: 'callbacks:admin',
    input: () => ({ name: `n${randomUUID()}`, url: target }),
    names: false,
  },
  'endpoints.update': { scope: 'callbacks:admin', input: () => ({ id: ours.endpoint, description: 'x' }), names: true },
  'endpoints.enable': { scope: 'callbacks:admin', input: () => ({ id: ours.endpoint }), names: true },
  'endpoints.disable': { scope: 'callbacks:admin', input: () => ({ id: ours.endpoint }), names: true },
  'endpoints.probe': { scope: 'callbacks:admin', input: () => ({ id: ours.endpoint }), names: true },
  'endpoints.sendWaiting': { scope: 'callbacks:admin', input: () => ({ id: ours.endpoint }), names: true },
  'endpoints.rotateSecret': { scope: 'callbacks:admin', input: () => ({ id: ours.endpoint }), names: true },
  'endpoints.test': { scope: 'callbacks:admin', input: () => ({ id: ours.endpoint }), names: true },
  'endpoints.delete': { scope: 'callbacks:admin', input: () => ({ id: ours.endpoint }), names: true },
  'deliveries.list': { scope: 'jobs:read', input: () => ({}), names: false },
  'deliveries.get': { scope: 'jobs:read', input: () => ({ id: ours.delivery }), names: true },
  'deliveries.resend': { scope: 'callbacks:admin', input: () => ({ id: ours.delivery }), names: true },
  'deliveries.tryNow': { scope: 'callbacks:admin', input: () => ({ id: ours.delivery }), names: true },
  'deliveries.resendFailed': {
    scope: 'callbacks:admin',
    input: () => ({ endpoint: ours.endpoint, since }),
    names: true,
  },
  'deliveries.replaySkipped': {
    scope: 'callbacks:admin',
    input: () => ({ endpoint: ours.endpoint, since }),
    names: true,
  },
  ...moreProcedures(() => ours),
  'operations.list': { scope: 'jobs:read', input: () => ({}), names: false },
  'operations.get': { scope: 'jobs:read', input: () => ({ id: ours.operation }), names: true },
  'operations.stop': { scope: 'callbacks:admin', input: () => ({ id: ours.operation }), names: true },
  'endpoints.revealSecret': {
    scope: 'callbacks:admin',
    input: () => ({ id: ours.endpoint, secretId: ours.secret }),
    names: true,
  },
  'endpoints.endSecret': {
    scope: 'callbacks:admin',
    input: () => ({ id: ours.endpoint, secretId: ours.secret }),
    names: true,
  },
  'project.revealWebhookSecret': { scope: 'admin', input: () => ({ secretId: ours.projectSecret }), names: true },
  'project.endWebhookSecret': { scope: 'admin', input: () => ({ secretId: ours.projectSecret }), names: true },
  'settings.retention': { scope: 'jobs:read', input: none, names: false },
  'settings.previewRetention': { scope: 'jobs:read', input: () => ({}), names: false },
  'settings.setRetention': { scope: 'admin', input: () => ({ jobsDays: 20 }), names: false },
  'settings.egress': { scope: 'jobs:read', input: none, names: false },
  'settings.checkEgress': { scope: 'jobs:write', input: () => ({ url: target }), names: false },
  'project.webhookSecrets': { scope: 'admin', input: none, names: false },
  'project.rotateWebhookSecret': { scope: 'admin', input: () => ({}), names: false },
  'stats.failures': { scope: 'jobs:read', input: () => ({ range: '1h' }), names: false },
  'stats.like': { scope: 'jobs:read', input: () => ({ id: ours.job }), names: true },
  'stats.now': { scope: 'jobs:read', input: none, names: false },
  'stats.overview': { scope: 'jobs:read', input: () => ({ range: '1h' }), names: false },
  'stats.endpoint': { scope: 'jobs:read', input: () => ({ id: ours.endpoint, range: '1h' }), names: true },
  'projects.list': { scope: 'jobs:read', input: none, names: false, people: true },
  'projects.create': { scope: 'jobs:read', input: () => ({ name: 'made' }), names: false, people: true },
  'projects.rename': { scope: 'admin', input: () => ({ name: 'renamed' }), names: false },
  'members.list': { scope: 'jobs:read', input: none, names: false },
  'members.invite': { scope: 'admin', input: () => ({ email: 'new@example.com', role: 'viewer' }), names: false },
  'members.invitations': { scope: 'admin', input: none, names: false },
  'members.revokeInvitation': { scope: 'admin', input: () => ({ id: ours.invitation }), names: true },
  'members.setRole': { scope: 'admin', input: () => ({ userId: ours.member, role: 'owner' }), names: true },
  'members.remove': { scope: 'admin', input: () => ({ userId: ours.member }), names: true },
  'account.sessions': { scope: 'jobs:read', input: none, names: false, people: true },
  'account.revokeSession': { scope: 'jobs:read', input: () => ({ id: ours.session }), names: true, people: true },
  'account.revokeOtherSessions': { scope: 'jobs:read', input: none, names: false, people: true },
  'account.changePassword': {
    scope: 'jobs:read',
    input: () => ({ current: administrator(ringback).password, next: 'another password' }),
    names: false,
    people: true,
  },
  'audit.list': { scope: 'admin', input: () => ({}), names: false },
  'steps.claim': {
    scope: 'jobs:write',
    input: () => ({ ...step(), claimId: randomUUID(), leaseSeconds: 1 }),
    names: false,
  },
  'steps.finish': { scope: 'jobs:write', input: () => ({ ...step(), result: '1' }), names: false },
  'steps.release': { scope: 'jobs:write', input: () => ({ ...step(), claimId: randomUUID() }), names: false },
  'views.list': { scope: 'jobs:read', input: () => ({ page: 'jobs' }), names: false, people: true },
  'views.save': { scope: 'jobs:read', input: view, names: false, people: true },
  'views.rename': { scope: 'jobs:read', input: () => ({ id: randomUUID(), name: 'mine' }), names: true, people: true },
  'views.delete': { scope: 'jobs:read', input: () => ({ id: randomUUID() }), names: true, people: true },
  'inbox.list': { scope: 'jobs:read', input: () => ({ name: 'ours' }), names: false },
  'inbox.clear': { scope: 'jobs:write', input: () => ({ name: 'ours' }), names: false },
  ...runProcedures(() => ours),
  'session.me': { scope: 'jobs:read', input: none, names: false },
};

/** The same for REST routes. `signed`: takes no key, since it shows a signature. */
const expectedRest: Record<
  string,
  Pick<Expected, 'scope' | 'names'> & { id?: () => string; json?: () => object; signed?: true }
> = {
  'POST /v1/jobs': { scope: 'jobs:write', names: false, json: () => ({ url: target }) },
  'GET /v1/jobs': { scope: 'jobs:read', names: false },
  'POST /v1/jobs/batch': { scope: 'jobs:write', names: false, json: () => ({ jobs: [] }) },
  'GET /v1/jobs/{id}': { scope: 'jobs:read', names: true, id: () => ours.job },
  'GET /v1/jobs/{id}/result': { scope: 'jobs:read', names: true, id: () => ours.job },
  'GET /v1/jobs/{id}/events': { scope: 'jobs:read', names: true, id: () => ours.job },
  'GET /v1/jobs/{id}/attempts': { scope: 'jobs:read', names: true, id: () => ours.job },
  'GET /v1/jobs/{id}/body': { scope: 'jobs:read', names: true, id: () => ours.job },
  'POST /v1/jobs/{id}/cancel': { scope: 'jobs:write', names: true, id: () => ours.job },
  'POST /v1/jobs/{id}/try-now': { scope: 'jobs:write', names: true, id: () => ours.job },
  'POST /v1/jobs/{id}/rerun': { scope: 'jobs:write', names: true, id: () => ours.job },
  'GET /v1/jobs/export': { scope: 'jobs:read', names: false },
  'POST /v1/jobs/cancel-many': { scope: 'jobs:write', names: false, json: picked },
  'POST /v1/jobs/rerun-many': { scope: 'jobs:write', names: false, json: picked },
  'GET /v1/endpoints': { scope: 'jobs:read', names: false },
  'POST /v1/endpoints': {
    scope: 'callbacks:admin',
    names: false,
    json: () => ({ name: `r${randomUUID()}`, url: target }),
  },
  'GET /v1/endpoints/{id}': { scope: 'jobs:read', names: true, id: () => ours.endpoint },
  'PATCH /v1/endpoints/{id}': {
    scope: 'callbacks:admin',
    names: true,
    id: () => ours.endpoint,
    json: () => ({ rate: 3 }),
  },
  'GET /v1/endpoints/{id}/secrets': { scope: 'jobs:read', names: true, id: () => ours.endpoint },
  'POST /v1/endpoints/{id}/enable': { scope: 'callbacks:admin', names: true, id: () => ours.endpoint },
  'POST /v1/endpoints/{id}/disable': { scope: 'callbacks:admin', names: true, id: () => ours.endpoint },
  'POST /v1/endpoints/{id}/probe': { scope: 'callbacks:admin', names: true, id: () => ours.endpoint },
  'POST /v1/endpoints/{id}/send-waiting': { scope: 'callbacks:admin', names: true, id: () => ours.endpoint },
  'POST /v1/endpoints/{id}/rotate-secret': { scope: 'callbacks:admin', names: true, id: () => ours.endpoint },
  'POST /v1/endpoints/{id}/end-secret': {
    ...{ scope: 'callbacks:admin', names: true },
    id: () => ours.endpoint,
    json: () => ({ secretId: ours.secret }),
  },
  'POST /v1/endpoints/{id}/test': { scope: 'callbacks:admin', names: true, id: () => ours.endpoint },
  'DELETE /v1/endpoints/{id}': { scope: 'callbacks:admin', names: true, id: () => ours.endpoint },
  'GET /v1/deliveries': { scope: 'jobs:read', names: false },
  'GET /v1/deliveries/{id}': { scope: 'jobs:read', names: true, id: () => ours.delivery },
  'POST /v1/deliveries/{id}/resend': { scope: 'callbacks:admin', names: true, id: () => ours.delivery },
  'POST /v1/deliveries/{id}/try-now': { scope: 'callbacks:admin', names: true, id: () => ours.delivery },
  'POST /v1/deliveries/resend-failed': {
    ...{ scope: 'callbacks:admin', names: true },
    json: () => ({ endpoint: ours.endpoint, since }),
  },
  'POST /v1/deliveries/replay-skipped': {
    ...{ scope: 'callbacks:admin', names: true },
    json: () => ({ endpoint: ours.endpoint, since }),
  },
  ...moreRoutes(() => ours),
  ...runRoutes(() => ours),
  'GET /v1/operations': { scope: 'jobs:read', names: false },
  'GET /v1/operations/{id}': { scope: 'jobs:read', names: true, id: () => ours.operation },
  'POST /v1/operations/{id}/stop': { scope: 'callbacks:admin', names: true, id: () => ours.operation },
  'GET /v1/project/webhook-secrets': { scope: 'admin', names: false },
  'POST /v1/project/rotate-webhook-secret': { scope: 'admin', names: false },
  'POST /v1/project/end-webhook-secret': {
    ...{ scope: 'admin', names: true },
    json: () => ({ secretId: ours.projectSecret }),
  },
  'GET /v1/listeners/stream': { scope: 'callbacks:admin', names: false },
  'POST /v1/listeners/trigger': {
    ...{ scope: 'callbacks:admin', names: true },
    json: () => ({ type: 'job.completed', endpoint: 'ours' }),
  },
  'POST /v1/listeners/{id}/answers': {
    ...{ scope: 'callbacks:admin', names: true, id: () => ours.endpoint },
    json: () => ({ messageId: randomUUID(), status: 200 }),
  },
  'DELETE /v1/listeners/{id}': { scope: 'callbacks:admin', names: true, id: () => ours.endpoint },
  'POST /v1/listeners/{id}/deliver': { scope: 'callbacks:admin', names: true, id: () => ours.endpoint, signed: true },
};

type Procedure = { _def: { type: 'query' | 'mutation' | 'subscription'; meta?: ProcedureMeta } };
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>);
const procedureOf = (path: string): Procedure['_def'] =>
  (appRouter._def.procedures as unknown as Record<string, Procedure>)[path]?._def ?? { type: 'query' };
const routeNames = [
  ...allRestRoutes.map(({ method, path }) => `${method} ${path}`),
  ...listenerRoutes.map(({ method, path }) => `${method} /v1/listeners/${plain(path)}`),
];

function plain(path: RegExp): string {
  return path.source
    .replaceAll('\\/', '/')
    .replace(/^\^|\$$/g, '')
    .replace('([^/]+)', '{id}');
}

const callTrpc = (path: string, headers: Credentials, inProject = '') =>
  callProcedure(ringback, { path, type: procedureOf(path).type, input: expected[path]?.input() }, headers, inProject);
const callRest = (name: string, headers: Credentials, inProject = '') =>
  callRoute(ringback, { name, id: expectedRest[name]?.id?.(), json: expectedRest[name]?.json?.() }, headers, inProject);

const may = (has: readonly Scope[], needs: Scope) =>
  has.includes(needs) || has.includes('admin') || (has.includes('jobs:write') && needs === 'jobs:read');

/** Every way in which nobody may come in, for a procedure or a route. */
function refusesOthers(
  call: (headers: Credentials, inProject?: string) => Promise<Answer>,
  { scope, names, people = undefined }: Pick<Expected, 'scope' | 'names' | 'people'>,
): void {
  it('refuses who is nobody', async () => {
    for (const { who, headers, code } of callers.nobodies)
      expect([who, (await call(headers)).code]).toEqual([who, code]);
  });

  it('asks for its scope, of keys and of people', async () => {
    for (const has of scopes.filter((one) => !may([one], scope))) {
      const { code, text } = await call(callers.keys[has]);
      expect([has, code]).toEqual([has, 'missing_scope']);
      expect(text).toContain(scope);
    }
    for (const role of roles.filter((one: Role) => !may(roleScopes[one], scope)))
      expect([role, (await call(callers.people[role])).code]).toEqual([role, 'missing_scope']);
    if (people) expect((await call(callers.keys.admin)).code).toBe('people_only');
  });

  it('is closed to those of another project, and shows and changes nothing of ours', async () => {
    const before = await lookAt(ringback);
    for (const { who, headers, code } of callers.naming) expect([who, (await call(headers)).code]).toEqual([who, code]);
    const { projectId } = ringback.credentials;
    expect((await call(callers.stranger, projectId)).code).toBe('not_found');
    expect((await call(callers.strangerKey, projectId)).code).toBe('missing_scope');
    for (const headers of [callers.strangerKey, callers.stranger]) {
      const { code, text } = await call(headers);
      if (people && headers === callers.strangerKey) expect(code).toBe('people_only');
      else if (names) expect(code).toBe('not_found');
      else for (const id of Object.values(ours)) expect(text).not.toContain(id);
    }
    expect(await lookAt(ringback)).toEqual(before);
  });
}

it('the audit log leaves out only what keys do with jobs and steps, on the hot path', () => {
  const left = procedures.filter(([, { _def }]) => _def.meta?.audit === 'people').map(([path]) => path);
  const ofJobs = ['jobs.cancel', 'jobs.rerun', 'jobs.submit', 'jobs.submitMany', 'jobs.tryNow'];
  const withRoutes = [...ofJobs, 'runs.cancel', 'runs.start'];
  expect(left.sort()).toEqual([...withRoutes, ...turnCalls, 'steps.claim', 'steps.finish', 'steps.release'].sort());
  const routes = allRestRoutes.filter((route) => route.method !== 'GET');
  for (const { procedure } of routes) expect(procedures.map(([path]) => path)).toContain(procedure);
  const leftRoutes = routes.filter(({ procedure }) => procedureOf(procedure).meta?.audit === 'people');
  expect(leftRoutes.map(({ procedure }) => procedure).sort()).toEqual(withRoutes);
});

it('every procedure and every route is known here', () => {
  expect(procedures.map(([path]) => path).sort()).toEqual(Object.keys(expected).sort());
  expect([...routeNames].sort()).toEqual(Object.keys(expectedRest).sort());
});

describe.each(procedures.map(([path]) => path))('%s', (path) => {
  const call = (headers: Credentials, inProject?: string) => callTrpc(path, headers, inProject);
  refusesOthers(call, expected[path] ?? { scope: 'admin', names: false });
});

describe.each(routeNames.filter((name) => !expectedRest[name]?.signed))('%s', (name) => {
  refusesOthers(
    (headers, inProject) => callRest(name, headers, inProject),
    expectedRest[name] ?? { scope: 'admin', names: false },
  );
});

describe('who may is not refused', () => {
  let session: Promise<Credentials> | undefined;
  const owner = () =>
    (session ??= signIn(ringback, administrator(ringback)).then((cookie) => ({ cookie, origin: ringback.url })));
  const refusals = ['unauthorized', 'missing_scope', 'people_only', 'invalid_input', 'unknown_field', 'internal'];

  const recorded = async (action: string): Promise<number> =>
    (await ringback.db.pool.query('select 1 from audit_entry where action = $1', [action])).rowCount ?? 0;

  it.each(procedures.map(([path]) => path))('by %s, which leaves a trace when it changes something', async (path) => {
    const headers = expected[path]?.people ? await owner() : callers.keys.admin;
    const before = await recorded(path);
    const { code } = await callTrpc(path, headers);
    expect(refusals).not.toContain(code);
    const { type, meta } = procedureOf(path);
    const isKept = meta?.reveals || (type === 'mutation' && meta?.audit !== 'people');
    expect((await recorded(path)) - before).toBe(code === 'allowed' && isKept ? 1 : 0);
  });

  it.each(routeNames.filter((name) => !expectedRest[name]?.signed))('by %s', async (name) => {
    expect(refusals).not.toContain((await callRest(name, callers.keys.admin)).code);
  });
});
