import type { Page } from '@playwright/test';
import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { processOf } from '#e2e/support/process-of.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { untilCount } from '#e2e/support/rest.ts';
import { submit } from '#e2e/support/submit.ts';

/** The sidebar asks every 5 s, and a read waits 10 s for its answer; the rest is for a busy machine. */
const noticed = { timeout: 80_000 };
/** A read is repeated twice before a page gives up. */
const givenUp = { timeout: 90_000 };

const words = (page: Page) => page.getByRole('banner').getByRole('status');
const away = (page: Page) => page.getByRole('alert').filter({ hasText: 'Ringback cannot be reached' });
const sidebar = (page: Page) => page.getByRole('complementary', { name: 'Project' });
const tab = (page: Page, name: string) => page.getByRole('navigation', { name: 'State' }).getByRole('link', { name });

async function openJobs(page: Page, project: Project): Promise<void> {
  await submit(project, { url: `${project.url}/playground/target?plan=404` });
  await submit(project, { url: `${project.url}/playground/target?plan=200`, delaySeconds: 3_600 });
  await untilCount(project, 'state=failed', 1);
  await page.goto('/jobs');
  await expect(page.locator('tbody tr')).toHaveCount(2);
  await expect(words(page)).toHaveText('Live');
  await expect(sidebar(page)).toContainText('1 worker alive');
}

async function expectAway(page: Page): Promise<void> {
  await expect(words(page)).toHaveText('Connection lost, trying again', noticed);
  await expect(away(page)).toContainText('What you see is from');
  await expect(sidebar(page)).toContainText('Workers: not known now');
  await expect(sidebar(page)).not.toContainText('alive');
}

async function expectBack(page: Page): Promise<void> {
  await expect(away(page)).toHaveCount(0, noticed);
  await expect(words(page)).toHaveText('Live', noticed);
  await expect(sidebar(page)).toContainText('1 worker alive', noticed);
}

test('a server that is frozen is noticed, and no tab stands over the rows of another in silence', async ({
  page,
  project,
}) => {
  test.slow();
  await openJobs(page, project);
  const web = await processOf(project, 'web');
  process.kill(web, 'SIGSTOP');
  try {
    await expectAway(page);
    await expectAccessibleInBothThemes(page);
    await tab(page, 'Failed').click();
    await expect(page.getByText('Still the rows from before this filter')).toBeVisible();
    const list = page.getByRole('region', { name: 'Jobs' });
    await expect(list.getByRole('alert')).toContainText('did not answer in time', givenUp);
    await expect(page.locator('tbody tr')).toHaveCount(0);
    await expectAccessibleInBothThemes(page);
  } finally {
    process.kill(web, 'SIGCONT');
  }
  await expectBack(page);
  await expect(page.locator('tbody tr')).toHaveCount(1, noticed);
  await expect(page.locator('tbody tr')).toContainText('Failed');
});

test('while the server is gone a link waits for it, and the page says so', async ({ page, project }) => {
  test.slow();
  await openJobs(page, project);
  const web = await processOf(project, 'web');
  // Its parent would start it again at once.
  process.kill(project.pid, 'SIGSTOP');
  try {
    process.kill(web, 'SIGKILL');
    await sidebar(page).getByRole('link', { name: 'Endpoints' }).click();
    await expectAway(page);
    await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible();
    await tab(page, 'Scheduled').click();
    const list = page.getByRole('region', { name: 'Jobs' });
    await expect(list.getByRole('alert')).toContainText('The jobs could not be loaded', givenUp);
    await expect(page.locator('tbody tr')).toHaveCount(0);
    await sidebar(page).getByRole('link', { name: 'Operations' }).click();
    await expect(away(page)).toBeVisible();
  } finally {
    process.kill(project.pid, 'SIGCONT');
  }
  await expect(page.getByRole('heading', { level: 1, name: 'Operations' })).toBeVisible(noticed);
  await expectBack(page);
});
