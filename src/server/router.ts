import { mergeRouters, router } from '#src/server/call/procedure.ts';
import { accountRouter } from '#src/server/routers/account-router.ts';
import { alertsRouter } from '#src/server/routers/alerts-router.ts';
import { apiKeysRouter } from '#src/server/routers/api-keys-router.ts';
import { auditRouter } from '#src/server/routers/audit-router.ts';
import { deliveriesRouter } from '#src/server/routers/deliveries-router.ts';
import { deliveryFilesRouter } from '#src/server/routers/delivery-files-router.ts';
import { endpointsRouter } from '#src/server/routers/endpoints-router.ts';
import { findRouter } from '#src/server/routers/find-router.ts';
import { flowsRouter } from '#src/server/routers/flows-router.ts';
import { inboxRouter } from '#src/server/routers/inbox-router.ts';
import { jobFilesRouter } from '#src/server/routers/job-files-router.ts';
import { jobsRouter } from '#src/server/routers/jobs-router.ts';
import { membersRouter } from '#src/server/routers/members-router.ts';
import { operationsRouter } from '#src/server/routers/operations-router.ts';
import { pausesRouter } from '#src/server/routers/pauses-router.ts';
import { projectRouter } from '#src/server/routers/project-router.ts';
import { projectsRouter } from '#src/server/routers/projects-router.ts';
import { retryRouter } from '#src/server/routers/retry-router.ts';
import { runsRouter } from '#src/server/routers/runs-router.ts';
import { schedulesRouter } from '#src/server/routers/schedules-router.ts';
import { sessionRouter } from '#src/server/routers/session-router.ts';
import { settingsRouter } from '#src/server/routers/settings-router.ts';
import { statsRouter } from '#src/server/routers/stats-router.ts';
import { stepsRouter } from '#src/server/routers/steps-router.ts';
import { upstreamsRouter } from '#src/server/routers/upstreams-router.ts';
import { viewsRouter } from '#src/server/routers/views-router.ts';

const parts = {
  deliveries: deliveriesRouter,
  operations: operationsRouter,
  apiKeys: apiKeysRouter,
  session: sessionRouter,
  endpoints: endpointsRouter,
  find: findRouter,
  flows: flowsRouter,
  pauses: pausesRouter,
  retry: retryRouter,
  schedules: schedulesRouter,
  upstreams: upstreamsRouter,
  project: projectRouter,
  views: viewsRouter,
  steps: stepsRouter,
  runs: runsRouter,
  settings: settingsRouter,
  stats: statsRouter,
  projects: projectsRouter,
  members: membersRouter,
  account: accountRouter,
  audit: auditRouter,
  inbox: inboxRouter,
  alerts: alertsRouter,
};

export const appRouter = router({ jobs: jobsRouter, ...parts });

/** The procedures that REST calls. They include those that only REST has. */
export const restRouter = router({
  ...parts,
  jobs: mergeRouters(jobsRouter, jobFilesRouter),
  deliveries: mergeRouters(deliveriesRouter, deliveryFilesRouter),
});

/** The type that the client and the dashboard are typed by. */
export type AppRouter = typeof appRouter;
