import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { rest, submitMany, untilCount } from '#e2e/support/rest.ts';
import { untilSettled } from '#e2e/support/settled.ts';
import { accountPlace, readyPlaces } from '#src/ui/shell/navigation.ts';

// Whatever becomes a page of the frame is looked at here without being named.
const places = [...readyPlaces(), ...(accountPlace.ready ? [accountPlace] : [])];

for (const { href, label } of places) {
  test(`${label} is accessible with nothing in it, in both themes and on a phone`, async ({ page, project }) => {
    test.slow();
    expect(project.projectId).toMatch(/^prj_/);
    await lookAt(page, href);
  });
}

test('an address that leads nowhere is accessible, in both themes and on a phone', async ({ page, project }) => {
  expect(project.projectId).toMatch(/^prj_/);
  await lookAt(page, '/nowhere');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
});

test('every page is accessible with something in it, in both themes and on a phone', async ({
  page,
  project,
  receiver,
}) => {
  test.setTimeout(60_000 * (places.length + 4));
  for (const path of await seed(project, receiver.url)) await test.step(path, () => lookAt(page, path));
});

async function lookAt(page: Page, path: string): Promise<void> {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await untilSettled(page);
    const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    expect(await page.evaluate(sideways), `${path} at ${width}`).toBe(0);
    if (width === 1280) await expectAccessibleInBothThemes(page);
    else await expectAccessible(page);
  }
}

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
    `/deliveries/${deliveries[0]?.id}`,
  ];
}
