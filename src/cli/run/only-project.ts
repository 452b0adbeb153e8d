import { StartError } from '#src/cli/start-error.ts';
import { formatId, parseId } from '#src/domain/text/id.ts';
import { isUuid } from '#src/domain/text/uuid.ts';
import type { Db } from '#src/store/db/database.ts';
import { findProjectsNamed } from '#src/store/move/find-projects.ts';

/** Returns the project with an id or a name. Throws a StartError if there is none, or more than one. */
export async function onlyProject(db: Db, given: string): Promise<{ id: string; name: string }> {
  const id = parseId('prj', given) ?? (isUuid(given) ? given : null);
  const found = await findProjectsNamed(db, { id, name: given });
  const [project] = found;
  if (project !== undefined && found.length === 1) return project;
  if (project === undefined) throw new StartError(`There is no project "${given}".`);
  const ids = found.map((one) => formatId('prj', one.id)).join(', ');
  throw new StartError(`${found.length} projects have the name "${given}": give the id of one (${ids}).`);
}
