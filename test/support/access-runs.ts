import type { Ours } from './access.ts';

const proof = (ours: () => Ours) => ({ run: ours().run, turn: 1, token: 'x' });
const named = (ours: () => Ours) => ({ id: ours().run });

/** What each procedure of runs needs. A token that is not that of the turn reads and changes nothing. */
export const runProcedures = (ours: () => Ours) => ({
  'runs.start': {
    scope: 'jobs:write' as const,
    input: () => ({ url: 'http://127.0.0.1:59999/' }),
    names: false,
  },
  'runs.get': { scope: 'jobs:read' as const, input: () => named(ours), names: true },
  'runs.list': { scope: 'jobs:read' as const, input: () => ({}), names: false },
  'runs.cancel': { scope: 'jobs:write' as const, input: () => named(ours), names: true },
  'runs.enter': { scope: 'jobs:write' as const, input: () => proof(ours), names: false },
  'runs.keep': { scope: 'jobs:write' as const, input: () => ({ ...proof(ours), steps: [] }), names: false },
  'runs.step': { scope: 'jobs:write' as const, input: () => ({ ...proof(ours), key: 'a' }), names: false },
});

/** The same for REST. */
export const runRoutes = (ours: () => Ours) => ({
  'POST /v1/runs': {
    scope: 'jobs:write' as const,
    names: false,
    json: () => ({ url: 'http://127.0.0.1:59999/' }),
  },
  'GET /v1/runs': { scope: 'jobs:read' as const, names: false },
  'GET /v1/runs/{id}': { scope: 'jobs:read' as const, names: true, id: () => ours().run },
  'POST /v1/runs/{id}/cancel': { scope: 'jobs:write' as const, names: true, id: () => ours().run },
});

/** The calls of a route in a turn. No path of REST leads to them. */
export const turnCalls = ['runs.enter', 'runs.keep', 'runs.step'];
