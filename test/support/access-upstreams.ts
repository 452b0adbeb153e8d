import { randomUUID } from 'node:crypto';
import type { Scope } from '#src/contract/project/scope.ts';
import type { Ours } from './access.ts';

const baseUrl = 'http://127.0.0.1:59999/v1';
const made = () => ({ name: `made-${randomUUID()}`, baseUrl });

/** What each procedure of upstreams needs, as `access.test.ts` describes it. */
export function upstreamProcedures(ours: () => Ours) {
  const byId = () => ({ id: ours().upstream });
  const read = { scope: 'jobs:read' as Scope };
  const write = { scope: 'admin' as Scope };
  return {
    'upstreams.list': { ...read, input: () => undefined, names: false },
    'upstreams.get': { ...read, input: byId, names: true },
    'upstreams.usage': { ...read, input: () => ({ ...byId(), range: '1h' }), names: true },
    'upstreams.create': { ...write, input: made, names: false },
    'upstreams.update': { ...write, input: () => ({ ...byId(), models: ['gpt-'] }), names: true },
    'upstreams.test': { ...write, input: () => ({ ...byId(), path: 'wrong' }), names: true },
    'upstreams.delete': { ...write, input: byId, names: true },
  };
}

/** What each route of upstreams needs. */
export function upstreamRouteNeeds(ours: () => Ours) {
  const id = () => ours().upstream;
  const read = { scope: 'jobs:read' as Scope };
  const write = { scope: 'admin' as Scope };
  return {
    'GET /v1/upstreams': { ...read, names: false },
    'POST /v1/upstreams': { ...write, names: false, json: made },
    'GET /v1/upstreams/{id}': { ...read, names: true, id },
    'PATCH /v1/upstreams/{id}': { ...write, names: true, id, json: () => ({ models: ['claude-'] }) },
    'POST /v1/upstreams/{id}/test': { ...write, names: true, id, json: () => ({ path: 'wrong' }) },
    'DELETE /v1/upstreams/{id}': { ...write, names: true, id },
  };
}
