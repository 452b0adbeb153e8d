import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { submitMany, untilCount } from '#e2e/support/rest.ts';
import { untilSettled } from '#e2e/support/settled.ts';

/** Buttons of the list of jobs and of its frame that open a menu. */
const menus = [/^Times/, /^Theme/, 'Help', /^Project/, /^Signed in as/, 'Views', /^Made in/, 'Export'];

test('what opens over a page is accessible in both themes', async ({ page, project }) => {
  test.slow();
  const [id] = await submitMany(
    project,
    [404, 404, 200].map((plan) => ({ url: `${project.url}/playground/target?plan=${plan}`, retry: 'none' })),
  );
  await untilCount(project, 'state=failed', 2);
  await page.goto('/jobs');
  await expect(page.locator('tbody tr')).toHaveCount(3);
  for (const name of menus) {
    const button = page.getByRole('button', { name }).first();
    await test.step(String(name), () => lookInto(page, () => button.click(), 'menu'));
  }
  await test.step('the columns', () =>
    lookInto(page, () => page.getByRole('button', { name: 'Columns' }).click(), 'dialog'));
  await test.step('the palette', () => lookInto(page, () => page.keyboard.press('Control+k'), 'dialog'));
  await test.step('the keys', () => lookInto(page, () => page.keyboard.press('?'), 'dialog'));
  await test.step('the bar of selected rows, on a phone too', async () => {
    await page.locator('tbody tr').first().getByRole('checkbox').click();
    await expect(page.getByRole('region', { name: 'Selected jobs' })).toBeVisible();
    await expectAccessibleInBothThemes(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
  });
  await test.step('the phone’s other pages', async () => {
    await page.getByRole('button', { name: 'Clear the selection' }).click();
    await lookInto(page, () => page.getByRole('button', { name: 'More', exact: true }).click(), 'dialog');
  });
  await test.step('the menu of a job, of which no action is out of sight on a phone', async () => {
    await page.goto(`/jobs/${id}`);
    await untilSettled(page);
    const actions = ['Run again', 'Run with edits', 'More'];
    for (const name of actions)
      await expect(
        page
          .getByRole('main')
          .getByRole('button', { name, exact: true })
          .or(page.getByRole('main').getByRole('link', { name, exact: true })),
      ).toBeInViewport({ ratio: 1 });
    await lookInto(page, () => page.getByRole('main').getByRole('button', { name: 'More' }).click(), 'menu');
  });
  await test.step('errors are run again on a phone', async () => {
    await page.goto('/failures');
    const again = page.getByRole('region', { name: 'Errors' }).getByRole('button', { name: 'Run again' });
    await expect(again).toBeInViewport({ ratio: 1 });
    await lookInto(page, () => again.click(), 'alertdialog');
  });
});

/** Opens something, looks at it in both themes, and closes it. */
async function lookInto(page: Page, open: () => Promise<void>, role: 'menu' | 'dialog' | 'alertdialog'): Promise<void> {
  await open();
  const opened = page.getByRole(role).last();
  await expect(opened).toBeVisible();
  await expectAccessibleInBothThemes(page);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.keyboard.press('Escape');
  await expect(opened).toBeHidden();
}
