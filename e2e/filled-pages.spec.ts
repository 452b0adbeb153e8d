import { expect } from '#e2e/support/journey.ts';
import { lookAt } from '#e2e/support/look-at.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { rest, submitMany, untilCount } from '#e2e/support/rest.ts';
import { accountPlace, readyPlaces } from '#src/ui/shell/navigation.ts';

const places = [...readyPlaces(), ...(accountPlace.ready ? [accountPlace] : [])];

test('every page is accessible with something in it, in both themes and on a phone', async ({
  page,
  project,
  receiver,
}) => {
  test.setTimeout(60_000 * (places.length + 4));
  for (const path of await seed(project, receiver.url)) await test.step(path, () => lookAt(page, path));
});

/** One of everything; answers the pages that show it. */
async function seed(project: Project, receiver: string): Promise<string[]> {
  const endpoint = await rest<{ id: string }>(project, 'POST /v1/endpoints', {
    name: 'billing',
    url: `${receiver}/hook`,
    headers: { 'x-tenant': 'acme' },
  });
  const target = (plan: string) => `${project.url}/playground/target?plan=${plan}`;
  const [completed, failed, scheduled] = await submitMany(project, [
    {
      url: target('503,200'),
      retry: { 503: { minTimeoutInMs: 10, maxTimeoutInMs: 20 } },
      labels: ['prod'],
      json: { order: 1 },
      flow: { key: 'openai', concurrency: 10, rate: { limit: 500, periodSeconds: 60 } },
      callback: { endpoint: 'billing' },
    },
    { url: target('404'), labels: ['prod'], callback: { endpoint: 'billing' } },
    { url: target('200'), delaySeconds: 3_600 },
  ]);
  await rest(project, 'POST /v1/schedules', { name: 'nightly', cron: '30 2 * * *', job: { url: target('200') } });
  await rest(project, 'POST /v1/upstreams', {
    ...{ name: 'openai', baseUrl: `${receiver}/v1`, format: 'openai', default: true, models: ['gpt-'] },
    ...{ headers: { authorization: 'Bearer sk-1' }, flow: { concurrency: 5 } },
  });
  await untilCount(project, 'state=completed', 1);
  await untilCount(project, 'state=failed', 1);
  const run = await rest<{ id: string }>(project, 'POST /v1/runs', {
    url: `${receiver}/no-route-of-serve`,
    payload: { topic: 'cats' },
    labels: ['prod'],
  });
  await expect
    .poll(async () => (await rest<{ state: string }>(project, `GET /v1/runs/${run.id}`)).state)
    .toBe('failed');
  await rest(project, 'POST /v1/jobs/rerun-many', { jobs: { filter: { state: 'failed' } } });
  const { deliveries } = await rest<{ deliveries: { id: string }[] }>(project, 'GET /v1/deliveries');
  return [
    ...places.map(({ href }) => href),
    `/jobs/${completed}`,
    `/jobs/${failed}`,
    `/jobs/${scheduled}`,
    `/jobs/${failed}/again`,
    `/runs/${run.id}`,
    `/endpoints/${endpoint.id}`,
    '/upstreams/openai',
    `/deliveries/${deliveries[0]?.id}`,
  ];
}
