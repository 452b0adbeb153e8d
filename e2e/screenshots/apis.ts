import type { Query } from '#e2e/support/database.ts';
import { rest } from '#e2e/support/rest.ts';
import type { Ringback } from '#e2e/support/ringback.ts';
import type { Upstream } from '#src/contract/upstream/upstream.ts';
import { parseId } from '#src/domain/text/id.ts';

/** Makes three upstreams. A third of the chat's jobs become model calls of the first, with what its answers said of limits. */
export async function seedApis(on: Ringback, query: Query, project: string): Promise<void> {
  const make = (upstream: object) => rest<Upstream>(on, 'POST /v1/upstreams', upstream);
  const openai = await make({
    ...{ name: 'openai', baseUrl: 'https://api.openai.com/v1', format: 'openai', models: ['gpt-', 'o3'] },
    headers: { authorization: 'Bearer sk-proj-4242424242', 'openai-project': 'proj_lumen' },
    flow: { concurrency: 20, rate: { limit: 500, periodSeconds: 60 } },
  });
  await make({
    ...{ name: 'claude', baseUrl: 'https://api.anthropic.com/v1', format: 'anthropic', models: ['claude-'] },
    headers: { 'x-api-key': 'sk-ant-4242424242', 'anthropic-version': '2023-06-01' },
  });
  await make({ name: 'own-llm', baseUrl: 'https://llm.lumen.studio/v1', format: 'openai', default: true });
  await query(
    `update job set upstream_id = $2, gateway = 'responses'
     where project_id = $1 and host = 'api.openai.com' and url like '%/v1/responses' and labels @> '{chat}'
       and right(id::text, 1) in ('1', '4', '7', 'a', 'd')`,
    [project, parseId('ups', openai.id)],
  );
  await query(
    `insert into model_call (job_id, project_id, model, input_tokens, output_tokens)
     select id, project_id, case when right(id::text, 2) < '40' then 'gpt-5' else 'gpt-5-mini' end,
       case when state = 'completed' then 300 + get_byte(uuid_send(id), 15) * 4 end,
       case when state = 'completed' then 120 + get_byte(uuid_send(id), 14) * 2 end
     from job where gateway = 'responses' on conflict do nothing`,
  );
  await query(answers);
}

/** An answer to each of the calls that ended. What is left goes up and down over the day. */
const answers = `insert into attempt (owner_id, n, id, started_at, ended_at, outcome, status, headers, worker)
  select id, 1, gen_random_uuid(), created_at, ended_at, 'response', status, json_build_array(
      json_build_array('content-type', 'application/json'),
      json_build_array('x-ratelimit-limit-requests', '500'),
      json_build_array('x-ratelimit-remaining-requests', round(330 + 120 * tide - get_byte(uuid_send(id), 15) / 6.0)::text),
      json_build_array('x-ratelimit-reset-requests', '120ms'),
      json_build_array('x-ratelimit-limit-tokens', '200000'),
      json_build_array('x-ratelimit-remaining-tokens', round(98000 + 76000 * tide - get_byte(uuid_send(id), 14) * 90)::text),
      json_build_array('x-ratelimit-reset-tokens', '6s')
    ), 'w-fra-1'
  from (select *, sin(extract(epoch from created_at) / 9000) as tide from job where gateway = 'responses' and ended_at is not null) j
  on conflict do nothing`;
