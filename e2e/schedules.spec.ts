import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { rest, untilCount } from '#e2e/support/rest.ts';
import type { Schedule } from '#src/contract/schedule/schedule.ts';

async function act(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a schedule is made, run, edited, paused, resumed and deleted', async ({ page, project, receiver }) => {
  test.slow();
  // Half a day away in Kathmandu, so that it never comes due meanwhile.
  const hour = new Date(Date.now() + (12 * 60 + 345) * 60_000).getUTCHours();
  const cron = `30 ${hour} * * MON-FRI`;
  const time = `${String(hour).padStart(2, '0')}:30`;
  const find = () => rest<Schedule>(project, 'GET /v1/schedules/nightly');
  await page.goto('/schedules');
  await expect(page.getByText('No schedule yet')).toBeVisible();
  await expect(page.getByText('ringback.schedules.create')).toBeVisible();
  const row = page.getByRole('row', { name: /nightly/ });
  const cell = (index: number) => row.getByRole('cell').nth(index);
  // Messages are dialogs too.
  const dialog = page.getByRole('dialog', { name: /^(New schedule|Edit nightly)$/ });

  await test.step('it is made by keyboard, and its times are said before', async () => {
    await page.getByRole('button', { name: 'New schedule' }).focus();
    await page.keyboard.press('Enter');
    await expect(dialog.getByLabel('Name', { exact: true })).toBeFocused();
    await page.keyboard.type('nightly');
    await page.keyboard.press('Tab');
    await page.keyboard.type(cron);
    await dialog.getByLabel('Time zone').fill('Asia/Kathmandu');
    await expect(dialog.getByRole('status')).toContainText(`At ${time}, from Monday to Friday. Next: `);
    await expect(dialog.getByRole('status')).toContainText(`, ${time}`);
    await dialog.getByRole('button', { name: 'Make schedule' }).click();
    await expect(dialog.getByRole('alert')).toContainText('url');
    await expectAccessibleInBothThemes(page);
    await dialog.getByLabel('URL', { exact: true }).fill(`${receiver.url}/report`);
    await dialog.getByRole('button', { name: 'Add a header' }).click();
    await dialog.getByLabel('Header name').fill('x-tenant-key');
    await dialog.getByRole('checkbox', { name: 'Secret' }).click();
    await dialog.getByLabel('Value of x-tenant-key').fill('s3cret');
    await dialog.getByLabel('Body', { exact: true }).fill('{ "range": "yesterday" }');
    await dialog.getByLabel('Cron', { exact: true }).fill('30 25 * * *');
    await dialog.getByRole('button', { name: 'Make schedule' }).click();
    await expect(dialog.getByRole('alert')).toContainText('"25" as hour');
    await dialog.getByLabel('Cron', { exact: true }).fill(cron);
    await dialog.getByRole('button', { name: 'Make schedule' }).click();
    await expect(dialog).toBeHidden();
    await expect(cell(1)).toHaveText(`At ${time}, from Monday to Friday Asia/Kathmandu`);
    await expect(cell(2)).toContainText(/^in /);
    await expect(cell(3)).toHaveText('–');
    await expectAccessibleInBothThemes(page);
  });

  await test.step('it is run now, and how the job did is seen without a reload', async () => {
    await act(page, 'nightly', 'Run now');
    await expect(cell(3)).toContainText('Completed');
    const [sent] = await receiver.waitFor(1);
    expect(sent?.headers['x-tenant-key']).toBe('s3cret');
    expect(String(sent?.body)).toBe('{"range":"yesterday"}');
  });

  await test.step('edited, it keeps its secret', async () => {
    await act(page, 'nightly', 'Edit…');
    await expect(dialog.getByText('keeps its secret value')).toBeVisible();
    await dialog.getByLabel('Body', { exact: true }).fill('{ "range": "today" }');
    await dialog.getByRole('button', { name: 'Make none' }).first().click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    expect(await find()).toMatchObject({ overlap: 'skip', job: { json: { range: 'today' } } });
    await act(page, 'nightly', 'Run now');
    const [, sent] = await receiver.waitFor(2);
    expect(sent?.headers['x-tenant-key']).toBe('s3cret');
  });

  await test.step('paused, it has no next run; resumed, it has', async () => {
    await act(page, 'nightly', 'Pause');
    await expect(cell(0)).toContainText('Paused');
    await expect(cell(2)).toHaveText('–');
    await act(page, 'nightly', 'Resume');
    await expect(cell(0)).not.toContainText('Paused');
    await expect(cell(2)).toContainText(/^in /);
  });

  await test.step('on a phone nothing is cut off', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(row).toBeVisible();
    await act(page, 'nightly', 'Edit…');
    await expect(dialog.getByLabel('Name', { exact: true })).toBeVisible();
    const sideways = await dialog.evaluate(
      (one) =>
        [one, ...one.querySelectorAll('div')].filter(
          (box) => box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== 'visible',
        ).length,
    );
    expect(sideways).toBe(0);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await test.step('its jobs are a filtered list', async () => {
    await untilCount(project, 'state=completed', 2);
    await row.getByRole('link', { name: 'nightly' }).click();
    await expect(page).toHaveURL('/jobs?label=schedule%3Anightly');
    await expect(page.locator('tbody tr')).toHaveCount(2);
    await page.goBack();
  });

  await test.step('deleted, it leaves its jobs', async () => {
    await act(page, 'nightly', 'Delete…');
    await page
      .getByRole('alertdialog', { name: 'Delete nightly?' })
      .getByRole('button', { name: 'Delete schedule' })
      .click();
    await expect(page.getByText('No schedule yet')).toBeVisible();
    await untilCount(project, 'label=schedule:nightly', 2);
  });
});
