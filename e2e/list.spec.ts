import { readFile } from 'node:fs/promises';
import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { submitMany, untilCount } from '#e2e/support/rest.ts';

test('filters stand in the address: they outlive a reload, and going back undoes one', async ({ page, project }) => {
  await seed(project);
  await page.goto('/jobs');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const popover = page.getByRole('dialog', { name: 'Add a filter' });
  await popover.getByRole('combobox', { name: 'What to filter by' }).click();
  await page.getByRole('option', { name: 'Label' }).click();
  await popover.getByRole('combobox', { name: 'Label' }).fill('prod');
  await expectAccessibleInBothThemes(page);
  await popover.getByRole('button', { name: 'Add filter' }).click();
  await expect(page).toHaveURL('/jobs?label=prod');
  await expect(page.locator('tbody tr')).toHaveCount(4);
  await page
    .getByRole('navigation', { name: 'State' })
    .getByRole('link', { name: /^Failed/ })
    .click();
  await expect(page).toHaveURL('/jobs?state=failed&label=prod');
  await expect(page.locator('tbody tr')).toHaveCount(2);
  await page.reload();
  await expect(page.locator('tbody tr')).toHaveCount(2);
  await expect(page.getByRole('search')).toContainText('prod');
  await expectAccessibleInBothThemes(page);
  await page.goBack();
  await expect(page).toHaveURL('/jobs?label=prod');
  await expect(page.locator('tbody tr')).toHaveCount(4);
  await page.goForward();
  await expect(page.locator('tbody tr')).toHaveCount(2);
  await page.getByRole('button', { name: /^Remove/ }).click();
  await expect(page).toHaveURL('/jobs?state=failed');
});

test('a view is saved, shared, edited and deleted', async ({ page, project }) => {
  await seed(project);
  await page.goto('/jobs?state=failed&label=prod');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save these filters as a view…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save these filters' });
  await dialog.getByLabel('Name').fill('Production, failed');
  await dialog.getByRole('checkbox', { name: 'Show it to everybody in the project' }).click();
  await expectAccessibleInBothThemes(page);
  await dialog.getByRole('button', { name: 'Save view' }).click();
  await expect(dialog).toBeHidden();
  const menu = page.getByRole('button', { name: /^Production, failed/ });
  await expect(menu).toBeVisible();

  await page.goto('/jobs');
  await page.getByRole('button', { name: 'Views' }).click();
  const choice = page.getByRole('menuitem', { name: /^Production, failed/ });
  await expect(choice).toContainText('shared');
  await expectAccessibleInBothThemes(page);
  await choice.click();
  await expect(page).toHaveURL('/jobs?state=failed&label=prod');

  await page
    .getByRole('navigation', { name: 'State' })
    .getByRole('link', { name: /^Completed/ })
    .click();
  await expect(menu).toContainText('edited');
  await menu.click();
  await page.getByRole('menuitem', { name: 'Save the changes to it' }).click();
  await expect(menu).not.toContainText('edited');
  await page.goto('/jobs');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: /^Production, failed/ }).click();
  await expect(page).toHaveURL('/jobs?state=completed&label=prod');

  await menu.click();
  await page.getByRole('menuitem', { name: 'Delete “Production, failed”' }).click();
  await expect(page.getByRole('button', { name: 'Views' })).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Views' }).click();
  await expect(page.getByRole('menuitem', { name: /^Production, failed/ })).toHaveCount(0);
});

test('a view of deliveries is saved, and is none of jobs', async ({ page, project }) => {
  await seed(project);
  await page.goto('/deliveries?state=failed&type=job.failed');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save these filters as a view…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save these filters' });
  await dialog.getByLabel('Name').fill('Given up');
  await dialog.getByRole('button', { name: 'Save view' }).click();
  await expect(dialog).toBeHidden();
  await page.goto('/deliveries');
  await page.getByRole('button', { name: 'Views' }).click();
  await expectAccessibleInBothThemes(page);
  await page.getByRole('menuitem', { name: 'Given up' }).click();
  await expect(page).toHaveURL('/deliveries?state=failed&type=job.failed');
  await expect(page.getByRole('button', { name: 'Given up' })).toBeVisible();
  await page.goto('/jobs?state=failed');
  await page.getByRole('button', { name: 'Views' }).click();
  await expect(page.getByRole('menuitem', { name: 'Save these filters as a view…' })).toBeVisible();
  await expect(page.getByRole('menuitem', { name: 'Given up' })).toHaveCount(0);
});

test('what the filters find is saved as CSV and as JSON', async ({ page, project }) => {
  await seed(project);
  await page.goto('/jobs?state=failed&label=prod');
  await expect(page.locator('tbody tr')).toHaveCount(2);
  for (const [choice, ending] of [
    ['As CSV', '.csv'],
    ['As JSON', '.json'],
  ] as const) {
    await page.getByRole('button', { name: 'Export' }).click();
    const begun = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: choice }).click();
    const download = await begun;
    expect(download.suggestedFilename()).toMatch(new RegExp(`^ringback-jobs-.*\\${ending}$`));
    const text = await readFile(await download.path(), 'utf8');
    if (ending === '.json') {
      expect((JSON.parse(text) as { state: string }[]).map(({ state }) => state)).toEqual(['failed', 'failed']);
      continue;
    }
    const lines = text.trim().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^id,state,method,url,/);
    // A spreadsheet must not take a label for a formula.
    expect(text).toContain(`"'=HYPERLINK(`);
  }
});

test('the columns and the density one has chosen are kept', async ({ page, project }) => {
  await seed(project);
  await page.goto('/jobs');
  const table = page.getByRole('table');
  await expect(table.getByRole('columnheader', { name: 'Duration' })).toBeVisible();
  const height = async () => (await page.locator('tbody tr').first().boundingBox())?.height;
  expect(await height()).toBe(38);
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await page.getByRole('checkbox', { name: 'Duration' }).click();
  await expectAccessibleInBothThemes(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Compact rows' }).click();
  await expect(table.getByRole('columnheader', { name: 'Duration' })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Comfortable rows' })).toBeVisible();
  await expect(table.getByRole('columnheader', { name: 'Duration' })).toHaveCount(0);
  await expect(table.getByRole('columnheader', { name: 'Attempts' })).toBeVisible();
  await expect.poll(height).toBe(32);
});

/** Two failed and two completed ones of production, and one failed that is not. */
async function seed(project: Project): Promise<void> {
  const target = (plan: number) => `${project.url}/playground/target?plan=${plan}`;
  await submitMany(project, [
    { url: target(404), labels: ['=HYPERLINK("http://127.0.0.1")', 'prod'] },
    { url: target(404), labels: ['=HYPERLINK("http://127.0.0.1")', 'prod'] },
    { url: target(200), labels: ['prod'] },
    { url: target(200), labels: ['prod'] },
    { url: target(404), labels: ['staging'] },
  ]);
  await untilCount(project, 'state=failed', 3);
  await untilCount(project, 'state=completed', 2);
}
