import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { allJobs, submitMany, untilCount } from '#e2e/support/rest.ts';

test('the project is paused from the page of flows, what comes waits, and it goes on from the overview', async ({
  page,
  project,
}) => {
  await page.goto('/flows');
  await page.getByRole('button', { name: 'Pause…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pause' });
  const host = dialog.getByRole('textbox', { name: 'Host' });
  await host.fill('https://api.example.com/v1');
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('without scheme, port and path');
  await expectAccessibleInBothThemes(page);
  await host.fill('api.example.com');
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText('api.example.com is paused, for')).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText('api.example.com is paused, for')).toBeHidden();

  await page.getByRole('button', { name: 'Pause…' }).click();
  await dialog.getByRole('button', { name: 'The whole project' }).click();
  await expect(host).toBeHidden();
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
  const banner = page.getByRole('alert').filter({ hasText: 'The project is paused' });
  await expect(banner).toBeVisible();
  // Workers may start what comes within a second.
  const target = `${project.url}/playground/target`;
  await expect
    .poll(async () => {
      await submitMany(project, [{ url: target }]);
      return (await allJobs(project)).filter(({ state }) => state === 'queued').length;
    })
    .toBeGreaterThan(0);
  await expect(banner).toContainText(/\d+ (is|are) due/);

  await page.goto('/jobs?state=queued');
  await expect(page.getByText('paused', { exact: true }).first()).toBeVisible();
  await page.goto('/');
  await expect(banner).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(banner.getByRole('button', { name: 'Resume' })).toBeInViewport();
  await banner.getByRole('button', { name: 'Resume' }).click();
  await expect(banner).toBeHidden();
  await untilCount(project, 'state=queued', 0);
  await untilCount(project, 'state=completed', (await allJobs(project)).length);
});
