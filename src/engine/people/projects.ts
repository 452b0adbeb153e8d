import type { ProjectView } from '#src/contract/project/people.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { formatId } from '#src/domain/text/id.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { addSecret } from '#src/engine/endpoint/endpoint-secrets.ts';
import { newId } from '#src/engine/new-id.ts';
import { insertMembership, isOwnerSomewhere } from '#src/store/people/member-rows.ts';
import { insertProject, type ProjectRow, renameProject as updateName } from '#src/store/people/project-rows.ts';

/**
 * Makes a project with a webhook secret. Its creator becomes the owner. Only an owner of another project may do this.
 */
export function createProject(deps: EngineDeps, userId: string, name: string): Promise<ProjectView> {
  const id = newId(deps.now());
  return deps.db.prismaTransaction(async (tx) => {
    if (!(await isOwnerSomewhere(tx, userId)))
      throw new Refusal('missing_scope', 'only an owner of a project may create another one');
    const made = await insertProject(tx, { id, name });
    await addSecret(tx, { projectId: id, endpointId: null }, 'v1', deps);
    await insertMembership(tx, { userId, projectId: id, role: 'owner' });
    return { ...projectView(made), role: 'owner' };
  });
}

export async function renameProject(
  { db }: Pick<EngineDeps, 'db'>,
  id: string,
  name: string,
): Promise<Omit<ProjectView, 'role'>> {
  const row = await updateName(db, id, name);
  if (!row) throw new Refusal('not_found', `there is no project ${formatId('prj', id)}`);
  return projectView(row);
}

/** Returns the view of a project, without the caller's role in it. */
function projectView({ id, name, createdAt }: ProjectRow): Omit<ProjectView, 'role'> {
  return { id: formatId('prj', id), name, createdAt: createdAt.toISOString() };
}
