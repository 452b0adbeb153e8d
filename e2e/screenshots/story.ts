import type { Query } from '#e2e/support/database.ts';
import { rest, untilCount } from '#e2e/support/rest.ts';
import type { Ringback } from '#e2e/support/ringback.ts';
import type { Received, Receiver, Reply } from '#test/support/receiver.ts';

export type Story = { jobs: { ended: string; waiting: string }; endpoint: string; delivery: string };

const answer = JSON.stringify({
  id: 'resp_68f2c1d09a7c8191',
  object: 'response',
  model: 'gpt-5-mini',
  status: 'completed',
  output: [
    {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'A lighthouse keeper who collects lost radio signals…', annotations: [] }],
    },
  ],
  usage: { input_tokens: 412, output_tokens: 318, total_tokens: 730 },
});

/** The target and receiver of the story: what is really sent goes to this machine, and is shown under better names. */
export function replies(): (received: Received, index: number) => Reply {
  const tries = new Map<string, number>();
  const json = { 'content-type': 'application/json' };
  return ({ path }) => {
    const n = (tries.get(path) ?? 0) + 1;
    tries.set(path, n);
    if (path === '/v1/responses' && n === 1)
      return {
        status: 429,
        afterMs: 320,
        headers: {
          ...json,
          'x-ratelimit-remaining-requests': '0',
          'x-ratelimit-reset-requests': '3s',
          'x-request-id': 'req_8f31',
        },
        body: '{"error":{"type":"rate_limit_exceeded","message":"Rate limit reached for requests. Try again in 3 s."}}',
      };
    if (path === '/v1/responses' && n === 2)
      return {
        status: 503,
        afterMs: 900,
        headers: { ...json, server: 'cloudflare' },
        body: '{"error":{"message":"overloaded"}}',
      };
    if (path === '/v1/responses')
      return {
        status: 200,
        afterMs: 2_100,
        headers: { ...json, 'openai-processing-ms': '2081', 'x-request-id': 'req_9a02' },
        body: answer,
      };
    if (path === '/v2/charges')
      return {
        status: 503,
        afterMs: 240,
        headers: { ...json, 'retry-after': '1200' },
        body: '{"error":"maintenance"}',
      };
    return { status: 204, afterMs: 80 };
  };
}

/** Makes a job that came through after two setbacks, one that waits, and deliveries of every kind. */
export async function tellStory(ringback: Ringback, receiver: Receiver, query: Query): Promise<Story> {
  const endpoint = await rest<{ id: string }>(ringback, 'POST /v1/endpoints', {
    name: 'lumen-prod',
    url: `${receiver.url}/api/ringback`,
    description: 'The studio’s own app: stores results and tells the person who waits.',
    events: ['job.completed', 'job.failed'],
    headers: { 'x-tenant': 'lumen' },
    rate: 20,
  });
  for (const [name, path] of [
    ['acme-crm', '/crm/hooks'],
    ['billing-sync', '/billing/hooks'],
  ])
    await rest(ringback, 'POST /v1/endpoints', { name, url: `${receiver.url}${path}` });
  const ended = await rest<{ id: string }>(ringback, 'POST /v1/jobs', {
    url: `${receiver.url}/v1/responses`,
    headers: {
      authorization: { $redacted: { strings: ['Bearer ', ''], values: ['sk-proj-4242424242'] } },
      'openai-project': 'proj_lumen',
    },
    json: { model: 'gpt-5-mini', input: 'A short story about a lighthouse.', max_output_tokens: 400, store: false },
    labels: ['prod', 'chat'],
    metadata: { userId: 7, requestedBy: 'mara' },
    retry: {
      429: {
        strategy: 'headers',
        resetHeader: 'x-ratelimit-reset-requests',
        remainingHeader: 'x-ratelimit-remaining-requests',
      },
      '5xx': { strategy: 'backoff', limit: 3, minTimeoutInMs: 1_500, maxTimeoutInMs: 1_800 },
    },
    callback: { endpoint: 'lumen-prod' },
  });
  const waiting = await rest<{ id: string }>(ringback, 'POST /v1/jobs', {
    url: `${receiver.url}/v2/charges`,
    json: { customer: 'cus_81', amount: 4_900, currency: 'eur' },
    labels: ['prod', 'billing'],
    deadlineSeconds: 7_200,
    callback: { endpoint: 'billing-sync' },
  });
  const test = await rest<{ id: string }>(ringback, `POST /v1/endpoints/${endpoint.id}/test`);
  await untilCount(ringback, 'state=completed', 1);
  await untilCount(ringback, 'state=retrying', 1);
  await receiver.waitFor((all) => all.filter(({ path }) => path === '/api/ringback').length >= 2);
  await rename(query, receiver.url);
  return { jobs: { ended: ended.id, waiting: waiting.id }, endpoint: endpoint.id, delivery: test.id };
}

/** What was sent on this machine is shown as sent to where it would have gone. */
async function rename(query: Query, from: string): Promise<void> {
  const hosts = [
    ['/v1/', 'api.openai.com'],
    ['/v2/', 'api.payfold.com'],
  ] as const;
  for (const [path, host] of hosts)
    await query(
      `update job set url = replace(url, $1, 'https://' || $2::text), host = $2 where url like $1 || $3 || '%'`,
      [from, host, path],
    );
  const receivers = [
    ['/api/ringback', 'https://app.lumen.studio'],
    ['/crm/', 'https://hooks.acme-crm.com'],
    ['/billing/', 'https://billing.lumen.studio'],
  ] as const;
  for (const table of ['endpoint', 'delivery'] as const)
    for (const [path, to] of receivers)
      await query(`update ${table} set url = replace(url, $1, $2) where url like $1 || $3 || '%'`, [from, to, path]);
  await query(`update attempt set remote_address = '104.18.6.192', worker = 'w-fra-1'`);
}
