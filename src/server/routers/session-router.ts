import type { ProjectView } from '#src/contract/project/people.ts';
import type { Role } from '#src/contract/project/scope.ts';
import { formatId } from '#src/domain/text/id.ts';
import { procedure, router } from '#src/server/call/procedure.ts';
import { findMemberships } from '#src/store/people/member-rows.ts';
import { findProject } from '#src/store/people/project-rows.ts';
import { countLiveWorkers } from '#src/store/worker/workers.ts';
import { projectView } from './projects-router.ts';

/** Who is asking, and what the frame of every page shows. */
export type Me = {
  /** Null for an API key. */
  user: { id: string; email: string; name: string } | null;
  role: Role | null;
  /** The one that this call acts in. */
  project: { id: string; name: string };
  /** All of a person's, the one joined first before the others; none for an API key. */
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
      workersAlive: await countLiveWorkers(deps.db),
    };
  }),
});
