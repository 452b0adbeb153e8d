import type { WaitReason } from '#src/domain/decide/job-state.ts';
import type { FlowRate } from '#src/domain/flow/flow-clock.ts';
import { jobWaits } from '#src/store/db/conditions.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { LineKind, LineName } from './line-id.ts';

/** A line that gets jobs, with the limits that came with them. A limit that is null changes nothing. */
export type LineUse = LineName & { id: string; concurrency: number | null; rate: FlowRate | null };

/**
 * Creates the lines that do not exist yet, and makes workers look at all of them now. Limits that `flows.set` has fixed
 * stay as they are. The lines stay locked until the transaction ends; they are locked in the order of their ids.
 */
export async function openLines(tx: Tx, lines: readonly LineUse[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.send(
    'open_lines',
    `insert into line as l (id, project_id, kind, key, concurrency, rate_limit, rate_period_ms, wake_at)
     select id, project_id, kind, key, concurrency, rate_limit, rate_period_ms, now()
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[])
       as t(id, project_id, kind, key, concurrency, rate_limit, rate_period_ms)
     order by id
     on conflict (id) do update set updated_at = now(),
       wake_at = case when l.paused_at is not null then null
         when l.kind = 'cooldown' then coalesce(l.wake_at, now()) else least(l.wake_at, now()) end,
       concurrency = case when l.fixed then l.concurrency else coalesce(excluded.concurrency, l.concurrency) end,
       rate_limit = case when l.fixed then l.rate_limit else coalesce(excluded.rate_limit, l.rate_limit) end,
       rate_period_ms = case when l.fixed then l.rate_period_ms else coalesce(excluded.rate_period_ms, l.rate_period_ms) end`,
    [
      lines.map((line) => line.id),
      lines.map((line) => line.projectId),
      lines.map((line) => line.kind),
      lines.map((line) => line.key),
      lines.map((line) => line.concurrency),
      lines.map((line) => line.rate?.limit ?? null),
      lines.map((line) => line.rate?.periodMs ?? null),
    ],
  );
}

/** Returns the names of lines, to open them again. Their limits stay as they are. */
export async function findLines(tx: Tx, lineIds: readonly string[]): Promise<LineUse[]> {
  if (lineIds.length === 0) return [];
  const rows = await tx.run<{ id: string; project_id: string; kind: LineKind; key: string }>(
    'find_lines_by_id',
    'select id, project_id, kind, key from line where id = any($1::uuid[])',
    [lineIds],
  );
  return rows.map(({ id, project_id: projectId, kind, key }) => ({
    id,
    projectId,
    kind,
    key,
    concurrency: null,
    rate: null,
  }));
}

/** A due job that joins a line, with what it waits for. */
export type Joining = { id: string; lineId: string; waitReason: WaitReason };

/**
 * Puts due jobs into lines. They then have no message until they are claimed. One that waits for a cool-down is due
 * again when the pause ends.
 */
export async function joinLines(tx: Tx, jobs: readonly Joining[]): Promise<void> {
  if (jobs.length === 0) return;
  await tx.send(
    'join_lines',
    `with joining as (
       select j.id, t.line_id, t.wait_reason, to_timestamp((l.cool_down ->> 'untilMs')::float8 / 1000) as cool_until
       from unnest($1::uuid[], $2::uuid[], $3::text[]) as t(id, line_id, wait_reason)
       join job j on j.id = t.id left join line l on l.id = t.line_id
       where ${jobWaits('j.')} order by j.id for update of j)
     update job set line_id = joining.line_id, wait_reason = joining.wait_reason, admitted_at = null,
       next_attempt_at = greatest(job.next_attempt_at, joining.cool_until),
       state = case when job.state = 'scheduled' then 'queued' else job.state end
     from joining where job.id = joining.id`,
    [jobs.map((job) => job.id), jobs.map((job) => job.lineId), jobs.map((job) => job.waitReason)],
  );
}
