import type { Query } from '#e2e/support/database.ts';
import { rest } from '#e2e/support/rest.ts';
import type { Ringback } from '#e2e/support/ringback.ts';
import { lineIdOf } from '#src/store/line/line-id.ts';

/** Key, concurrency, rate per minute, waiting jobs. A flow with waiting jobs is paused, so that they stay. */
const flows: [string, number | null, number | null, number][] = [
  ['upstream:openai', 20, 500, 0],
  ['payfold', 2, null, 0],
  ['nightly-export', 4, 30, 46],
];

/** Name, state, minutes ago, minutes taken, kinds of its steps. */
const runs: [string, string, number, number | null, string[]][] = [
  ['/api/stories', 'running', 0.4, null, ['request', 'request']],
  ['/api/renders', 'waiting', 6, null, ['request', 'callback']],
  ['/api/onboarding', 'waiting', 47, null, ['step', 'request', 'sleep']],
  ['/api/stories', 'completed', 52, 1.2, ['request', 'request', 'step']],
  ['/api/renders', 'failed', 95, 20, ['request', 'request']],
  ['/api/digest', 'completed', 310, 3.5, ['request', 'request', 'request', 'step']],
  ['/api/onboarding', 'cancelled', 420, 12, ['step', 'sleep']],
];

const schedules = [
  { name: 'nightly-export', cron: '15 2 * * *', url: 'https://export.warehouse.io/v1/exports', labels: ['nightly'] },
  { name: 'weekly-digest', cron: '0 9 * * MON', url: 'https://app.lumen.studio/api/digest', labels: ['prod'] },
  { name: 'cache-warmer', cron: '0 5 * * *', url: 'https://app.lumen.studio/api/warm', labels: [] },
];

/** Flows, of which one is paused and has a line; runs in every state; and three schedules. */
export async function seedPlans(on: Ringback, query: Query, project: string): Promise<void> {
  for (const [key, concurrency, perMinute, waiting] of flows) {
    const id = lineIdOf({ projectId: project, kind: 'flow', key });
    await query(
      `insert into line (id, project_id, kind, key, concurrency, rate_limit, rate_period_ms, fixed, paused_at)
       values ($1, $2, 'flow', $3, $4, $5, 60000, true, case when $6::int > 0 then now() - interval '25 minutes' end)
       on conflict (id) do update set concurrency = excluded.concurrency, rate_limit = excluded.rate_limit`,
      [id, project, key, concurrency, perMinute, waiting],
    );
    await query(
      `update job set flow_id = $1, line_id = $1, wait_reason = 'flow' where id in (
         select id from job where project_id = $2 and state = 'queued' and line_id is null order by id desc limit $3)`,
      [id, project, waiting],
    );
  }
  for (const [index, [name, state, minutes, took, kinds]] of runs.entries()) {
    await query(insertRun, [index, project, name, state, minutes, took]);
    for (const [n, kind] of kinds.entries())
      await query(insertPart, [index, n, kind, state === 'running' || state === 'waiting', n === kinds.length - 1]);
  }
  for (const { name, cron, url, labels } of schedules)
    await rest(on, 'POST /v1/schedules', { name, cron, timezone: 'Europe/Berlin', job: { url, labels } });
  await query(
    `update schedule set last_run_at = next_run_at - interval '1 day', last_outcome = 'ran' where name <> 'weekly-digest'`,
  );
  await rest(on, 'POST /v1/schedules/cache-warmer/pause');
}

const insertRun = `insert into run (id, project_id, url, name, state, payload, labels, turn, turn_job_id, token_hash, secret, wake_at,
    created_at, deadline_at, ended_at, released_at, error)
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000800e' || lpad($1::int::text, 12, '0'))::uuid,
    $2::uuid, 'https://app.lumen.studio' || $3::text, $3::text, $4::text, '{"userId":7}', '{prod}', 2,
    (select id from job where project_id = $2::uuid order by id desc limit 1), '\\x00', '\\x00',
    case when $4 = 'waiting' then now() + interval '3 hours' end, at, at + interval '7 days',
    at + make_interval(secs => $6::float8 * 60), at + make_interval(secs => $6::float8 * 60),
    case when $4 = 'failed' then '{"code":"handler_error","message":"The render was given up.","retryable":false}'::json end
  from (select now() - make_interval(secs => $5::float8 * 60) as at) made`;

const insertPart = `insert into run_part (run_id, key, kind, n, due_at, result, seq, created_at, ended_at)
  select id, $3::text || '-' || $2::int, $3::text, $2::int, case when $3 in ('sleep', 'callback') then now() + interval '3 hours' end,
    case when not ($4::bool and $5::bool) then 'null' end, case when not ($4::bool and $5::bool) then $2::int + 1 end, created_at,
    case when not ($4::bool and $5::bool) then created_at + interval '20 s' end
  from run where right(id::text, 12) = lpad($1::int::text, 12, '0')`;
