import type { Query } from '#e2e/support/database.ts';

/** State, minutes ago, method, host, path, labels, outcomes, most attempts, seconds taken, seconds until the next attempt. */
type Told = [string, number, string, string, string, string[], string, number, number | null, number | null];

const openai = 'api.openai.com';
const payfold = 'api.payfold.com';
const prod = (label: string) => ['prod', label];

const told: Told[] = [
  ['in_progress', 0.2, 'POST', openai, '/v1/responses', prod('chat'), '', 6, null, null],
  ['retrying', 0.7, 'POST', payfold, '/v2/charges', prod('billing'), 'response:429,response:429', 8, null, 840],
  [
    'retrying',
    0.9,
    'POST',
    openai,
    '/v1/images/generations',
    prod('image-gen'),
    'response:500,response:429',
    6,
    null,
    660,
  ],
  [
    'completed',
    1,
    'GET',
    'export.warehouse.io',
    '/v1/exports/882113/rows?format=ndjson',
    ['nightly'],
    'response:200',
    4,
    8.42,
    null,
  ],
  [
    'failed',
    3,
    'POST',
    payfold,
    '/v2/charges',
    prod('billing'),
    'response:429,response:429,response:503,response:503,response:503',
    5,
    128,
    null,
  ],
  [
    'failed',
    3.2,
    'POST',
    payfold,
    '/v2/refunds',
    prod('billing'),
    'response:503,response:503,response:503,response:503',
    4,
    101,
    null,
  ],
  ['completed', 4, 'POST', openai, '/v1/responses', prod('summaries'), 'response:200', 6, 19.7, null],
  ['queued', 4.1, 'POST', openai, '/v1/images/generations', ['batch-117', 'prod', 'image-gen'], '', 6, null, 900],
  ['completed', 5, 'POST', openai, '/v1/embeddings', prod('search'), 'response:200', 6, 0.684, null],
  [
    'failed',
    26,
    'POST',
    'render.frameloop.dev',
    '/v3/renders?preset=social-1080p',
    ['video'],
    'timeout,timeout',
    2,
    1200,
    null,
  ],
  [
    'completed',
    27,
    'POST',
    'api.anthropic.com',
    '/v1/messages',
    prod('chat'),
    'response:429,response:200',
    6,
    33.9,
    null,
  ],
  ['cancelled', 29, 'POST', openai, '/v1/responses', ['preview'], 'interrupted', 6, 6.1, null],
  ['completed', 31, 'PUT', 'storage.lumen.studio', '/renders/7f3c/final.mp4', ['video'], 'response:204', 4, 2.31, null],
  ['scheduled', 33, 'GET', 'export.warehouse.io', '/v1/exports', ['nightly'], '', 4, null, 40_000],
  [
    'completed',
    34,
    'POST',
    openai,
    '/v1/responses',
    prod('chat'),
    'connection_error,response:429,response:200',
    6,
    72,
    null,
  ],
  ['completed', 36, 'POST', openai, '/v1/audio/transcriptions', prod('meetings'), 'response:200', 6, 48.6, null],
  ['failed', 41, 'GET', 'hooks.internal.lan', '/status', ['staging'], 'blocked', 4, 0, null],
  ['completed', 42, 'POST', openai, '/v1/responses', prod('summaries'), 'response:200', 6, 22.4, null],
];

/** The newest jobs one by one, and before them a day of many. */
export async function seedBacklog(query: Query, project: string): Promise<void> {
  for (const [index, row] of told.entries()) await insertTold(query, project, row, index);
  await query(manyJobs, [project]);
  await query(
    `insert into worker (id, name, started_at, slots, in_flight, draining)
     select gen_random_uuid(), name, now() - interval '9 hours' - started * interval '7 minutes', 10, busy, name = 'w-iad-3'
     from unnest($1::text[], $2::int[]) with ordinality as t(name, busy, started)`,
    [
      ['w-fra-1', 'w-fra-2', 'w-fra-3', 'w-iad-1', 'w-iad-3'],
      [7, 6, 8, 5, 0],
    ],
  );
  await query('vacuum (analyze) job');
}

async function insertTold(query: Query, project: string, row: Told, index: number): Promise<void> {
  const [state, minutes, method, host, path, labels, recent, most, seconds, next] = row;
  const outcomes = recent === '' ? [] : recent.split(',');
  const status = Number(/(\d+)$/.exec(outcomes.at(-1) ?? '')?.[1] ?? 0) || null;
  await query(
    `insert into job (id, project_id, state, method, url, host, labels, attempt_count, max_attempts, recent, created_at,
       started_at, ended_at, next_attempt_at, run_at, status, error, result_expires_at, claimed_by, claim_id)
     select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000800a' || substr(md5('told ' || $1::int), 1, 12))::uuid,
       $2::uuid, $3::text, $4::text, 'https://' || $5::text || $6::text, $5::text, $7::text[], $8::int, $9::int, $10::text, at, case when $3 not in ('queued', 'scheduled') then at end,
       case when $3 in ('completed', 'failed', 'cancelled') then at + make_interval(secs => coalesce($11::float8, 0)) end,
       now() + make_interval(secs => $12::float8), case when $3 = 'scheduled' then now() + make_interval(secs => $12::float8) end, $13::int,
       case when $3 = 'failed' then '{"code":"bad_status","message":"The target did not answer as hoped.","retryable":false}'::json end,
       case when $3 = 'completed' then now() + make_interval(secs => 86400 - $14::float8 * 60) end,
       case when $3 = 'in_progress' then gen_random_uuid() end, case when $3 = 'in_progress' then gen_random_uuid() end
     from (select now() - make_interval(secs => $14::float8 * 60) as at) made`,
    [index, project, state, method, host, path, labels, outcomes.length, most, recent, seconds, next, status, minutes],
  );
}

const manyJobs = `insert into job (id, project_id, state, method, url, host, labels, attempt_count, max_attempts, recent,
    created_at, started_at, ended_at, next_attempt_at, status, error)
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7000800b' || substr(md5('many ' || n), 1, 12))::uuid,
    $1, state, 'POST', 'https://api.openai.com/v1/responses', 'api.openai.com', '{prod,chat}', 1, 6,
    case when state = 'failed' then 'response:503' else 'response:200' end, at, at, case when state in ('completed', 'failed', 'cancelled') then at + interval '9 s' end,
    case when state in ('queued', 'retrying', 'scheduled') then now() + interval '20 minutes' end,
    case when state = 'failed' then 503 when state = 'completed' then 200 end,
    case when state = 'failed' then '{"code":"bad_status","message":"The target answered 503.","retryable":false}'::json end
  from (select n, now() - interval '45 minutes' - n * interval '6 s' as at,
          case when n % 9 = 0 then 'failed' when n % 301 = 0 then 'cancelled' when n % 71 = 0 then 'queued'
               when n % 251 = 0 then 'retrying' when n % 173 = 0 then 'scheduled' else 'completed' end as state
        from generate_series(1, 12000) n) made`;
