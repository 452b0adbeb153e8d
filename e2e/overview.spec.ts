import { setTimeout } from 'node:timers/promises';
import { madeEarlier, withDatabase } from '#e2e/support/database.ts';
import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { rest, submitMany, untilCount } from '#e2e/support/rest.ts';
import { untilSettled } from '#e2e/support/settled.ts';
import { submit } from '#e2e/support/submit.ts';
import { parseId } from '#src/domain/text/id.ts';

test('the figures are what was done, the charts have tables, and a failing host leads to its jobs', async ({
  page,
  project,
}) => {
  test.slow();
  await submitMany(
    project,
    [200, 200, 200, 404].map((plan) => at(project, plan)),
  );
  await untilCount(project, 'state=completed', 3);
  await untilCount(project, 'state=failed', 1);
  await page.goto('/?range=1h');
  const figures = page.getByRole('region', { name: 'Jobs', exact: true });
  await expect(figures.getByRole('link', { name: /^Jobs ended ?4/ })).toBeVisible();
  await expect(figures.getByRole('link', { name: /^Success rate ?75/ })).toBeVisible();
  await expect(figures.getByRole('link', { name: /^Backlog now ?0/ })).toBeVisible();
  await expectAccessibleInBothThemes(page);

  await test.step('every chart is a table too', async () => {
    const asTable = page.getByRole('button', { name: /: as a table$/ });
    // Charts come one after another.
    await untilSettled(page);
    const count = await asTable.count();
    expect(count).toBeGreaterThanOrEqual(3);
    for (let left = count; left > 0; left--) {
      await asTable.first().click();
      await expect(asTable).toHaveCount(left - 1);
    }
    await expect(page.getByRole('region', { name: /, as a table$/ })).toHaveCount(count);
    await expectAccessibleInBothThemes(page);
  });

  await test.step('a host leads to the jobs that failed there', async () => {
    const host = new URL(project.url).hostname;
    await page.getByRole('region', { name: 'Failing hosts' }).getByRole('link', { name: host }).click();
    await expect(page).toHaveURL(/\/jobs\?state=failed&host=/);
    await expect(page.locator('tbody tr')).toHaveCount(1);
    await expect(page.locator('tbody tr')).toContainText('404');
  });

  await test.step('a figure leads to what it counts, and back', async () => {
    await page.goBack();
    await figures.getByRole('link', { name: /^Jobs ended/ }).click();
    await expect(page.locator('tbody tr')).toHaveCount(4);
  });
});

test('a job that was made long before it ended is found where it is counted', async ({ page, project }) => {
  test.slow();
  const id = await submit(project, at(project, 404));
  await untilCount(project, 'state=failed', 1);
  await withDatabase(project, (db) => madeEarlier(db, id, 3));
  await page.goto('/?range=1h');
  await expect(
    page.getByRole('region', { name: 'Jobs', exact: true }).getByRole('link', { name: /^Jobs ended ?1/ }),
  ).toBeVisible();
  const rows = page.getByRole('region', { name: 'Jobs', exact: true }).locator('tbody tr');

  await test.step('from its host', async () => {
    const host = new URL(project.url).hostname;
    await page.getByRole('region', { name: 'Failing hosts' }).getByRole('link', { name: host }).click();
    await expect(rows).toHaveCount(1);
    await page.goBack();
  });

  await test.step('from a step of a chart, without a pointer', async () => {
    await page.getByRole('button', { name: 'Jobs ended: as a table' }).click();
    const steps = page.getByRole('region', { name: 'Jobs ended, as a table' });
    await expect(steps.getByRole('link')).toHaveCount(1);
    // The first row that leads somewhere, in whichever table of the page.
    await page.keyboard.press('j');
    await expect(steps.getByRole('link')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/jobs\?from=.*&to=.*&by=end/);
    await expect(rows).toHaveCount(1);
  });
});

test('a chart that is dragged over shows that time in finer steps, and the address has it', async ({
  page,
  project,
}) => {
  test.slow();
  await submit(project, at(project, 200));
  await untilCount(project, 'state=completed', 1);
  // The steps of the chart must not move on between here and the drag.
  const leftMs = 1_800_000 - (Date.now() % 1_800_000);
  if (leftMs < 30_000) await setTimeout(leftMs + 100);
  const burst = Math.floor((Date.now() - 10 * 3_600_000) / 1_800_000) * 1_800_000;
  await withDatabase(project, async (db) => {
    for (const step of [60, 1_800])
      await db.query(
        `insert into stat_bucket (scope_id, step, at, counts) values ($1, $2, $3, '{"completed":70,"delivered":5,"deliveryDuration":{"80":5}}')`,
        [parseId('prj', project.projectId), step, new Date(burst)],
      );
  });
  await page.goto('/');
  const chart = page.getByRole('figure', { name: 'Jobs ended over time, by outcome' });
  await expect(chart).toBeVisible();
  await untilSettled(page);
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  if (!box) throw new Error('the chart has no place');
  const xOf = (ms: number) => {
    const from = Math.floor(Date.now() / 1_800_000) * 1_800_000 - 47 * 1_800_000;
    return box.x + 44 + ((ms - from) / 86_400_000) * (box.width - 52);
  };
  await page.mouse.move(xOf(burst - 1_200_000), box.y + 60);
  await page.mouse.down();
  await page.mouse.move(xOf(burst + 900_000), box.y + 60, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/\/\?from=.*&to=/);
  const url = new URL(page.url());
  expect(url.searchParams.get('from')).toBe(new Date(burst - 1_800_000).toISOString());
  expect(url.searchParams.get('to')).toBe(new Date(burst + 1_800_000).toISOString());
  await page.getByRole('button', { name: 'Jobs ended: as a table' }).click();
  await expect(page.getByRole('region', { name: 'Jobs ended, as a table' }).locator('tbody tr')).toHaveCount(60);
  await page.reload();
  await expect(page.getByRole('region', { name: 'Callbacks', exact: true })).toContainText('Arrived5');
  await expectAccessibleInBothThemes(page);

  await test.step('a range of ones own says what is wrong with it', async () => {
    await page.getByRole('button', { name: 'Own range' }).click();
    const dialog = page.getByRole('dialog', { name: 'Own range' });
    await dialog.getByLabel('To', { exact: true }).fill('2020-01-01T00:00');
    await dialog.getByRole('button', { name: 'Show this range' }).click();
    await expect(dialog.getByRole('alert')).toHaveText('The beginning must be before the end.');
    await expectAccessibleInBothThemes(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Back to the usual range' }).click();
    await expect(page).toHaveURL('/');
  });
});

test('what comes up later does not move the page, and stays away once it was put away', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  await rest(project, 'POST /v1/endpoints', { name: 'billing', url: `${receiver.url}/hook` });
  receiver.answer(410);
  await submit(project, at(project, 200));
  await untilCount(project, 'state=completed', 1);
  await page.goto('/');
  const figures = page.getByRole('region', { name: 'Jobs', exact: true });
  await expect(figures).toBeVisible();
  await untilSettled(page);
  const before = await figures.boundingBox();
  await submit(project, { ...at(project, 200), callback: { endpoint: 'billing' } });
  const banner = page.getByText('Endpoint billing was disabled');
  await expect(banner).toBeVisible();
  expect(await figures.boundingBox()).toEqual(before);
  await expectAccessibleInBothThemes(page);

  await page.getByRole('button', { name: 'Put away' }).click();
  await expect(banner).toBeHidden();
  const places = page.getByRole('complementary', { name: 'Project' });
  await places.getByRole('link', { name: 'Operations' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Operations' })).toBeVisible();
  await places.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByRole('region', { name: 'Receivers in trouble' })).toContainText('billing');
  await expect(banner).toBeHidden();
});

test('a disabled endpoint is told of, until the banner is put away', async ({ page, project, receiver }) => {
  const { id } = await rest<{ id: string }>(project, 'POST /v1/endpoints', {
    name: 'billing',
    url: `${receiver.url}/hook`,
  });
  receiver.answer(410);
  const job = { ...at(project, 200), callback: { endpoint: 'billing' } };
  await submit(project, job);
  await page.goto('/');
  await expect(page.getByText('Endpoint billing was disabled')).toBeVisible();
  await submit(project, job);
  await expect(page.getByText('1 event is kept as skipped and can be replayed.')).toBeVisible();
  await test.step('the frame counts it, and what is in progress', async () => {
    const places = page.getByRole('complementary', { name: 'Project' });
    await expect(places.getByRole('link', { name: 'Endpoints 1 disabled or failing' })).toBeVisible();
    await expect(places.getByRole('link', { name: 'Jobs', exact: true })).toBeVisible();
    await submit(project, { url: `${project.url}/playground/target?plan=200&delay=10000` });
    await expect(places.getByRole('link', { name: 'Jobs 1 in progress' })).toBeVisible();
    await page.setViewportSize({ width: 390, height: 844 });
    const bar = page.getByRole('navigation', { name: 'Main' });
    await expect(bar.getByRole('link', { name: '1 disabled or failing Callbacks' })).toBeVisible();
    await page.setViewportSize({ width: 1280, height: 800 });
  });
  await expectAccessibleInBothThemes(page);
  await page.getByRole('link', { name: 'Open endpoint' }).click();
  await expect(page).toHaveURL(`/endpoints/${id}`);
  await page.goBack();
  await page.getByRole('button', { name: 'Put away' }).click();
  await expect(page.getByText('Endpoint billing was disabled')).toBeHidden();
});

function at(project: Project, plan: number): { url: string } {
  return { url: `${project.url}/playground/target?plan=${plan}` };
}
