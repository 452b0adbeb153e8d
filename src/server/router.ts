import { apiKeysRouter } from './routers/api-keys.ts';
import { jobsRouter } from './routers/jobs.ts';
import { sessionRouter } from './routers/session.ts';
import { router } from './trpc.ts';

export const appRouter = router({ jobs: jobsRouter, apiKeys: apiKeysRouter, session: sessionRouter });

/** What the client and the dashboard are typed by. */
export type AppRouter = typeof appRouter;
