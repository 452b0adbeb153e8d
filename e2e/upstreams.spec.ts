import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { rest } from '#e2e/support/rest.ts';
import type { Upstream } from '#src/contract/upstream/upstream.ts';

test('an upstream is made, tested, edited and deleted', async ({ page, project, receiver }) => {
  test.setTimeout(120_000);
  const find = () => rest<Upstream>(project, 'GET /v1/upstreams/api');
  await page.goto('/upstreams');
  await expect(page.getByText('No upstream yet')).toBeVisible();
  await expectAccessibleInBothThemes(page);
  const row = page.getByRole('row', { name: /api/ });
  const act = async (item: string) => {
    await page.getByRole('button', { name: 'Actions for api' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  await test.step('it is made, and what is wrong stands at its field', async () => {
    await page.getByRole('button', { name: 'New upstream' }).click();
    const dialog = page.getByRole('dialog', { name: 'New upstream' });
    await dialog.getByLabel('Name', { exact: true }).fill('Not A Name');
    await dialog.getByLabel('Base URL').fill(`${receiver.url}/v1`);
    await dialog.getByLabel('Value of authorization').fill('Bearer s3cret');
    await dialog.getByLabel('Models').fill('gpt-, o3');
    await dialog.getByRole('button', { name: 'Make upstream' }).click();
    await expect(dialog.getByRole('alert')).toContainText('lower-case letters');
    await expectAccessibleInBothThemes(page);
    await dialog.getByLabel('Name', { exact: true }).fill('api');
    await dialog.getByRole('button', { name: 'Make upstream' }).click();
    await expect(dialog).toBeHidden();
    await expect(row).toContainText(`${receiver.url}/v1`);
    await expect(row).toContainText('gpt-…, o3…');
    expect(await find()).toMatchObject({ format: 'openai', default: false, headers: { authorization: '********' } });
  });

  await test.step('it is asked with its credentials', async () => {
    await act('Test…');
    const dialog = page.getByRole('dialog', { name: 'Test api' });
    await dialog.getByRole('button', { name: 'Ask it' }).click();
    await expect(dialog.getByRole('status')).toContainText('200', { timeout: 30_000 });
    const [asked] = await receiver.waitFor(1);
    expect(asked).toMatchObject({ path: '/v1/models', headers: { authorization: 'Bearer s3cret' } });
    await expectAccessibleInBothThemes(page);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });

  await test.step('edited, it keeps its secret and becomes the default', async () => {
    await act('Edit…');
    const dialog = page.getByRole('dialog', { name: 'Edit api' });
    await dialog.getByRole('checkbox').click();
    await dialog.getByLabel('Attempts at once').fill('3');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    await expect(row).toContainText('default');
    await expect(row).toContainText('3 at once');
    expect(await find()).toMatchObject({ default: true, headers: { authorization: '********' } });
  });

  await test.step('its jobs are listed, also on a phone', async () => {
    await row.getByRole('link', { name: 'api' }).click();
    await expect(page).toHaveURL(/\/jobs\?upstream=api$/);
    await expect(page.getByRole('table')).toContainText('/v1/models');
    await page.setViewportSize({ width: 390, height: 780 });
    await page.goto('/upstreams');
    await expect(row).toBeVisible();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
  });

  await test.step('it is deleted', async () => {
    await act('Delete…');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete upstream' }).click();
    await expect(page.getByText('No upstream yet')).toBeVisible();
  });
});
