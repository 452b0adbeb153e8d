import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SubmittedJob } from '#src/contract/job.ts';
import { type Scope, scopes } from '#src/contract/scope.ts';
import { formatId } from '#src/domain/id.ts';
import { restRoutes } from '#src/server/rest/jobs.ts';
import { appRouter } from '#src/server/router.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
/** One of ours, which strangers will ask for. */
let jobId = '';
let keyId = '';
let endpointId = '';
let deliveryId = '';
let operationId = '';
let stranger = '';
let revoked = '';
const withScope = new Map<Scope, string>();

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  const { rows } = await ringback.db.pool.query<{ project_id: string }>('select project_id from api_key limit 1');
  const ours = rows[0]?.project_id ?? '';
  const other = randomUUID();
  await ringback.db.pool.query(`insert into project (id, name) values ($1, 'other')`, [other]);
  stranger = await addKey(other, ['admin']);
  revoked = await addKey(ours, ['admin'], { revoked: true });
  for (const scope of scopes) withScope.set(scope, await addKey(ours, [scope]));
  const job = await ringback.call<SubmittedJob>('jobs.submit', { url: 'http://127.0.0.1:59999/', delaySeconds: 3_600 });
  jobId = job.body.result.data.id;
  const key = await ringback.db.pool.query<{ id: string }>('select id from api_key where project_id = $1 limit 1', [
    ours,
  ]);
  keyId = formatId('key', key.rows[0]?.id ?? '');
  const made = async (path: string, input: object) =>
    (await ringback.call<{ id: string }>(path, input)).body.result.data.id;
  endpointId = await made('endpoints.create', { name: 'ours', url: 'http://127.0.0.1:59999/' });
  deliveryId = await made('endpoints.test', { id: endpointId });
  operationId = await made('deliveries.resendFailed', { endpoint: endpointId, since: '2026-01-01T00:00:00Z' });
});
afterAll(() => ringback.close());

async function addKey(projectId: string, given: Scope[], { revoked = false } = {}): Promise<string> {
  const secret = `rbk_${randomUUID().replaceAll('-', '')}test`;
  await ringback.db.pool.query(
    `insert into api_key (id, project_id, name, hash, hint, scopes, revoked_at)
     values (gen_random_uuid(), $1, 'test', $2, 'test', $3, case when $4 then now() end)`,
    [projectId, createHash('sha256').update(secret).digest(), given, revoked],
  );
  return secret;
}

/** What each procedure needs, and an input that names something of ours. A new procedure must be added here. */
const expected: Record<string, { scope: Scope; input: () => unknown; names: boolean }> = {
  'jobs.submit': { scope: 'jobs:write', input: () => ({ url: 'http://127.0.0.1:59999/' }), names: false },
  'jobs.submitMany': { scope: 'jobs:write', input: () => ({ jobs: [] }), names: false },
  'jobs.get': { scope: 'jobs:read', input: () => ({ id: jobId }), names: true },
  'jobs.getMany': { scope: 'jobs:read', input: () => ({ ids: [jobId] }), names: false },
  'jobs.list': { scope: 'jobs:read', input: () => ({}), names: false },
  'jobs.attempts': { scope: 'jobs:read', input: () => ({ id: jobId }), names: true },
  'jobs.cancel': { scope: 'jobs:write', input: () => ({ id: jobId }), names: true },
  'jobs.rerun': { scope: 'jobs:write', input: () => ({ id: jobId }), names: true },
  'jobs.wait': { scope: 'jobs:read', input: () => ({ id: jobId }), names: true },
  'apiKeys.list': { scope: 'admin', input: () => undefined, names: false },
  'apiKeys.create': { scope: 'admin', input: () => ({ name: 'made', scopes: ['jobs:read'] }), names: false },
  'apiKeys.revoke': { scope: 'admin', input: () => ({ id: keyId }), names: true },
  'endpoints.list': { scope: 'jobs:read', input: () => undefined, names: false },
  'endpoints.get': { scope: 'jobs:read', input: () => ({ id: endpointId }), names: true },
  'endpoints.secrets': { scope: 'jobs:read', input: () => ({ id: endpointId }), names: true },
  'endpoints.create': {
    scope: 'callbacks:admin',
    input: () => ({ name: `made-${randomUUID()}`, url: 'http://127.0.0.1:59999/' }),
    names: false,
  },
  'endpoints.update': { scope: 'callbacks:admin', input: () => ({ id: endpointId, description: 'x' }), names: true },
  'endpoints.enable': { scope: 'callbacks:admin', input: () => ({ id: endpointId }), names: true },
  'endpoints.disable': { scope: 'callbacks:admin', input: () => ({ id: endpointId }), names: true },
  'endpoints.rotateSecret': { scope: 'callbacks:admin', input: () => ({ id: endpointId }), names: true },
  'endpoints.revealSecret': {
    scope: 'callbacks:admin',
    input: () => ({ id: endpointId, secretId: randomUUID() }),
    names: true,
  },
  'endpoints.endSecret': {
    scope: 'callbacks:admin',
    input: () => ({ id: endpointId, secretId: randomUUID() }),
    names: true,
  },
  'project.revealWebhookSecret': { scope: 'admin', input: () => ({ secretId: randomUUID() }), names: true },
  'project.endWebhookSecret': { scope: 'admin', input: () => ({ secretId: randomUUID() }), names: true },
  'settings.retention': { scope: 'jobs:read', input: () => undefined, names: false },
  'settings.previewRetention': { scope: 'jobs:read', input: () => ({}), names: false },
  'settings.setRetention': { scope: 'admin', input: () => ({ jobsDays: 20 }), names: false },
  'settings.egress': { scope: 'jobs:read', input: () => undefined, names: false },
  'settings.checkEgress': { scope: 'jobs:write', input: () => ({ url: 'http://127.0.0.1:59999/' }), names: false },
  'endpoints.test': { scope: 'callbacks:admin', input: () => ({ id: endpointId }), names: true },
  'endpoints.delete': { scope: 'callbacks:admin', input: () => ({ id: endpointId }), names: true },
  'deliveries.list': { scope: 'jobs:read', input: () => ({}), names: false },
  'deliveries.get': { scope: 'jobs:read', input: () => ({ id: deliveryId }), names: true },
  'deliveries.resend': { scope: 'callbacks:admin', input: () => ({ id: deliveryId }), names: true },
  'deliveries.resendFailed': {
    scope: 'callbacks:admin',
    input: () => ({ endpoint: endpointId, since: '2026-01-01T00:00:00Z' }),
    names: true,
  },
  'deliveries.replaySkipped': {
    scope: 'callbacks:admin',
    input: () => ({ endpoint: endpointId, since: '2026-01-01T00:00:00Z' }),
    names: true,
  },
  'operations.list': { scope: 'callbacks:admin', input: () => ({}), names: false },
  'operations.get': { scope: 'callbacks:admin', input: () => ({ id: operationId }), names: true },
  'operations.stop': { scope: 'callbacks:admin', input: () => ({ id: operationId }), names: true },
  'project.webhookSecrets': { scope: 'admin', input: () => undefined, names: false },
  'project.rotateWebhookSecret': { scope: 'admin', input: () => ({}), names: false },
  'stats.overview': { scope: 'jobs:read', input: () => ({ range: '1h' }), names: false },
  'stats.endpoint': { scope: 'jobs:read', input: () => ({ id: endpointId, range: '1h' }), names: true },
  'session.me': { scope: 'jobs:read', input: () => undefined, names: false },
};

type Procedure = { _def: { type: 'query' | 'mutation' | 'subscription' } };
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>);

/** The code a call is refused with, or `allowed`, and all it said. */
async function attempt(path: string, key: string | null): Promise<{ code: string; text: string }> {
  const input = expected[path]?.input();
  const { type } = (appRouter._def.procedures as unknown as Record<string, Procedure>)[path]?._def ?? { type: 'query' };
  const query = type === 'mutation' || input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const gone = new AbortController();
  const response = await fetch(`${ringback.url}/api/trpc/${path}${query}`, {
    method: type === 'mutation' ? 'POST' : 'GET',
    headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), 'content-type': 'application/json' },
    ...(type === 'mutation' ? { body: JSON.stringify(input ?? {}) } : {}),
    signal: gone.signal,
  });
  const text = type === 'subscription' ? await firstEvents(response) : await response.text();
  gone.abort();
  return { code: /"data":\{"code":"(\w+)"/.exec(text)?.[1] ?? 'allowed', text };
}

/** A stream goes on while the job does: its first word after the greeting is enough. */
async function firstEvents(response: Response): Promise<string> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (/^data: .*"(id|code)"/m.test(text)) break;
  }
  return text;
}

const may = (has: Scope, needs: Scope) =>
  has === needs || has === 'admin' || (has === 'jobs:write' && needs === 'jobs:read');

it('every procedure is known here', () => {
  expect(procedures.map(([path]) => path).sort()).toEqual(Object.keys(expected).sort());
});

describe.each(procedures.map(([path]) => path))('%s', (path) => {
  const { scope, names } = expected[path] ?? { scope: 'admin', names: false };

  it('refuses who sends no key, a wrong one, or a revoked one', async () => {
    expect((await attempt(path, null)).code).toBe('unauthorized');
    expect((await attempt(path, `rbk_${'x'.repeat(43)}`)).code).toBe('unauthorized');
    expect((await attempt(path, revoked)).code).toBe('key_revoked');
  });

  it('asks for its scope', async () => {
    for (const has of scopes.filter((one) => !may(one, scope))) {
      const { code, text } = await attempt(path, withScope.get(has) ?? null);
      expect([has, code]).toEqual([has, 'missing_scope']);
      expect(text).toContain(scope);
    }
  });

  it('shows and does nothing across projects', async () => {
    const { code, text } = await attempt(path, stranger);
    if (names) expect(code).toBe('not_found');
    expect(text.replace(`there is no job ${jobId}`, '').replace(`"${keyId}"`, '')).not.toContain(jobId);
    const { rows } = await ringback.db.pool.query(
      `select (select count(*)::int from job where state = 'cancelled') as cancelled,
              (select count(*)::int from job where rerun_of is not null) as rerun,
              (select count(*)::int from api_key where revoked_at is not null) as revoked`,
    );
    expect(rows[0]).toEqual({ cancelled: 0, rerun: 0, revoked: 1 });
  });
});

describe.each(restRoutes.map(({ method, path }) => [method, path.source.replaceAll('\\/', '/')] as const))(
  'REST %s %s',
  (method, source) => {
    const path = () => source.replace(/^\^|\$$/g, '').replace('([^/]+)', jobId);
    const send = async (key: string | null) => {
      const json = method === 'POST' ? { url: 'http://127.0.0.1:59999/', jobs: [] } : undefined;
      const response = await ringback.rest(method, path(), { key, ...(json && { json }) });
      return { status: response.status, text: await response.text() };
    };

    it('refuses who has no right, and a stranger finds nothing', async () => {
      expect((await send(null)).status).toBe(401);
      expect((await send(`rbk_${'x'.repeat(43)}`)).status).toBe(401);
      expect((await send(revoked)).status).toBe(401);
      expect((await send(withScope.get('callbacks:admin') ?? '')).status).toBe(403);
      if (method === 'POST') expect((await send(withScope.get('jobs:read') ?? '')).status).toBe(403);
      const { status, text } = await send(stranger);
      if (path().includes(jobId)) expect(status).toBe(404);
      expect(text.replace(`there is no job ${jobId}`, '')).not.toContain(jobId);
    });
  },
);
