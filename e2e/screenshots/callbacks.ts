import type { Query } from '#e2e/support/database.ts';

/** Endpoint, event, state, attempts, last status, minutes ago, minutes until the next attempt. */
type Told = [string, string, string, number, number | null, number, number | null];

const told: Told[] = [
  ['lumen-prod', 'job.completed', 'delivered', 1, 204, 1, null],
  ['billing-sync', 'job.failed', 'retrying', 3, 502, 3, 12],
  ['billing-sync', 'job.failed', 'retrying', 3, 502, 3.2, 14],
  ['lumen-prod', 'job.completed', 'delivered', 1, 204, 4, null],
  ['lumen-prod', 'job.completed', 'delivered', 1, 200, 5, null],
  ['acme-crm', 'job.completed', 'skipped', 0, null, 19, null],
  ['lumen-prod', 'job.failed', 'delivered', 2, 204, 26, null],
  ['lumen-prod', 'job.completed', 'delivered', 1, 204, 27, null],
  ['acme-crm', 'job.completed', 'skipped', 0, null, 31, null],
  ['lumen-prod', 'job.completed', 'delivered', 1, 204, 34, null],
  ['lumen-prod', 'job.completed', 'delivered', 4, 204, 36, null],
  ['billing-sync', 'job.completed', 'failed', 10, 502, 41, null],
  ['lumen-prod', 'job.completed', 'delivered', 1, 204, 42, null],
];

/** Deliveries to the endpoints of the story, what a disabled one missed, and two operations. */
export async function seedCallbacks(query: Query, project: string): Promise<void> {
  for (const [index, [endpoint, type, state, tries, status, minutes, next]] of told.entries())
    await query(insertDelivery, [index, project, endpoint, type, state, tries, status, minutes, next]);
  await query(insertSkipped, [project]);
  await query(
    `update endpoint set failing_since = now() - interval '40 minutes', last_failure_at = now() - interval '1 minute',
       last_failure_answer = '502' where name = 'billing-sync'`,
  );
  await query(insertOperations, [project]);
}

const insertDelivery = `insert into delivery (id, project_id, job_id, endpoint_id, event_id, type, terminal, receiver, url, headers, payload,
    state, attempt_count, next_attempt_at, created_at, ended_at, status)
  select (lpad(to_hex((extract(epoch from now() - make_interval(secs => $8::float8 * 60)) * 1000)::bigint), 12, '0') || '7000800c' || substr(md5('told ' || $1::int), 1, 12))::uuid,
    $2::uuid, (select id from job where project_id = $2::uuid and created_at < now() - make_interval(secs => $8::float8 * 60) order by id desc limit 1),
    e.id, gen_random_uuid(), $4::text, false, 'endpoint', e.url, '[]', 'full', $5::text, $6::int,
    now() + make_interval(secs => $9::float8 * 60), now() - make_interval(secs => $8::float8 * 60),
    case when $5::text <> 'retrying' then now() - make_interval(secs => $8::float8 * 60 - 1) end, $7::int
  from endpoint e where e.project_id = $2::uuid and e.name = $3::text`;

const insertSkipped = `insert into delivery (id, project_id, endpoint_id, event_id, type, terminal, receiver, url, headers, payload, state, created_at, ended_at)
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000800d' || substr(md5('skipped ' || n), 1, 12))::uuid,
    e.project_id, e.id, gen_random_uuid(), 'job.completed', false, 'endpoint', e.url, '[]', 'full', 'skipped', at, at
  from endpoint e cross join lateral (select n, now() - interval '43 minutes' - n * interval '1 s' as at from generate_series(1, 212) n) made
  where e.project_id = $1::uuid and e.name = 'acme-crm'`;

const insertOperations = `insert into operation (id, project_id, kind, input, state, total, done, failed, created_by, created_at, ended_at)
  select (lpad(to_hex((extract(epoch from now() - ago) * 1000)::bigint), 12, '0') || '70008000' || substr(md5('operation ' || n), 1, 12))::uuid,
    $1::uuid, kind, input::json, state, total, done, failed, 'seeded', now() - ago, now() - ago + took
  from (values
    (1, 'rerun_jobs', '{"jobs":{"filter":{"state":"failed","host":"api.payfold.com"}},"perSecond":50}', 'completed', 1204, 1188, 16, interval '3 hours', interval '24 s'),
    (2, 'replay_skipped', '{"since":"2026-11-18T00:00:00.000Z","perSecond":50}', 'stopped', 640, 212, 0, interval '5 hours', interval '5 s'),
    (3, 'cancel_jobs', '{"jobs":{"filter":{"state":"scheduled","label":"batch-117"}},"perSecond":50}', 'completed', 86, 86, 0, interval '27 hours', interval '2 s')
  ) as t(n, kind, input, state, total, done, failed, ago, took)`;
