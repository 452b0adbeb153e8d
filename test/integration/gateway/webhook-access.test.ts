import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '#src/contract/project/scope.ts';
import { scopes } from '#src/contract/project/scope.ts';
import { webhookRoutes } from '#src/server/gateway/webhook-routes.ts';
import { type Callers, type Credentials, makeCallers } from '#test/support/access.ts';
import { startRingback, type TestRingback } from '#test/support/ringback.ts';

let ringback: TestRingback;
let callers: Callers;
/** The endpoint of ours that strangers will ask for. */
let id: string;
const body = { event_types: ['response.failed'], name: 'ours', url: 'http://127.0.0.1:59999/' };

beforeAll(async () => {
  ringback = await startRingback({ worker: false });
  callers = await makeCallers(ringback);
  const made = await ringback.rest('POST', '/v1/webhook_endpoints', { json: body });
  ({ id } = (await made.json()) as { id: string });
});
afterAll(() => ringback.close());

type Needs = { scope: Scope; names: boolean; json?: object };

/** What each route needs. `names`: whether the path names something of ours, which strangers do not find. */
const expected: Record<string, Needs> = {
  'POST /v1/webhook_endpoints': { scope: 'callbacks:admin', names: false, json: body },
  'GET /v1/webhook_endpoints': { scope: 'jobs:read', names: false },
  'GET /v1/webhook_endpoints/{id}': { scope: 'jobs:read', names: true },
  'POST /v1/webhook_endpoints/{id}': { scope: 'callbacks:admin', names: true, json: { name: 'changed' } },
  'DELETE /v1/webhook_endpoints/{id}': { scope: 'callbacks:admin', names: true },
  'POST /v1/webhook_endpoints/{id}/rotate_secret': { scope: 'callbacks:admin', names: true, json: {} },
  'POST /v1/webhook_endpoints/{id}/test': {
    ...{ scope: 'callbacks:admin', names: true },
    json: { event_type: 'response.failed' },
  },
  'GET /v1/webhook_event_types': { scope: 'jobs:read', names: false },
};

const names = webhookRoutes.map(({ method, path }) => {
  const plain = path.source.replaceAll('\\/', '/').replace(/^\^|\$$/g, '');
  return `${method} ${plain.replace('([^/]+)', '{id}')}`;
});

async function call(name: string, headers: Credentials): Promise<{ status: number; code: string; text: string }> {
  const [method = '', path = ''] = name.split(' ');
  const { json } = expected[name] ?? {};
  const response = await ringback.rest(method, path.replace('{id}', id), {
    ...{ key: null, headers },
    ...(json && { json }),
  });
  const text = await response.text();
  const { error } = JSON.parse(text) as { error?: { code: string } };
  return { status: response.status, code: error?.code ?? 'allowed', text };
}

it('every route is known here', () => {
  expect([...names].sort()).toEqual(Object.keys(expected).sort());
});

describe.each(names)('%s', (name) => {
  const needs = expected[name] as Needs;
  const isEnough = (has: Scope) =>
    has === needs.scope || has === 'admin' || (needs.scope === 'jobs:read' && has === 'jobs:write');

  it('refuses who is nobody, and sessions', async () => {
    for (const { headers } of callers.nobodies) expect((await call(name, headers)).code).toBe('invalid_api_key');
    expect((await call(name, callers.people.owner)).status).toBe(401);
  });

  it('asks for its scope', async () => {
    for (const has of scopes.filter((one) => !isEnough(one))) {
      const { status, code, text } = await call(name, callers.keys[has]);
      expect([has, status, code]).toEqual([has, 403, 'missing_scope']);
      expect(text).toContain(needs.scope);
    }
  });

  it('is closed to those of another project', async () => {
    const { code, text } = await call(name, callers.strangerKey);
    if (needs.names) expect(code).toBe('not_found');
    else expect(text).not.toContain(id);
    const { headers } = callers.naming[0] as { headers: Credentials };
    expect((await call(name, headers)).code).toBe('missing_scope');
  });
});

it('what changes something is in the audit log, under the names of our own procedures', async () => {
  await call('POST /v1/webhook_endpoints/{id}', callers.keys.admin);
  const { rows } = await ringback.db.pool.query('select action, target from audit_entry order by id');
  const own = id.replace('whe_', 'end_');
  expect(rows).toContainEqual({ action: 'endpoints.create', target: own });
  expect(rows).toContainEqual({ action: 'endpoints.update', target: own });
});
