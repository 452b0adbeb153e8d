import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { rest, submitMany } from '#e2e/support/rest.ts';
import { untilSettled } from '#e2e/support/settled.ts';

const nobody = '01jd0000000000000000000000';

test('the title of a tab says what the page shows, and follows its state', async ({ page, project, receiver }) => {
  const target = `${project.url}/playground/target?plan=200`;
  const { id: endpoint } = await rest<{ id: string }>(project, 'POST /v1/endpoints', {
    name: 'billing',
    url: `${receiver.url}/hook`,
  });
  const [id] = await submitMany(project, [
    { url: target, method: 'PUT', delaySeconds: 3_600, callback: { endpoint: 'billing' } },
  ]);
  const host = new URL(project.url).host;
  await page.goto(`/jobs/${id}`);
  await expect(page).toHaveTitle(`scheduled · PUT ${host}/playground/target?plan=200 · Ringback`);
  await page.getByRole('button', { name: 'Start now' }).click();
  await expect(page).toHaveTitle(`completed · PUT ${host}/playground/target?plan=200 · Ringback`);

  // An endpoint that is disabled before would never get it.
  await receiver.waitFor(1);
  await page.goto(`/endpoints/${endpoint}`);
  await expect(page).toHaveTitle('billing · Ringback');
  await rest(project, `POST /v1/endpoints/${endpoint}/disable`);
  await expect(page).toHaveTitle('disabled · billing · Ringback');

  const { deliveries } = await rest<{ deliveries: { id: string }[] }>(project, 'GET /v1/deliveries');
  await page.goto(`/deliveries/${deliveries[0]?.id}`);
  await expect(page).toHaveTitle('delivered · job.completed · to billing · Ringback');
  await page.getByRole('banner').getByRole('link', { name: 'Deliveries' }).click();
  await expect(page).toHaveTitle('Deliveries · Ringback');
});

const unknown = {
  job: `/jobs/job_${nobody}`,
  delivery: `/deliveries/dlv_${nobody}`,
  endpoint: `/endpoints/end_${nobody}`,
  run: `/runs/run_${nobody}`,
  upstream: '/upstreams/nowhere',
  operation: `/operations?id=op_${nobody}`,
};

test('what does not exist is said within the frame, with a way on', async ({ page, project }) => {
  expect(project.projectId).toMatch(/^prj_/);
  const frame = page.getByRole('navigation', { name: 'Main' });
  for (const [what, path] of Object.entries(unknown))
    await test.step(path, async () => {
      await page.goto(path);
      await expect(page.getByRole('heading', { name: `There is no such ${what}` })).toBeVisible();
      await expect(frame).toBeVisible();
      await expect(page.getByRole('link', { name: `Show all ` })).toBeVisible();
    });

  await test.step('an unknown path is answered 404', async () => {
    const answer = await page.goto('/jobz/of?mine=1');
    expect(answer?.status()).toBe(404);
    await expect(page).toHaveTitle('Not found · Ringback');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
    await expect(frame).toBeVisible();
    await page.getByRole('button', { name: 'Find it by its id' }).click();
    await expect(page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox')).toBeFocused();
  });
});

test('the help leads to the keys and to what this Ringback documents itself', async ({ page, project }) => {
  await page.goto('/endpoints');
  await page.getByRole('button', { name: 'Help' }).click();
  const links = page.getByRole('menu', { name: 'Help' }).getByRole('menuitem');
  for (const name of ['API reference', 'Error codes', 'OpenAPI document']) {
    const href = await links.filter({ hasText: name }).getAttribute('href');
    expect((await page.request.get(href ?? '')).status(), name).toBe(200);
  }
  await expectAccessibleInBothThemes(page);
  await links.filter({ hasText: 'Keyboard shortcuts' }).click();
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  expect(project.projectId).toMatch(/^prj_/);
});

test('an error leads to what is said of its code', async ({ page, project }) => {
  await page.route('**/api/trpc/**', async (route) => {
    const names = new URL(route.request().url()).pathname.replace('/api/trpc/', '').split(',');
    if (!names.includes('flows.list')) return route.continue();
    const data = { code: 'rate_limited', httpStatus: 429, requestId: 'r' };
    const answers = (await (await route.fetch()).json()) as unknown[];
    const refused = { error: { message: 'too many', code: -32_600, data } };
    return route.fulfill({
      status: 207,
      json: names.map((name, at) => (name === 'flows.list' ? refused : answers[at])),
    });
  });
  await page.goto('/flows');
  const link = page.getByRole('alert').getByRole('link', { name: 'rate_limited' });
  const href = (await link.getAttribute('href')) ?? '';
  await page.goto(href);
  await expect(page.locator(':target')).toContainText('rate_limited');
  expect(project.projectId).toMatch(/^prj_/);
});

test('what is typed at once after opening the palette is not lost, and is no shortcut', async ({ page, project }) => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.goto('/endpoints');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await untilSettled(page);
  await page.route('**/_next/static/**', async (route) => {
    await held;
    await route.continue();
  });
  const box = page.getByRole('dialog', { name: 'Command palette' }).getByRole('combobox');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('gf');
  letGo();
  await box.waitFor();
  await page.keyboard.type('low');
  await expect(box).toHaveValue('gflow');
  await expect(page).toHaveURL('/endpoints');
  expect(project.projectId).toMatch(/^prj_/);
});
