import type { Runner } from '#src/store/db/database.ts';
import type { SavedView } from '#src/store/generated/client.ts';

export type SavedViewRow = Omit<SavedView, 'page' | 'projectId' | 'createdAt'> & { page: ViewPage };

type ViewPage = 'jobs' | 'deliveries';

const columns = 'id, user_id as "userId", page, name, query, shared, updated_at as "updatedAt"';

export type Viewer = { projectId: string; userId: string };

/**
 * Lists a person's views of a page, the own ones first, then those that others share. This is SQL because of its order.
 */
export function listViews(db: Runner, viewer: Viewer, page: ViewPage): Promise<SavedViewRow[]> {
  return db.run<SavedViewRow>(
    'list_views',
    `select ${columns} from saved_view where project_id = $1 and page = $3 and (user_id = $2 or shared)
     order by user_id <> $2, lower(name), id limit 500`,
    [viewer.projectId, viewer.userId, page],
  );
}

/** Returns true when the person can see the view. */
export async function seesView({ prisma }: Runner, { projectId, userId }: Viewer, id: string): Promise<boolean> {
  return (await prisma.savedView.count({ where: { id, projectId, OR: [{ userId }, { shared: true }] } })) > 0;
}

export type NewView = Pick<SavedViewRow, 'id' | 'page' | 'name' | 'query'> & { shared: boolean | null };

/**
 * Saves a view. It replaces the person's view of the same name. Returns undefined when the person already has `most`
 * views of that page. This is SQL because it counts, inserts and updates in one statement.
 */
export async function saveView(
  db: Runner,
  viewer: Viewer,
  view: NewView,
  most: number,
): Promise<SavedViewRow | undefined> {
  const rows = await db.run<SavedViewRow>(
    'save_view',
    `insert into saved_view as v (id, project_id, user_id, page, name, query, shared, updated_at)
     select $3, $1, $2, $4, $5, $6, coalesce($7, false), now()
     where (select count(*) from saved_view where project_id = $1 and user_id = $2 and page = $4 and name <> $5) < $8
     on conflict (project_id, user_id, page, name) do update
       set query = excluded.query, shared = coalesce($7, v.shared), updated_at = now()
     returning ${columns}`,
    [viewer.projectId, viewer.userId, view.id, view.page, view.name, view.query, view.shared, most],
  );
  return rows[0];
}

/**
 * Changes a person's own view. Returns `taken` when another of the person's views of that page has the name. This is
 * SQL because it locks, checks and updates in one statement.
 */
export async function renameView(
  db: Runner,
  viewer: Viewer,
  change: { id: string; name: string; shared: boolean | null },
): Promise<SavedViewRow | 'taken' | undefined> {
  const rows = await db.run<SavedViewRow & { taken: boolean }>(
    'rename_view',
    `with mine as (
       select v.id, exists (select 1 from saved_view o where o.project_id = v.project_id and o.user_id = v.user_id
         and o.page = v.page and o.name = $4 and o.id <> v.id) as taken
       from saved_view v where v.project_id = $1 and v.user_id = $2 and v.id = $3 for update of v
     ), renamed as (
       update saved_view v set name = $4, shared = coalesce($5, v.shared), updated_at = now()
       from mine where v.id = mine.id and not mine.taken returning v.*
     )
     select mine.taken, r.id, r.user_id as "userId", r.page, r.name, r.query, r.shared, r.updated_at as "updatedAt"
     from mine left join renamed r on r.id = mine.id`,
    [viewer.projectId, viewer.userId, change.id, change.name, change.shared],
  );
  const [row] = rows;
  return row?.taken ? 'taken' : row;
}

/** Deletes a person's own view, or with `alsoOthers` one that others share. Returns false when there is none. */
export async function deleteView(
  { prisma }: Runner,
  { projectId, userId }: Viewer,
  id: string,
  alsoOthers: boolean,
): Promise<boolean> {
  const ofOthers = alsoOthers ? [{ shared: true }] : [];
  return (await prisma.savedView.deleteMany({ where: { id, projectId, OR: [{ userId }, ...ofOthers] } })).count > 0;
}
