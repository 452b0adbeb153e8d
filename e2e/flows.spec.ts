import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { rest, submitMany } from '#e2e/support/rest.ts';
import { submit } from '#e2e/support/submit.ts';
import { type CountingTarget, startCountingTarget } from '#test/integration/flow/counting-target.ts';

let target: CountingTarget;
test.beforeEach(async () => {
  target = await startCountingTarget(null);
});
test.afterEach(() => target.close());

/** Lets the requests that are open be answered, over and over until the check passes. */
async function answering(check: () => Promise<void>): Promise<void> {
  const timer = setInterval(() => target.answerAll(), 200);
  await check().finally(() => clearInterval(timer));
}

async function act(page: Page, key: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${key}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a flow is watched, paused, resumed, given other limits, and leads to its jobs', async ({ page, project }) => {
  test.slow();
  await page.goto('/flows');
  await expect(page.getByText('No flow yet')).toBeVisible();
  await expect(page.getByText("flow: { key: 'openai'")).toBeVisible();

  const flow = { key: 'openai', concurrency: 1, rate: { limit: 600, periodSeconds: '1m' } };
  const ids = await submitMany(
    project,
    [1, 2, 3].map((n) => ({ url: `${target.url}/${n}`, flow, ...(n === 3 && { priority: -5 }) })),
  );
  const other = await submit(project, { url: `${target.url}/other` });
  const row = page.getByRole('row', { name: /openai/ });
  const cell = (index: number) => row.getByRole('cell').nth(index);

  await test.step('what runs and waits in it is seen without a reload', async () => {
    await expect(cell(1)).toContainText('1 / 1');
    await expect(cell(2)).toContainText('2');
    await expect(cell(3)).toHaveText(/^\d+ (s|min)$/);
    await expect(cell(4)).toHaveText('600 a minute');
    await expectAccessibleInBothThemes(page);
  });

  await test.step('paused, it lets nothing more start', async () => {
    await act(page, 'openai', 'Pause');
    await expect(cell(0)).toContainText('Paused');
    await answering(() => expect(cell(1)).toContainText('0 / 1'));
    await expect(cell(2)).toContainText('2');
    await page.getByRole('link', { name: 'Paused', exact: true }).click();
    await expect(page).toHaveURL('/flows?only=paused');
    await expect(row).toBeVisible();
  });

  await test.step('the page of a job that waits in it says so, and leads back', async () => {
    await page.goto(`/jobs/${ids[2]}`);
    const next = page.getByRole('region', { name: 'Next attempt' });
    await expect(next).toContainText('Its flow is paused: it starts after that is resumed.');
    await expect(page.getByText('Priority').first()).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('banner').or(page.locator('main')).getByRole('link', { name: 'openai' }).first().click();
    await expect(page).toHaveURL('/flows?search=openai');
  });

  await test.step('resumed, it goes on', async () => {
    await act(page, 'openai', 'Resume');
    await expect(cell(1)).toContainText('1 / 1');
    await expect(cell(2)).toContainText('1');
    await expect(cell(0)).not.toContainText('Paused');
  });

  await test.step('the palette goes on offering it while the server is asked for what was typed on', async () => {
    const asks = ({ href }: URL) => decodeURIComponent(href).includes('"search":"opena"');
    const held = Promise.withResolvers<void>();
    await page.route(asks, async (route) => {
      await held.promise;
      await route.fallback();
    });
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    const found = palette.getByRole('option', { name: 'Flow openai' });
    await palette.getByRole('combobox').fill('open');
    await expect(found).toBeVisible();
    const asked = page.waitForRequest((request) => asks(new URL(request.url())));
    await palette.getByRole('combobox').fill('opena');
    await asked;
    await expect(found).toBeVisible();
    held.resolve();
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
  });

  await test.step('limits that are set hold at once, until they are given back', async () => {
    await act(page, 'openai', 'Set limits…');
    const dialog = page.getByRole('dialog', { name: 'Limits of openai' });
    await dialog.getByLabel('Concurrency').fill('ten');
    await dialog.getByRole('button', { name: 'Set limits' }).click();
    await expect(dialog.getByRole('alert')).toHaveText('A whole number, or nothing for no limit.');
    await expectAccessibleInBothThemes(page);
    await dialog.getByLabel('Concurrency').fill('0');
    await dialog.getByRole('button', { name: 'Set limits' }).click();
    await expect(dialog.getByRole('alert')).toContainText('concurrency');
    await dialog.getByLabel('Concurrency').fill('2');
    await dialog.getByLabel('Rate').fill('');
    await dialog.getByRole('button', { name: 'Set limits' }).click();
    await expect(dialog).toBeHidden();
    await expect(cell(1)).toContainText('2 / 2');
    await expect(cell(2)).toContainText('0');
    await expect(cell(4)).toContainText('limits set here');
    await expect(cell(4)).not.toContainText('a minute');
    await act(page, 'openai', 'Set limits…');
    await dialog.getByRole('checkbox', { name: 'Give the limits back to the jobs' }).click();
    await dialog.getByRole('button', { name: 'Set limits' }).click();
    await expect(cell(4)).not.toContainText('limits set here');
    await expect(cell(1)).toContainText('2 / 2');
  });

  await test.step('its jobs are a filtered list', async () => {
    await act(page, 'openai', 'Jobs');
    await expect(page).toHaveURL('/jobs?flow=openai');
    await expect(page.getByRole('button', { name: 'Remove the filter flow is openai' })).toBeVisible();
    await expect(page.locator('tbody tr')).toHaveCount(3);
    await expect(page.locator(`a[href="/jobs/${other}"]`)).toBeHidden();
    await page.getByRole('button', { name: 'Remove the filter flow is openai' }).click();
    await expect(page.locator('tbody tr')).toHaveCount(4);
  });
});

test('many flows are paged and searched', async ({ page, project }) => {
  test.slow();
  for (let n = 10; n < 40; n++) await rest(project, `PATCH /v1/flows/tenant-${n}`, { concurrency: n });
  await page.goto('/flows');
  const rows = page.locator('tbody tr');
  await expect(rows).toHaveCount(25);
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(rows).toHaveCount(5);
  await expect(rows.first()).toContainText('tenant-35');
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(rows.first()).toContainText('tenant-10');
  await page.getByRole('searchbox', { name: 'Search flows' }).fill('T-2');
  await expect(page).toHaveURL('/flows?search=T-2');
  await expect(rows).toHaveCount(10);
  await page.getByRole('link', { name: 'Busy' }).click();
  await expect(page.getByText('No flow matches')).toBeVisible();
  await page.getByRole('link', { name: 'Show all flows' }).click();
  await expect(rows).toHaveCount(25);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
});
