import type { Scope } from '#src/contract/project/scope.ts';

/** Who may call the procedures of quotas. */
export const quotaProcedures = {
  'settings.quotas': { scope: 'jobs:read' as Scope, input: () => undefined, names: false },
  'settings.setQuotas': { scope: 'admin' as Scope, input: () => ({ openJobs: 900_000 }), names: false },
};
