import { type ProjectView, projectInput } from '#src/contract/project/people.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { createProject, renameProject } from '#src/engine/people/projects.ts';
import { personal, procedure, router } from '#src/server/call/procedure.ts';
import { findMemberships, type MembershipRow } from '#src/store/people/member-rows.ts';

export function projectView(row: MembershipRow): ProjectView {
  return {
    id: formatId('prj', row.projectId),
    name: row.project.name,
    role: row.role,
    createdAt: row.project.createdAt.toISOString(),
  };
}

export const projectsRouter = router({
  /** Lists the person's projects, in the order in which the person joined them. */
  list: personal('jobs:read').query(async ({ ctx }) => ({
    projects: (await findMemberships(ctx.deps.db, ctx.person.id)).map(projectView),
  })),

  /**
   * Makes a project. The caller must own at least one project, not necessarily the current one. The caller owns the new
   * project too.
   */
  create: personal('jobs:read')
    .meta({ projectOf: (made) => parseId('prj', (made as ProjectView).id) })
    .input(projectInput)
    .mutation(({ ctx, input: { name } }) => createProject(ctx.deps, ctx.person.id, name)),

  /** Renames the current project. */
  rename: procedure('admin')
    .input(projectInput)
    .mutation(({ ctx, input: { name } }) => renameProject(ctx.deps, ctx.caller.projectId, name)),
});
