import type { Scope } from '#src/contract/project/scope.ts';
import type { Ours } from './access.ts';

const read = { scope: 'jobs:read' as Scope };
const write = { scope: 'jobs:write' as Scope };
const outcomes = () => ({ outcomes: [503] });

/** What each procedure of flows and retry policies needs, as `access.test.ts` describes it. */
export function flowProcedures(ours: () => Ours) {
  const byId = () => ({ id: ours().flow });
  return {
    'flows.list': { ...read, input: () => ({}), names: false },
    'flows.get': { ...read, input: byId, names: true },
    'flows.set': { ...write, input: () => ({ ...byId(), concurrency: 2 }), names: true },
    'flows.pause': { ...write, input: byId, names: true },
    'flows.resume': { ...write, input: byId, names: true },
    'pauses.list': { ...read, input: () => undefined, names: false },
    'pauses.begin': { ...write, input: () => ({ host: 'a.test' }), names: false },
    'pauses.end': { ...write, input: () => ({ host: 'a.test' }), names: false },
    'retry.simulate': { ...read, input: outcomes, names: false },
  };
}

/** What each route of flows and retry policies needs. */
export function flowRouteNeeds(ours: () => Ours) {
  const id = () => ours().flow;
  return {
    'GET /v1/flows': { ...read, names: false },
    'GET /v1/flows/{id}': { ...read, names: true, id },
    'PATCH /v1/flows/{id}': { ...write, names: true, id, json: () => ({ fixed: true }) },
    'POST /v1/flows/{id}/pause': { ...write, names: true, id },
    'POST /v1/flows/{id}/resume': { ...write, names: true, id },
    'GET /v1/pauses': { ...read, names: false },
    'POST /v1/pauses': { ...write, names: false, json: () => ({ host: 'a.test' }) },
    'POST /v1/pauses/end': { ...write, names: false, json: () => ({ host: 'a.test' }) },
    'POST /v1/retry/simulate': { ...read, names: false, json: outcomes },
  };
}
