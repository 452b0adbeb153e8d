import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';

test('an owner says who is told of alerts, sends a test, and the webhook shows no more', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const secret = `${receiver.url}/services/T0/B0/hidden-part`;
  await page.goto('/settings/alerts');
  const save = page.getByRole('button', { name: 'Save' });
  await expect(save).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByText('This server sends no e-mail')).toBeVisible();
  await expect(page.getByText('None is told.')).toBeVisible();

  await test.step('a test without anybody is refused, with what is missing', async () => {
    await page.getByRole('button', { name: 'Send a test' }).click();
    const messages = page.getByRole('region', { name: 'Messages' });
    await expect(messages.getByText('Nobody is told of alerts yet')).toBeVisible();
    await messages.getByLabel('Close').click();
    await expect(messages.getByText('Nobody is told of alerts yet')).toBeHidden();
  });

  await test.step('wrong values are named at their fields', async () => {
    await page.getByLabel('Slack').fill('http://10.0.0.1/services/x');
    await save.click();
    await expect(page.locator('form').getByRole('alert')).toContainText('http://10.0.0.1/ points at a private address');
    await expectAccessibleInBothThemes(page);
    await page.getByLabel('Slack').fill(secret);
  });

  await test.step('rules and quiet hours are saved with it', async () => {
    await page.getByRole('checkbox', { name: /The backlog grows/ }).click();
    await page.getByRole('combobox', { name: 'An endpoint was disabled: when to tell' }).click();
    await page.getByRole('option', { name: 'After 15 min' }).click();
    await page.getByRole('checkbox', { name: /Tell nobody in quiet hours/ }).click();
    await page.getByLabel('From').fill('21:30');
    await page.getByLabel('Time zone').fill('Europe/Berlin');
    await expectAccessibleInBothThemes(page);
    await save.click();
    await expect(page.getByText('It holds from now on.')).toBeVisible();
    await page.reload();
    await expect(page.getByText(`${receiver.url}/********`)).toBeVisible();
    await expect(page.getByLabel('From')).toHaveValue('21:30');
    await expect(page.getByRole('checkbox', { name: /The backlog grows/ })).not.toBeChecked();
    await expect(page.getByRole('combobox', { name: 'An endpoint was disabled: when to tell' })).toHaveText(
      'After 15 min',
    );
    expect(await page.content()).not.toContain('hidden-part');
  });

  await test.step('a test arrives, also in quiet hours', async () => {
    await page.getByRole('button', { name: 'Send a test' }).click();
    await expect(page.getByText('A test is on its way')).toBeVisible();
    await expect
      .poll(() => receiver.received.map(({ body }) => body.toString()).find((body) => body.includes('This is a test')))
      .toContain('/settings/alerts');
  });

  await test.step('it is among the deliveries, which lead back to the settings', async () => {
    await page.goto('/deliveries');
    await page
      .getByRole('row', { name: /alert\.raised/ })
      .getByRole('link')
      .first()
      .click();
    await expect(page.getByRole('heading', { name: /alert\.raised/ })).toBeVisible();
    await page.getByRole('link', { name: 'Slack webhook' }).click();
    await expect(page).toHaveURL(/\/settings\/alerts$/);
  });

  await test.step('it can be removed again', async () => {
    await page.getByRole('button', { name: 'Replace the secret of Slack' }).click();
    await save.click();
    await expect(page.getByLabel('Slack')).toHaveAttribute('placeholder', /hooks\.slack\.com/);
  });
  expect(project.projectId).toMatch(/^prj_/);
});
