import { readLimits } from '#src/domain/limits.ts';
import { jobWaits } from '#src/store/db/conditions.ts';
import type { Db } from '#src/store/db/database.ts';

/** A flow with what waits and runs in it. */
export type FlowRow = {
  id: string;
  key: string;
  concurrency: number | null;
  rate_limit: number | null;
  rate_period_ms: number | null;
  fixed: boolean;
  paused_at: Date | null;
  created_at: Date;
  waiting: number;
  running: number;
  oldest_at: Date | null;
};

const waitingJobs = `from job j where j.line_id = l.id and ${jobWaits('j.')}`;
const runningJobs = `from job j where j.flow_id = l.id and j.state = 'in_progress'`;

const columns = `l.id, l.key, l.concurrency, l.rate_limit, l.rate_period_ms, l.fixed, l.paused_at, l.created_at,
  (select count(*)::int from (select 1 ${waitingJobs} limit ${readLimits.countedRows + 1}) as found) as waiting,
  (select count(*)::int ${runningJobs}) as running,
  (select min(j.created_at) from (select created_at ${waitingJobs} order by j.priority desc, j.id limit 1) as j) as oldest_at`;

/** Returns a flow; undefined if the project has no such flow. */
export async function findFlow(db: Pick<Db, 'run'>, projectId: string, id: string): Promise<FlowRow | undefined> {
  const sql = `select ${columns} from line l where l.project_id = $1 and l.kind = 'flow' and l.id = $2`;
  return (await db.run<FlowRow>('find_flow', sql, [projectId, id]))[0];
}

/** Which flows to list: after a key, with a text in the key, and only busy or paused ones. */
export type FlowFilter = {
  projectId: string;
  afterKey: string | null;
  search: string | null;
  only: 'busy' | 'paused' | null;
  limit: number;
};

/** Lists flows by their keys. */
export function listFlows(db: Db, filter: FlowFilter): Promise<FlowRow[]> {
  return db.run<FlowRow>(
    'list_flows',
    `select ${columns} from line l
     where l.project_id = $1 and l.kind = 'flow' and ($2::text is null or l.key > $2)
       and ($3::text is null or strpos(lower(l.key), lower($3)) > 0)
       and case $4::text when 'paused' then l.paused_at is not null
             when 'busy' then exists (select 1 ${waitingJobs}) or exists (select 1 ${runningJobs}) else true end
     order by l.key limit $5`,
    [filter.projectId, filter.afterKey, filter.search, filter.only, filter.limit],
  );
}

/** Pauses a flow: nothing more of it starts. A paused flow keeps the time of its pause. */
export async function pauseFlow(db: Db, projectId: string, id: string): Promise<void> {
  await db.run(
    'pause_flow',
    `update line set paused_at = coalesce(paused_at, now()), wake_at = null, updated_at = now()
     where project_id = $1 and kind = 'flow' and id = $2`,
    [projectId, id],
  );
}

/** Resumes a flow. */
export async function resumeFlow(db: Db, projectId: string, id: string): Promise<void> {
  await db.run(
    'resume_flow',
    `update line set paused_at = null, wake_at = now(), updated_at = now()
     where project_id = $1 and kind = 'flow' and id = $2`,
    [projectId, id],
  );
}

/** New limits of a flow; undefined leaves a limit as it is, null removes it. */
export type FlowLimits = {
  concurrency?: number | null | undefined;
  rate?: { limit: number; periodMs: number } | null | undefined;
  fixed: boolean;
};

/** Sets a flow's limits, and creates the flow if there is none. */
export async function setFlow(
  db: Db,
  flow: { id: string; projectId: string; key: string },
  limits: FlowLimits,
): Promise<void> {
  await db.run(
    'set_flow',
    `insert into line as l (id, project_id, kind, key, concurrency, rate_limit, rate_period_ms, fixed)
     values ($1, $2, 'flow', $3, $4, $5, $6, $7)
     on conflict (id) do update set
       concurrency = case when $8 then excluded.concurrency else l.concurrency end,
       rate_limit = case when $9 then excluded.rate_limit else l.rate_limit end,
       rate_period_ms = case when $9 then excluded.rate_period_ms else l.rate_period_ms end,
       next_start_at = case when $9 then null else l.next_start_at end,
       fixed = excluded.fixed, updated_at = now(), wake_at = case when l.paused_at is null then now() end`,
    [
      flow.id,
      flow.projectId,
      flow.key,
      limits.concurrency ?? null,
      limits.rate?.limit ?? null,
      limits.rate?.periodMs ?? null,
      limits.fixed,
      limits.concurrency !== undefined,
      limits.rate !== undefined,
    ],
  );
}
