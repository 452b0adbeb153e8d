import { accountRouter } from './routers/account.ts';
import { apiKeysRouter } from './routers/api-keys.ts';
import { auditRouter } from './routers/audit.ts';
import { deliveriesRouter } from './routers/deliveries.ts';
import { endpointsRouter } from './routers/endpoints.ts';
import { inboxRouter } from './routers/inbox.ts';
import { jobsRouter } from './routers/jobs.ts';
import { membersRouter } from './routers/members.ts';
import { operationsRouter } from './routers/operations.ts';
import { projectRouter } from './routers/project.ts';
import { projectsRouter } from './routers/projects.ts';
import { sessionRouter } from './routers/session.ts';
import { settingsRouter } from './routers/settings.ts';
import { statsRouter } from './routers/stats.ts';
import { viewsRouter } from './routers/views.ts';
import { router } from './trpc.ts';

export const appRouter = router({
  jobs: jobsRouter,
  deliveries: deliveriesRouter,
  operations: operationsRouter,
  apiKeys: apiKeysRouter,
  session: sessionRouter,
  endpoints: endpointsRouter,
  project: projectRouter,
  views: viewsRouter,
  settings: settingsRouter,
  stats: statsRouter,
  projects: projectsRouter,
  members: membersRouter,
  account: accountRouter,
  audit: auditRouter,
  inbox: inboxRouter,
});

/** What the client and the dashboard are typed by. */
export type AppRouter = typeof appRouter;
