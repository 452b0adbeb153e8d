import { readLimits } from '#src/domain/limits.ts';
import { jobWaits } from '#src/store/db/conditions.ts';
import type { Db } from '#src/store/db/database.ts';
import { lineIdOf } from './line-id.ts';

/** Key of the line of a paused project. The line of a paused host has the host's name as its key. */
export const wholeProject = '*';

/** A pause that lasts. */
export type Pause = { projectId: string; key: string };

/** Returns the line of a pause. */
export function pauseLineOf(pause: Pause): Pause & { kind: 'pause'; id: string } {
  const name = { ...pause, kind: 'pause' as const };
  return { ...name, id: lineIdOf(name) };
}

/** Returns all pauses that last. */
export function listPauses(db: Pick<Db, 'run'>): Promise<{ project_id: string; key: string }[]> {
  return db.run('list_pauses', `select project_id, key from line where kind = 'pause' and paused_at is not null`);
}

/** A pause with what waits for its end. */
export type PauseRow = { key: string; paused_at: Date; waiting: number };

/** Returns the pauses of a project that last, the whole project first. */
export function listPausesOf(db: Pick<Db, 'run'>, projectId: string): Promise<PauseRow[]> {
  return db.run<PauseRow>(
    'list_pauses_of_project',
    `select key, paused_at, (select count(*)::int from (
       select 1 from job j where j.line_id = l.id and ${jobWaits('j.')} limit ${readLimits.countedRows + 1}) as found) as waiting
     from line l where kind = 'pause' and project_id = $1 and paused_at is not null order by key <> '${wholeProject}', key limit $2`,
    [projectId, readLimits.pauses],
  );
}

/** Returns how many pauses of a project last. */
export async function countPauses(db: Pick<Db, 'run'>, projectId: string): Promise<number> {
  const rows = await db.run<{ count: number }>(
    'count_pauses',
    `select count(*)::int as count from line where kind = 'pause' and project_id = $1 and paused_at is not null`,
    [projectId],
  );
  return rows[0]?.count ?? 0;
}

/** Begins a pause. One that lasts already keeps its time. */
export async function beginPause(db: Pick<Db, 'run'>, pause: Pause): Promise<void> {
  const { id, projectId, key } = pauseLineOf(pause);
  await db.run(
    'begin_line_pause',
    `insert into line as l (id, project_id, kind, key, paused_at) values ($1, $2, 'pause', $3, now())
     on conflict (id) do update set paused_at = coalesce(l.paused_at, now()), wake_at = null, updated_at = now()`,
    [id, projectId, key],
  );
}

/** Ends a pause. What waited in its line may start. */
export async function endPause(db: Pick<Db, 'run'>, pause: Pause): Promise<void> {
  const { id } = pauseLineOf(pause);
  await db.run(
    'end_line_pause',
    'update line set paused_at = null, wake_at = now(), updated_at = now() where id = $1',
    [id],
  );
}

/** Makes workers look now at all lines of projects that hold jobs and are not paused: they may have waited for a pause. */
export async function wakeAfterPause(db: Pick<Db, 'run'>, projectIds: readonly string[]): Promise<void> {
  if (projectIds.length === 0) return;
  await db.run(
    'wake_after_pause',
    `update line set wake_at = now() where project_id = any($1::uuid[]) and paused_at is null
       and (wake_at is null or wake_at > now())
       and (select true from job j where j.line_id = line.id and ${jobWaits('j.')} limit 1) is true`,
    [projectIds],
  );
}
