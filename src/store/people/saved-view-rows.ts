import type { Db } from '#src/store/db/database.ts';

export type SavedViewRow = {
  id: string;
  user_id: string;
  page: string;
  name: string;
  query: string;
  shared: boolean;
  updated_at: Date;
};

const columns = 'id, user_id, page, name, query, shared, updated_at';

export type Viewer = { projectId: string; userId: string };

/** A person's own views of a list, and those that others share; the own first. */
export function listViews(db: Db, viewer: Viewer, page: string): Promise<SavedViewRow[]> {
  return db.run<SavedViewRow>(
    'list_views',
    `select ${columns} from saved_view where project_id = $1 and page = $3 and (user_id = $2 or shared)
     order by user_id <> $2, lower(name), id limit 500`,
    [viewer.projectId, viewer.userId, page],
  );
}

export async function findView(db: Db, viewer: Viewer, id: string): Promise<SavedViewRow | undefined> {
  const sql = `select ${columns} from saved_view where project_id = $1 and id = $3 and (user_id = $2 or shared)`;
  return (await db.run<SavedViewRow>('find_view', sql, [viewer.projectId, viewer.userId, id]))[0];
}

export type NewView = { id: string; page: string; name: string; query: string; shared: boolean | null };

/** Saves a view, over the person's own of that name; nothing when the person has `most` of that list already. */
export async function saveView(db: Db, viewer: Viewer, view: NewView, most: number): Promise<SavedViewRow | undefined> {
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

/** Changes a view of the person's own; `taken` when another of the person's views of that list has the name. */
export async function renameView(
  db: Db,
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
     select mine.taken, r.id, r.user_id, r.page, r.name, r.query, r.shared, r.updated_at
     from mine left join renamed r on r.id = mine.id`,
    [viewer.projectId, viewer.userId, change.id, change.name, change.shared],
  );
  const [row] = rows;
  return row?.taken ? 'taken' : row;
}

export async function deleteView(db: Db, viewer: Viewer, id: string, alsoOthers: boolean): Promise<boolean> {
  const rows = await db.run<{ id: string }>(
    'delete_view',
    `delete from saved_view where project_id = $1 and id = $3 and (user_id = $2 or $4 and shared) returning id`,
    [viewer.projectId, viewer.userId, id, alsoOthers],
  );
  return rows.length > 0;
}
