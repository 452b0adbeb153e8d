import type { Scope } from '#src/contract/project/scope.ts';

/** What each procedure of alerts needs, as `access.test.ts` describes it. */
export const alertProcedures = {
  'alerts.settings': { scope: 'jobs:read' as Scope, input: () => undefined, names: false },
  'alerts.set': {
    scope: 'admin' as Scope,
    input: () => ({ slackUrl: 'http://127.0.0.1:59999/', timezone: 'UTC' }),
    names: false,
  },
  'alerts.test': { scope: 'admin' as Scope, input: () => undefined, names: false },
};

/** What each route of alerts needs. */
export const alertRouteNeeds = {
  'GET /v1/alerts/settings': { scope: 'jobs:read' as Scope, names: false },
  'PATCH /v1/alerts/settings': { scope: 'admin' as Scope, names: false, json: () => ({ timezone: 'UTC' }) },
  'POST /v1/alerts/test': { scope: 'admin' as Scope, names: false },
};
