import { expect } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { rest } from '#e2e/support/rest.ts';

test('every page that changes by itself is told of changes, and says so only when it is', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const { id } = await rest<{ id: string }>(project, 'POST /v1/endpoints', {
    name: 'billing',
    url: `${receiver.url}/hook`,
  });
  const words = page.getByRole('banner').getByRole('status');
  const topics: Record<string, string> = {
    '/endpoints': 'endpoints',
    [`/endpoints/${id}`]: 'deliveries,endpoints',
    '/deliveries': 'deliveries',
    '/operations': 'operations',
  };
  // A stream of a shared worker is not seen from here: without such workers each tab has its own.
  await page.addInitScript(() => Reflect.deleteProperty(window, 'SharedWorker'));
  for (const [path, wanted] of Object.entries(topics)) {
    const opened = page.waitForRequest((request) => request.url().includes('/api/live?'));
    await page.goto(path);
    const asked = new URL((await opened).url()).searchParams.get('topics');
    expect(asked?.split(',').sort().join(','), path).toBe(wanted);
    await expect(words).toHaveText('Live');
  }

  await test.step('a page on the same stream is told as well', async () => {
    const places = page.getByRole('complementary', { name: 'Project' });
    await places.getByRole('link', { name: 'Endpoints' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Endpoints' })).toBeVisible();
    await expect(words).toHaveText('Live');
  });

  await test.step('where no stream comes through, nothing says that the page is live', async () => {
    await page.route('**/api/live?**', (route) => route.abort());
    await page.goto('/deliveries');
    await expect(words).toHaveText('Refreshing every few seconds');
  });
});

test('a chart that cannot be loaded says so and is tried again; j and k go along the rows', async ({
  page,
  project,
  receiver,
}) => {
  const { id } = await rest<{ id: string }>(project, 'POST /v1/endpoints', {
    name: 'billing',
    url: `${receiver.url}/hook`,
  });
  let broken = true;
  await page.route('**/api/trpc/**', async (route) => {
    const names = new URL(route.request().url()).pathname.replace('/api/trpc/', '').split(',');
    if (!broken || !names.includes('stats.endpoint')) return route.continue();
    const answer = await route.fetch();
    const answers = (await answer.json()) as unknown[];
    const data = { code: 'BAD_REQUEST', httpStatus: 400, ringback: null };
    const refused = { error: { message: 'no', code: -32_600, data } };
    return route.fulfill({
      status: 207,
      json: names.map((name, at) => (name === 'stats.endpoint' ? refused : answers[at])),
    });
  });
  await page.goto('/endpoints');
  await expect(page.locator('tbody tr')).toHaveCount(1);
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'billing' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/endpoints/${id}`);
  const chart = page.getByRole('region', { name: 'Deliveries', exact: true });
  await expect(chart).toContainText('The statistics could not be loaded');
  broken = false;
  await chart.getByRole('button').first().click();
  await expect(chart.getByRole('figure')).toBeVisible();
});
