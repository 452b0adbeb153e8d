import type { SavedView } from '#src/contract/project/saved-view.ts';
import { Refusal } from '#src/contract/shape/error-code.ts';
import { projectLimits } from '#src/domain/limits.ts';
import type { EngineDeps } from '#src/engine/deps.ts';
import { newId } from '#src/engine/new-id.ts';
import {
  deleteView,
  listViews,
  renameView,
  type SavedViewRow,
  saveView,
  seesView,
  type Viewer,
} from '#src/store/people/saved-view-rows.ts';

type ViewDeps = Pick<EngineDeps, 'db' | 'now'>;
type Page = SavedView['page'];

export async function savedViews(deps: ViewDeps, viewer: Viewer, page: Page): Promise<SavedView[]> {
  return (await listViews(deps.db, viewer, page)).map((row) => viewOf(row, viewer));
}

/** Saves a view. It replaces the person's view of the same name, if there is one. */
export async function putView(
  deps: ViewDeps,
  viewer: Viewer,
  input: { page: Page; name: string; query: string; shared?: boolean | undefined },
): Promise<SavedView> {
  const { page, name, query, shared = null } = input;
  const row = await saveView(
    deps.db,
    viewer,
    { id: newId(deps.now()), page, name, query, shared },
    projectLimits.savedViews,
  );
  if (!row)
    throw new Refusal('invalid_input', `there are ${projectLimits.savedViews} views already; delete one first`, 'name');
  return viewOf(row, viewer);
}

/** Renames or shares a view. Only the person who made the view may change it. */
export async function changeView(
  deps: ViewDeps,
  viewer: Viewer,
  input: { id: string; name: string; shared?: boolean | undefined },
): Promise<SavedView> {
  const row = await renameView(deps.db, viewer, { id: input.id, name: input.name, shared: input.shared ?? null });
  if (row === 'taken') throw new Refusal('name_taken', `you have a view "${input.name}" already`, 'name');
  if (!row) throw await whyNot(deps, viewer, input.id, 'changes');
  return viewOf(row, viewer);
}

/** Deletes a view of the person. An owner of the project may also delete views that others share. */
export async function removeView(deps: ViewDeps, viewer: Viewer, id: string, isOwner: boolean): Promise<void> {
  if (!(await deleteView(deps.db, viewer, id, isOwner))) throw await whyNot(deps, viewer, id, 'deletes');
}

async function whyNot(deps: ViewDeps, viewer: Viewer, id: string, verb: string): Promise<Refusal> {
  return (await seesView(deps.db, viewer, id))
    ? new Refusal('missing_scope', `only whoever made a view ${verb} it`, 'id')
    : new Refusal('not_found', `there is no view ${id}`, 'id');
}

function viewOf(row: SavedViewRow, viewer: Viewer): SavedView {
  return {
    id: row.id,
    page: row.page,
    name: row.name,
    query: row.query,
    shared: row.shared,
    mine: row.userId === viewer.userId,
    updatedAt: row.updatedAt.toISOString(),
  };
}
