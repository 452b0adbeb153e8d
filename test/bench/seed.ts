import type pg from 'pg';
import type { Tx } from '#src/store/db/database.ts';
import { seedStatistics } from './seed-statistics.ts';

export type Seeded = {
  /** Projects: `big` has nearly all jobs, `middle` a twentieth of that number, `small` forty. */
  big: string;
  middle: string;
  small: string;
  endpointId: string;
};

type Query = (text: string, values?: unknown[]) => Promise<pg.QueryResult>;

const middle = '00000000-0000-7000-8000-00000000000b';
const small = '00000000-0000-7000-8000-00000000000c';
const endpointId = '00000000-0000-7000-8000-0000000000e1';

/**
 * Fills a database with the jobs of thirty days and everything that belongs to them. It has hosts of very different
 * sizes; labels that are common, rare, or were common once; and failures with and without a status. Nothing is due, so
 * that a worker does nothing with it. It uses `generate_series`: a million jobs take about two minutes.
 */
export async function seedDashboard(
  query: Query,
  options: { jobs: number; big: string; statistics?: boolean },
): Promise<Seeded> {
  const { jobs, big, statistics = true } = options;
  await query(
    `insert into project (id, name) values ($1, 'big'), ($2, 'middle'), ($3, 'small') on conflict do nothing`,
    [big, middle, small],
  );
  await query(
    `insert into endpoint (id, project_id, name, url, events, labels, headers)
     values ($1, $2, 'seeded', 'http://127.0.0.1:9/hook', '{job.completed}', '{}', '[]') on conflict do nothing`,
    [endpointId, big],
  );
  await seedJobs(query, { projectId: big, jobs, mark: '0a' });
  await seedJobs(query, { projectId: middle, jobs: Math.ceil(jobs / 20), mark: '0b' });
  await seedJobs(query, { projectId: small, jobs: 40, mark: '0c' });
  await query(seedRequests);
  await query(seedAttempts);
  await query(seedDeliveries, [endpointId, big]);
  await query(seedDeliveryAttempts);
  await query(seedResults);
  await query(seedOperations, [big]);
  const run = async (_name: string, text: string, values?: unknown[]) => (await query(text, values)).rows;
  if (statistics) await seedStatistics(run as Tx['run'], { projectId: big, endpointId, nowMs: Date.now() });
  await query('vacuum (analyze) job');
  for (const table of ['job_request', 'attempt', 'delivery', 'result', 'operation', 'audit_entry', 'stat_bucket'])
    await query(`vacuum (analyze) ${table}`);
  return { big, middle, small, endpointId };
}

/** Inserts jobs from the oldest to the newest, in the order in which they would have been submitted. */
async function seedJobs(query: Query, { projectId, jobs, mark }: { projectId: string; jobs: number; mark: string }) {
  await query(
    `insert into job (id, project_id, state, method, url, host, labels, attempt_count, max_attempts, recent, created_at,
                      started_at, ended_at, next_attempt_at, claim_id, claimed_by, claimed_at, status, error, result_expires_at)
     select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || '80' || '${mark}' || lpad(to_hex(n), 12, '0'))::uuid,
            $1, state, method, 'https://' || host || path || n, host, labels, attempts, 25,
            case when status is null then 'timeout' else 'response:' || status end, at, at + interval '20 ms',
            case when state in ('completed', 'failed', 'cancelled') then at + interval '1 s' * attempts end,
            case when state in ('scheduled', 'queued', 'retrying') then now() + interval '80 days' end,
            case when state = 'in_progress' then gen_random_uuid() end, case when state = 'in_progress' then '00000000-0000-7000-8000-0000000000ee'::uuid end,
            case when state = 'in_progress' then now() end, status,
            case when state = 'failed' then json_build_object('code', coalesce(failure, 'bad_status'), 'message', 'seeded', 'retryable', false) end,
            case when state = 'completed' then at + interval '1 day' end
     from (
       select n, at, host, path, method, labels, attempts, failure,
              case when n > $2 - least(20, $2 / 1000) then 'in_progress'
                   when n > $2 - $2 / 500 then (array['queued', 'retrying', 'scheduled'])[1 + n % 3]
                   when fate < 50 then 'failed' when fate < 60 then 'cancelled' else 'completed' end as state,
              case when fate >= 50 then (array[200, 200, 200, 201, 204])[1 + n % 5]
                   when failure is null then (array[500, 503, 429, 404, 502])[1 + n % 5] end as status
       from (
         select n, now() - ($2 - n) * (interval '30 days' / $2) as at, '/v1/things/' as path, fate,
                case when n = $2 / 3 then 'once.example.com'
                     when place < 400 then 'api.openai.com' when place < 600 then 'api.anthropic.com'
                     when place < 800 then 'hooks.example.com' else 'tenant-' || n % 997 || '.example.com' end as host,
                (array['POST', 'POST', 'GET', 'PUT'])[1 + n % 4] as method,
                case when n in ($2 / 2, $2 / 4) then array['found-twice', 'prod']
                     when n < $2 / 8 then array['once-common', 'batch-' || n % 7]
                     when mark < 400 then array['prod', 'tenant-' || n % 500] when mark < 430 then array['nightly']
                     else '{}' end as labels,
                (array[1, 1, 2, 3, 6])[1 + n % 5] as attempts,
                case when fate < 50 and fate % 3 = 0 then (array['timeout', 'dns_error', 'connection_refused', 'blocked_target'])[1 + fate / 3 % 4] end as failure
         from (
           -- Scattered, and the same every time.
           select n, (hashint4(n) & 1073741823) % 1000 as fate, (hashint4(n + 100000000) & 1073741823) % 1000 as place,
                  (hashint4(n + 200000000) & 1073741823) % 1000 as mark
           from generate_series(1, $2::int) n
         ) thrown
       ) made
     ) job`,
    [projectId, jobs],
  );
}

const seedRequests = `insert into job_request (job_id, headers, options)
  select id, '[["content-type","application/json"],["authorization","Bearer ********"]]',
         '{"policy":"default/1/once","timeoutMs":60000,"redirect":"follow","sendIdempotencyKey":false,"resultTtlSeconds":86400,"keepSecretsSeconds":null,"deadlineSeconds":null,"redact":{"query":[],"body":[],"response":[]},"hadBody":false}'
  from job on conflict do nothing`;

const attemptColumns = `owner_id, n, id, started_at, ended_at, outcome, status, headers, failure, timings, worker, decision`;

const seedAttempts = `insert into attempt (${attemptColumns})
  select j.id, n, uuidv7(j.created_at + n * interval '1 s' - clock_timestamp()), j.created_at + n * interval '1 s', j.created_at + n * interval '1 s' + interval '120 ms',
         case when j.status is null then 'timeout' else 'response' end, case when n = j.attempt_count then j.status when j.status is not null then 503 end,
         '[["content-type","application/json"]]',
         case when j.status is null then '{"code":"timeout","message":"no complete response within 60 s"}'::json end,
         '{"dnsMs":1,"connectMs":2,"tlsMs":5,"firstByteMs":90,"bodyMs":3,"totalMs":120}', 'seeded', '{"rule":null,"why":"seeded","inputs":{},"then":"complete"}'
  from job j cross join lateral generate_series(1, j.attempt_count) n on conflict do nothing`;

// Forty of a hundred jobs have a delivery: half of them to an endpoint, half to a URL.
const seedDeliveries = `insert into delivery (id, project_id, job_id, endpoint_id, event_id, type, terminal, receiver, url, payload, state,
                         attempt_count, next_attempt_at, created_at, ended_at, status)
  select (left(id::text, 15) || '0' || substr(md5(id::text), 1, 2) || '-8' || substr(md5(id::text), 3, 3) || '-' || substr(md5(id::text), 6, 12))::uuid,
         project_id, id, case when project_id = $2 and url like '%2' then $1::uuid end, gen_random_uuid(), 'job.' || state, true,
         'url', 'http://127.0.0.1:9/hook', 'full',
         case when url like '%402' then 'failed' when url like '%802' then 'skipped' else 'delivered' end, 1, null, ended_at, ended_at + interval '80 ms',
         case when url like '%402' then 500 else 204 end
  from job where ended_at is not null and right(url, 1) in ('2', '4', '6', '8') on conflict do nothing`;

const seedDeliveryAttempts = `insert into attempt (${attemptColumns})
  select id, 1, uuidv7(created_at - clock_timestamp()), created_at, ended_at, 'response', status, '[]', null,
         '{"dnsMs":1,"connectMs":2,"tlsMs":null,"firstByteMs":60,"bodyMs":1,"totalMs":80}', 'seeded', null from delivery on conflict do nothing`;

const seedResults = `insert into result (job_id, status, headers, content_type, body, truncated, expires_at)
  select id, status, '[["content-type","application/json"]]', 'application/json', '{"ok":true}', false, result_expires_at
  from job where result_expires_at > now() + interval '1 minute' on conflict do nothing`;

const seedOperations = `with made as (
    insert into audit_entry (id, project_id, at, actor_kind, actor_id, actor_name, action)
    select gen_random_uuid(), $1, now() - n * interval '1 min', 'user', 'seeded', 'seed@example.com', 'endpoints.update' from generate_series(1, 20000) n)
  insert into operation (id, project_id, kind, input, state, created_by, ended_at)
  select gen_random_uuid(), $1, 'resend_failed', '{"endpointId":"end_00000000000000000000000000","since":"2026-01-01T00:00:00.000Z","includeSkipped":false,"perSecond":50}',
         'completed', 'seeded', now() from generate_series(1, 2000) n`;
