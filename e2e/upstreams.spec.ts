import { expect, expectAccessible, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { rest } from '#e2e/support/rest.ts';
import type { Upstream } from '#src/contract/upstream/upstream.ts';

test('an upstream is made, tested, edited, made the default and deleted', async ({ page, project, receiver }) => {
  test.slow();
  receiver.answer(({ path }) => ({
    status: path === '/v1/models' ? 200 : 503,
    headers: { 'x-ratelimit-remaining-requests': '59' },
    body: '{}',
  }));
  const find = () => rest<Upstream>(project, 'GET /v1/upstreams/own');
  const keyOf = (index: number) => receiver.received[index]?.headers.authorization;
  const main = page.getByRole('main');
  // Messages are dialogs too.
  const dialog = page.getByRole('dialog', { name: /^(New upstream|Edit own)$/ });
  const usage = page.getByRole('region', { name: 'Usage' });
  const tested = page.getByRole('region', { name: 'Test' });

  await test.step('there is none, and the page says how one is made', async () => {
    await page.goto('/upstreams');
    await expect(page.getByText('No upstream yet')).toBeVisible();
    await expect(page.getByText('ringback.upstreams.create')).toBeVisible();
  });

  await test.step('it is made by keyboard, and a refusal is shown at its field', async () => {
    await page.getByRole('button', { name: 'New upstream' }).focus();
    await page.keyboard.press('Enter');
    await expect(dialog.getByLabel('Name', { exact: true })).toBeFocused();
    await page.keyboard.type('Own');
    await page.keyboard.press('Tab');
    await page.keyboard.type(`${receiver.url}/v1`);
    await dialog.getByLabel('Value of authorization').fill('Bearer sk-first');
    await dialog.getByRole('button', { name: 'Make upstream' }).click();
    await expect(dialog.getByRole('alert')).toContainText('lower-case letters');
    await expectAccessibleInBothThemes(page);
    await dialog.getByLabel('Name', { exact: true }).fill('own');
    await dialog.getByLabel('Model prefixes').fill('llama-, qwen');
    await dialog.getByRole('button', { name: 'Make upstream' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('own');
    await expect(main).toContainText('llama-…');
    await expect(main).not.toContainText('sk-first');
    await expectAccessibleInBothThemes(page);
  });

  await test.step('its test shows the status, the time and the limits, and is counted', async () => {
    await tested.getByRole('button', { name: 'Test' }).click();
    await expect(tested.getByText('200')).toBeVisible();
    await expect(tested).toContainText(/Took.*ms/);
    await expect(tested.getByRole('row', { name: /x-ratelimit-remaining-requests 59/ })).toBeVisible();
    expect(keyOf(0)).toBe('Bearer sk-first');
    await expect(usage).toContainText('Jobs1');
    await tested.getByLabel('Path to get').fill('/nowhere');
    await tested.getByRole('button', { name: 'Test' }).click();
    await expect(tested.getByText('503')).toBeVisible();
    await tested.getByLabel('Path to get').fill('no-slash');
    await tested.getByRole('button', { name: 'Test' }).click();
    await expect(tested.getByRole('alert')).toContainText('path');
    await expectAccessibleInBothThemes(page);
  });

  await test.step('edited, it keeps its key; then it gets another one, and becomes the default', async () => {
    await page.getByRole('button', { name: 'Edit' }).click();
    await expect(dialog.getByText('keeps its secret value')).toBeVisible();
    await dialog.getByRole('switch', { name: 'Default' }).click();
    await dialog.getByRole('switch', { name: 'Limit its jobs' }).click();
    await dialog.getByLabel('Concurrency').fill('four');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog.getByRole('alert')).toContainText('whole number');
    await dialog.getByLabel('Concurrency').fill('4');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    expect(await find()).toMatchObject({ default: true, flow: { key: null, concurrency: 4, rate: null } });
    await expect(page.getByRole('region', { name: 'Settings' })).toContainText('4 at once');
    await tested.getByLabel('Path to get').fill('');
    await tested.getByRole('button', { name: 'Test' }).click();
    await receiver.waitFor(3);
    expect(keyOf(2)).toBe('Bearer sk-first');
    await page.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByRole('button', { name: 'Replace the secret of authorization' }).click();
    await dialog.getByLabel('Value of authorization').fill('Bearer sk-second');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(dialog).toBeHidden();
    await expect(async () => {
      await tested.getByRole('button', { name: 'Test' }).click();
      await expect(tested.getByText('200')).toBeVisible({ timeout: 10_000 });
      expect(receiver.received.at(-1)?.headers.authorization).toBe('Bearer sk-second');
    }).toPass({ timeout: 60_000 });
  });

  await test.step('on a phone nothing is cut off', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const sideways = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
    await expect.poll(() => page.evaluate(sideways)).toBe(0);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Edit' }).click();
    await expect(dialog.getByLabel('Base URL')).toBeVisible();
    const cut = await dialog.evaluate(
      (one) =>
        [one, ...one.querySelectorAll('div')].filter(
          (box) => box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== 'visible',
        ).length,
    );
    expect(cut).toBe(0);
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await test.step('its jobs are a filtered list, and a job leads to it', async () => {
    await main.getByRole('link', { name: 'Jobs', exact: true }).click();
    await expect(page).toHaveURL('/jobs?upstream=own');
    await expect(page.getByRole('button', { name: 'Remove the filter upstream is own' })).toBeVisible();
    await page.locator('tbody tr').last().getByRole('link').first().click();
    await page.getByRole('region', { name: 'About this job' }).getByRole('link', { name: 'own' }).click();
    await expect(page).toHaveURL(/\/upstreams\/ups_\w+$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^own/);
  });

  await test.step('while a job of it waits it is not deleted; then it is', async () => {
    const later = { upstream: 'own', path: '/later', delaySeconds: 3_600 };
    const { id } = await rest<{ id: string }>(project, 'POST /v1/jobs', later);
    const question = page.getByRole('alertdialog', { name: 'Delete own?' });
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await question.getByRole('button', { name: 'Delete upstream' }).click();
    await expect(question.getByRole('alert')).toContainText('1 job has not ended');
    await rest(project, `POST /v1/jobs/${id}/cancel`);
    await question.getByRole('button', { name: 'Delete upstream' }).click();
    await expect(page).toHaveURL('/upstreams');
    await expect(page.getByText('No upstream yet')).toBeVisible();
    await page.goto(`/jobs/${id}`);
    const about = page.getByRole('region', { name: 'About this job' });
    await expect(about).toContainText('own, which was removed');
    await expect(about.getByRole('link', { name: 'own', exact: true })).toBeHidden();
  });
});

test('upstreams are listed with their marks, and one that is not there is said to be missing', async ({
  page,
  project,
}) => {
  const make = (body: object) => rest(project, 'POST /v1/upstreams', body);
  await make({ name: 'claude', baseUrl: 'https://api.anthropic.com/v1', format: 'anthropic', models: ['claude-'] });
  await make({ name: 'own', baseUrl: 'https://llm.example.com/v1', default: true });
  await page.goto('/upstreams');
  const row = (name: string) => page.getByRole('row', { name });
  await expect(row('claude').getByRole('cell').nth(1)).toHaveText('Anthropic');
  await expect(row('claude').getByRole('cell').nth(3)).toHaveText('claude-');
  await expect(row('own').getByRole('cell').first()).toHaveText('owndefault');
  await expect(row('own').getByRole('cell').nth(3)).toHaveText('all others');
  await row('claude').getByRole('link', { name: 'claude' }).click();
  await expect(page.getByRole('region', { name: 'Settings' })).toContainText('preset anthropic, by the format');
  await page.goto('/upstreams/nobody');
  await expect(page.getByText('There is no such upstream')).toBeVisible();
});
