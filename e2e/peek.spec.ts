import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { submitMany, untilCount } from '#e2e/support/rest.ts';

test('a job is looked at beside the list, another with a click, and its page opens with Enter', async ({
  page,
  project,
}) => {
  const [oldest = '', middle = '', newest = ''] = await seed(project);
  await page.goto('/jobs?label=prod');
  await expect(page.locator('tbody tr')).toHaveCount(3);
  const peek = page.getByRole('complementary', { name: 'Peek' });

  await test.step('by its button, and the address says so', async () => {
    await row(page, newest).hover();
    await row(page, newest).getByRole('button', { name: 'Peek' }).click();
    await expect(page).toHaveURL(`/jobs?label=prod&peek=${newest}`);
    await expect(peek).toContainText(newest);
    await expect(peek.getByRole('heading', { level: 2 })).toContainText('Failed');
    await expect(peek.getByRole('region', { name: 'Attempts' })).toContainText('404');
    await expect(row(page, newest).locator('.row-link')).toHaveAttribute('aria-current', 'true');
    await expectAccessibleInBothThemes(page);
  });

  await test.step('the list beside it is not covered', async () => {
    const [table, panel] = [await page.locator('table').boundingBox(), await peek.boundingBox()];
    expect((table?.x ?? 0) + (table?.width ?? 0)).toBeLessThanOrEqual(panel?.x ?? 0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });

  await test.step('another one with a click on its row', async () => {
    await row(page, middle).locator('.row-link').click();
    await expect(page).toHaveURL(`/jobs?label=prod&peek=${middle}`);
    await expect(peek.getByRole('heading', { level: 2 })).toContainText('Completed');
    await expect(peek.getByRole('region', { name: 'Response', exact: true })).toContainText('"ok"');
    await expect(peek.getByRole('region', { name: 'Deliveries' })).toContainText('job.completed');
    await expect(peek.getByRole('status').filter({ hasText: 'POST' })).toContainText('/playground/target');
  });

  await test.step('the next ones by its own buttons, to the end', async () => {
    await peek.getByRole('button', { name: 'The job below' }).click();
    await expect(page).toHaveURL(`/jobs?label=prod&peek=${oldest}`);
    await expect(peek).toContainText('Scheduled');
    const below = peek.getByRole('button', { name: 'The job below' });
    await expect(below).toHaveAttribute('aria-disabled', 'true');
    await expect(below).toBeFocused();
  });

  await test.step('it outlives a reload, and closes', async () => {
    await page.reload();
    await expect(peek).toContainText(oldest);
    // The id comes with the page itself; what is loaded by its scripts shows that these are at work.
    await expect(peek.getByRole('heading', { level: 2 })).toContainText('Scheduled');
    await peek.getByRole('button', { name: 'Close' }).click();
    await expect(peek).toBeHidden();
    await expect(page).toHaveURL('/jobs?label=prod');
    await row(page, middle).locator('.row-link').click();
    await expect(page).toHaveURL(`/jobs/${middle}`);
  });
});

test('with the keyboard alone, the job beside the list follows the row', async ({ page, project }) => {
  const [, middle = '', newest = ''] = await seed(project);
  await page.goto('/jobs');
  await expect(page.locator('tbody tr')).toHaveCount(3);
  const peek = page.getByRole('complementary', { name: 'Peek' });
  await page.keyboard.press('p');
  await expect(peek).toContainText(newest);
  await page.keyboard.press('j');
  await expect(row(page, newest).locator('.row-link')).not.toBeFocused();
  await expect(row(page, middle).locator('.row-link')).toBeFocused();
  await expect(peek).toContainText(middle);
  await page.keyboard.press('k');
  await expect(peek).toContainText(newest);
  await page.keyboard.press('Escape');
  await expect(peek).toBeHidden();
  await expect(row(page, newest).locator('.row-link')).toBeFocused();
  await page.keyboard.press('p');
  await expect(peek).toContainText(newest);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/jobs/${newest}`);
});

test('a row leads to its job wherever it is clicked', async ({ page, project }) => {
  const [, , newest = ''] = await seed(project);
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto('/jobs');
    // What is clicked is the link, which lies over the cell.
    await row(page, newest)
      .getByRole('cell')
      .filter({ has: page.locator('time') })
      .last()
      .click({ force: true });
    await expect(page).toHaveURL(`/jobs/${newest}`);
  }
});

test('the key p closes it wherever the focus is, and leaves the focus at the row', async ({ page, project }) => {
  const [oldest = '', middle = ''] = await seed(project);
  await page.goto(`/jobs?label=prod&peek=${middle}`);
  const peek = page.getByRole('complementary', { name: 'Peek' });
  // The focus goes to the row, which may come after the panel.
  await expect(row(page, middle)).toBeVisible();
  await peek.getByRole('button', { name: 'More' }).focus();
  await page.keyboard.press('p');
  await expect(peek).toBeHidden();
  await expect(row(page, middle).locator('.row-link')).toBeFocused();

  await test.step('which is the page itself when the row is not there', async () => {
    await page.goto(`/jobs?state=failed&peek=${oldest}`);
    await expect(peek).toContainText('Scheduled');
    await peek.getByRole('button', { name: 'Close' }).click();
    await expect(peek).toBeHidden();
    await expect(page.getByRole('main')).toBeFocused();
  });
});

test('all that can be done with a job is in reach beside the list, and an end nobody asked for is said', async ({
  page,
  project,
}) => {
  const [id = ''] = await submitMany(project, [
    {
      url: `${project.url}/playground/target?plan=200`,
      callback: { url: `${project.url}/playground/inbox/peek`, events: ['job.failed'] },
    },
  ]);
  await untilCount(project, 'state=completed', 1);
  await page.goto(`/jobs?peek=${id}`);
  const peek = page.getByRole('complementary', { name: 'Peek' });
  await expect(peek.getByRole('region', { name: 'Callback' })).toContainText('does not want this end');
  await peek.getByRole('button', { name: 'More' }).scrollIntoViewIfNeeded();
  const [more, panel] = [await peek.getByRole('button', { name: 'More' }).boundingBox(), await peek.boundingBox()];
  expect((more?.x ?? 0) + (more?.width ?? 0)).toBeLessThanOrEqual((panel?.x ?? 0) + (panel?.width ?? 0) - 16);
  const strip = peek.getByRole('button', { name: 'More' }).locator('..');
  expect(await strip.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
});

test('on a phone it comes from below, and one that is not there says so', async ({ page, project }) => {
  const [, middle = ''] = await seed(project);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/jobs?peek=${middle}`);
  const peek = page.getByRole('complementary', { name: 'Peek' });
  await expect(peek.getByRole('heading', { level: 2 })).toContainText('Completed');
  const box = await peek.boundingBox();
  expect([box?.x, box?.width, (box?.y ?? 0) + (box?.height ?? 0)]).toEqual([0, 390, 844]);
  await expectAccessible(page);
  await page.goto('/jobs?peek=job_00000000000000000000000000');
  await expect(peek.getByRole('heading', { level: 2 })).toContainText('There is no such job');
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  await peek.getByRole('button', { name: 'Close' }).click();
  await expect(page).toHaveURL('/jobs');
});

/** A scheduled, a completed and a failed one, in the order of their making. */
async function seed(project: Project): Promise<string[]> {
  const target = (plan: string) => `${project.url}/playground/target?plan=${plan}`;
  const ids: string[] = [];
  for (const job of [
    { url: target('200'), delaySeconds: 3_600, labels: ['prod'] },
    { url: target('200'), labels: ['prod'], json: { n: 1 }, callback: `${project.url}/playground/inbox/peek` },
    { url: target('404'), labels: ['prod'] },
  ])
    ids.push(...(await submitMany(project, [job])));
  await untilCount(project, 'state=completed', 1);
  await untilCount(project, 'state=failed', 1);
  return ids;
}

function row(page: Page, id: string) {
  return page.locator('tbody tr', { has: page.locator(`[data-row="${id}"]`) });
}
