import type { ProjectView } from '#src/contract/project/people.ts';
import type { Role } from '#src/contract/project/scope.ts';
import { formatId } from '#src/domain/text/id.ts';
import { procedure, router } from '#src/server/call/procedure.ts';
import { findMemberships } from '#src/store/people/member-rows.ts';
import { findProject } from '#src/store/people/project-rows.ts';
import { countLiveWorkers } from '#src/store/worker/workers.ts';
import { projectView } from './projects-router.ts';

/** The caller, and the data that the frame of every dashboard page shows. */
export type Me = {
  /** The signed-in person, or null for an API key. */
  user: { id: string; email: string; name: string } | null;
  role: Role | null;
  /** The current project of the call. */
  project: { id: string; name: string };
  /** All projects of the person, in the order in which the person joined them. Empty for an API key. */
  projects: ProjectView[];
  workersAlive: number;
};

export const sessionRouter = router({
  me: procedure('jobs:read').query(async ({ ctx }): Promise<Me> => {
    const { deps, caller } = ctx;
    const memberships = caller.kind === 'user' ? await findMemberships(deps.db, caller.id) : [];
    const project = await findProject(deps.db, caller.projectId);
    const here = memberships.find((row) => row.projectId === caller.projectId);
    return {
      user: here ? { id: caller.id, ...here.user } : null,
      role: here?.role ?? null,
      project: { id: formatId('prj', caller.projectId), name: project?.name ?? '' },
      projects: memberships.map(projectView),
      workersAlive: await countLiveWorkers(deps.db, deps.pace.silentAfterSeconds),
    };
  }),
});
