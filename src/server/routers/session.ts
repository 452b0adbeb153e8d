import type { Role } from '#src/contract/scope.ts';
import { procedure, router } from '#src/server/trpc.ts';
import { findProject } from '#src/store/projects.ts';
import { countLiveWorkers } from '#src/store/workers.ts';

/** Who is asking, and what the frame of every page shows. */
export type Me = {
  /** Null for an API key. */
  user: { email: string; name: string } | null;
  role: Role | null;
  project: { id: string; name: string };
  workersAlive: number;
};

export const sessionRouter = router({
  me: procedure('jobs:read').query(async ({ ctx }): Promise<Me> => {
    const { deps, caller } = ctx;
    const member = caller.kind === 'user' ? await deps.sessions.findMember(caller.id) : null;
    return {
      user: member && { email: member.email, name: member.name },
      role: member?.role ?? null,
      project: await findProject(deps.db, caller.projectId),
      workersAlive: await countLiveWorkers(deps.db),
    };
  }),
});
