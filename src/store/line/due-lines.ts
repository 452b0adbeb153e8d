import type { CoolDown } from '#src/domain/flow/cool-down.ts';
import { jobWaits } from '#src/store/db/conditions.ts';
import type { Tx } from '#src/store/db/database.ts';
import type { LineKind } from './line-id.ts';

/** A line that a worker looks at, locked. */
export type DueLine = {
  id: string;
  project_id: string;
  kind: LineKind;
  key: string;
  concurrency: number | null;
  rate_limit: number | null;
  rate_period_ms: number | null;
  paused_at: Date | null;
  /** Null: the line is none of a cool-down, or the cool-down is over. */
  cool_down: CoolDown | null;
  next_start_at_ms: number | null;
  now_ms: number;
};

/**
 * Locks and returns lines whose time has come, the longest waiting first, except those of crowded origins (project and
 * origin). Nobody else starts an attempt of their flows until the transaction ends.
 */
export function lockDueLines(
  tx: Tx,
  crowded: readonly { projectId: string; key: string }[],
  limit: number,
): Promise<DueLine[]> {
  return tx.run<DueLine>(
    'lock_due_lines',
    `with due as (
       select id from line l where wake_at <= now() and not (kind = 'origin' and exists (
         select 1 from unnest($1::uuid[], $2::text[]) as c(project_id, key) where c.project_id = l.project_id and c.key = l.key))
       order by wake_at limit $3
     ), locked as (
       select * from line where id in (select id from due) and wake_at <= now() order by id for update
     )
     select l.id, l.project_id, l.kind, l.key, l.concurrency, l.rate_limit, l.rate_period_ms, l.paused_at, l.cool_down,
       extract(epoch from l.next_start_at)::float8 * 1000 as next_start_at_ms,
       extract(epoch from clock_timestamp())::float8 * 1000 as now_ms
     from locked l order by l.wake_at`,
    [crowded.map((one) => one.projectId), crowded.map((one) => one.key), limit],
  );
}

/**
 * Returns the number of attempts of each flow that are under way, over all workers. Call it after the lines were locked:
 * a statement that waits for a lock does not see what was committed meanwhile.
 */
export async function countUnderWay(tx: Tx, lineIds: readonly string[]): Promise<Map<string, number>> {
  if (lineIds.length === 0) return new Map();
  const rows = await tx.run<{ id: string; count: number }>(
    'count_flows_under_way',
    `select t.id, (select count(*)::int from job j where j.flow_id = t.id and j.state = 'in_progress') as count
     from unnest($1::uuid[]) as t(id)`,
    [lineIds],
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** Jobs to look for in a line: at most `count`, by priority, then in the order in which they were submitted. */
export type Search = { lineId: string; count: number };

/** A job among the first of its line. */
export type FirstJob = { id: string; line_id: string; project_id: string; url: string };

/** Jobs to pass over: those whose URLs begin like this, and those of projects to paused hosts. */
export type Passed = { crowded: readonly string[]; paused: readonly { projectId: string; key: string }[] };

/**
 * Locks and returns the first jobs of each line. Others are passed over among the first of the line: four for each that is
 * wanted, and a thousand at least where a host is paused.
 */
export function lockFirstJobs(tx: Tx, searches: readonly Search[], { crowded, paused }: Passed): Promise<FirstJob[]> {
  return tx.run(
    'lock_first_jobs',
    `select found.id, t.line_id, found.project_id, found.url from unnest($1::uuid[], $2::int[]) as t(line_id, count) cross join lateral (
       select first.id, first.project_id, first.url from (
         select j.id, j.project_id, j.url, j.host, j.priority from job j where j.line_id = t.line_id and ${jobWaits('j.')}
         order by j.priority desc, j.id limit
           case when cardinality($5::text[]) > 0 then greatest(4 * t.count, 1000)
             when cardinality($3::text[]) > 0 then 4 * t.count else t.count end
         for update skip locked) as first
       where not exists (select 1 from unnest($3::text[]) as c(origin) where starts_with(first.url, c.origin))
         and not exists (select 1 from unnest($4::uuid[], $5::text[]) as p(project_id, host)
           where p.project_id = first.project_id and p.host = first.host)
       order by first.priority desc, first.id limit t.count) as found`,
    [
      searches.map((one) => one.lineId),
      searches.map((one) => one.count),
      crowded,
      paused.map((one) => one.projectId),
      paused.map((one) => one.key),
    ],
  );
}

/** What a worker leaves behind at a line. `wakeAtMs` is null if the line is empty. */
export type LineUpdate = { id: string; nextStartAtMs: number | null; wakeAtMs: number | null };

/** Writes when the lines are to be looked at next. */
export async function updateLines(tx: Tx, updates: readonly LineUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  await tx.send(
    'update_lines',
    `update line set next_start_at = to_timestamp(t.next_start / 1000), wake_at = to_timestamp(t.wake / 1000)
     from unnest($1::uuid[], $2::float8[], $3::float8[]) as t(id, next_start, wake) where line.id = t.id`,
    [
      updates.map((update) => update.id),
      updates.map((update) => update.nextStartAtMs),
      updates.map((update) => update.wakeAtMs),
    ],
  );
}

/** Returns the milliseconds until the next line is to be looked at; null if there is none. */
export async function nextWakeMs(tx: Pick<Tx, 'run'>): Promise<number | null> {
  const rows = await tx.run<{ ms: number | null }>(
    'next_line_wake',
    `select extract(epoch from wake_at - clock_timestamp())::float8 * 1000 as ms from line
     where wake_at > now() order by wake_at limit 1`,
  );
  return rows[0]?.ms ?? null;
}

/**
 * Makes workers look now at those of the lines that have waiting jobs, because something of their flow has ended. All
 * are locked, whether or not something waits: whoever counts what is under way must wait for the end of this
 * transaction, or it would count what has ended, and would look again only much later.
 */
export async function wakeLines(tx: Tx, lineIds: readonly string[]): Promise<void> {
  if (lineIds.length === 0) return;
  await tx.send(
    'wake_lines',
    `with locked as (
       select id, wake_at from line where id = any($1::uuid[]) and concurrency is not null order by id for update)
     update line set wake_at = now() from locked where line.id = locked.id and locked.wake_at > now()`,
    [lineIds],
  );
}
