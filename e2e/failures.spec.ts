import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { allJobs, submitMany, untilCount } from '#e2e/support/rest.ts';

test('failures of one kind are one row, lead to exactly their jobs, and are run again together', async ({
  page,
  project,
}) => {
  test.slow();
  const at = (plan: number) => ({ url: `${project.url}/playground/target?plan=${plan}`, retry: 'none' });
  const [first = ''] = await submitMany(project, [404, 404, 404, 500, 200].map(at));
  await untilCount(project, 'state=failed', 4);
  await untilCount(project, 'state=completed', 1);

  await test.step('a failed job says how many failed like it', async () => {
    await page.goto(`/jobs/${first}`);
    await page.getByRole('link', { name: '3 jobs failed like this in the last hour' }).click();
    await expect(page.getByRole('region', { name: 'Jobs', exact: true }).locator('tbody tr')).toHaveCount(3);
    await page.goBack();
    await page.getByRole('link', { name: 'All errors' }).click();
    await expect(page).toHaveURL('/failures?range=1h');
  });

  const rows = page.getByRole('region', { name: 'Errors' }).locator('tbody tr');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('404');
  await expectAccessibleInBothThemes(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessibleInBothThemes(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  await test.step('a row leads to its jobs', async () => {
    await rows.nth(1).getByRole('link').first().click();
    await expect(page.getByRole('region', { name: 'Jobs', exact: true }).locator('tbody tr')).toHaveCount(1);
    await page.goBack();
  });

  await test.step('all of a row are run again, after their number was shown', async () => {
    await rows.first().getByRole('button', { name: 'Run again' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Run 3 jobs again?' });
    await expectAccessibleInBothThemes(page);
    await dialog.getByRole('button', { name: 'Run 3 jobs again' }).click();
    await expect(page).toHaveURL(/\/operations\?id=op_/);
    await untilCount(project, 'state=failed', 7);
    expect((await allJobs(project)).filter(({ rerunOf }) => rerunOf !== null)).toHaveLength(3);
  });
});

test('an attempt that is retried says how many jobs failed like it, and one of a kind says nothing', async ({
  page,
  project,
}) => {
  const job = (plan: number, limit: number) => ({
    url: `${project.url}/playground/target?plan=${plan}`,
    retry: { [plan]: { limit, minTimeoutInMs: 600_000, maxTimeoutInMs: 600_000 } },
  });
  const [alone = ''] = await submitMany(project, [job(404, 0), job(503, 0), job(503, 0)]);
  await untilCount(project, 'state=failed', 3);
  const [waits = ''] = await submitMany(project, [job(503, 1)]);
  await untilCount(project, 'state=retrying', 1);

  await page.goto(`/jobs/${alone}`);
  await expect(page.getByRole('region', { name: 'Attempt 1' })).toContainText('404');
  await expect(page.getByRole('region', { name: 'About this job' })).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText('failed like this');

  await page.goto(`/jobs/${waits}`);
  const attempt = page.getByRole('region', { name: 'Attempt 1' });
  await attempt.getByRole('link', { name: '2 jobs failed like this in the last hour' }).click();
  await expect(page.getByRole('region', { name: 'Jobs', exact: true }).locator('tbody tr')).toHaveCount(2);
});
