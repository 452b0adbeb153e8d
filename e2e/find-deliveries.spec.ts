import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { rest } from '#e2e/support/rest.ts';
import { submit } from '#e2e/support/submit.ts';

type Page = { deliveries: { id: string; eventId: string; state: string; jobId: string }[] };

test('late callbacks are found by what the receiver’s log has, peeked at, and sent again together', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  receiver.answer(503);
  await rest(project, 'POST /v1/endpoints', {
    ...{ name: 'billing', url: `${receiver.url}/hook` },
    // It stays open for as long as this takes.
    scheduleSeconds: [3_600],
  });
  const target = `${project.url}/playground/target?plan=200`;
  const gaveUp = { url: `${receiver.url}/gave-up`, retry: { scheduleSeconds: [] } };
  for (let count = 0; count < 3; count++) await submit(project, { url: target, callback: gaveUp });
  await submit(project, { url: target, callback: { endpoint: 'billing' } });
  const list = async (query: string) => (await rest<Page>(project, `GET /v1/deliveries?${query}`)).deliveries;
  await expect.poll(async () => (await list('state=failed')).length).toBe(3);
  await expect.poll(async () => (await list('state=retrying')).length).toBe(1);
  const [late] = await list('state=retrying');
  receiver.answer(204);

  await test.step('the tab of what is open has a count, and its rows say why', async () => {
    await page.goto('/deliveries');
    const tabs = page.getByRole('navigation', { name: 'States' });
    await expect(tabs.getByRole('link', { name: 'Failed 3' })).toBeVisible();
    await tabs.getByRole('link', { name: 'Open 1' }).click();
    const row = page.locator('tbody tr');
    await expect(row).toHaveCount(1);
    await expect(row).toContainText('billing');
    await expect(row).toContainText('503');
    await expectAccessibleInBothThemes(page);
  });

  await test.step('an event’s id finds it in the box, and opens it in the palette', async () => {
    await page.goto('/deliveries');
    // The box comes from the server, and what is put into it counts once the page has started.
    await expect(page.locator('tbody tr')).toHaveCount(4);
    await page.getByRole('combobox', { name: 'Search deliveries' }).fill(late?.eventId ?? '');
    await expect(page.locator('tbody tr')).toHaveCount(1);
    await page.keyboard.press('ControlOrMeta+k');
    await page
      .getByRole('dialog', { name: 'Command palette' })
      .getByRole('combobox')
      .fill(late?.eventId ?? '');
    await expect(page).toHaveURL(new RegExp(`/deliveries/${late?.id}$`));
  });

  await test.step('what is typed while the search is being cleared stays', async () => {
    await page.goto('/deliveries?q=nowhere');
    const box = page.getByRole('combobox', { name: 'Search deliveries' });
    await expect(box).toHaveValue('nowhere');
    await expect(page.getByText('No delivery matches')).toBeVisible();
    await page.evaluate(() => {
      [...document.querySelectorAll('a')].find((link) => link.textContent?.trim() === 'Clear')?.click();
      const input = document.querySelector<HTMLInputElement>('input[aria-label="Search deliveries"]');
      input?.focus();
      input?.select();
      document.execCommand('insertText', false, 'evt_');
    });
    await expect(page).toHaveURL('/deliveries?q=evt_');
    await expect(box).toHaveValue('evt_');
  });

  await test.step('the keys peek at a row and tick it', async () => {
    await page.goto('/deliveries?state=failed');
    await expect(page.locator('tbody tr')).toHaveCount(3);
    await page.keyboard.press('j');
    await page.keyboard.press('p');
    const peek = page.getByRole('complementary', { name: 'Peek' });
    await expect(peek.getByRole('button', { name: 'Send again' })).toBeVisible();
    await expectAccessibleInBothThemes(page);
    await page.keyboard.press('Escape');
    await expect(peek).toBeHidden();
    await page.keyboard.press('x');
    await expect(page.getByText('1 selected')).toBeVisible();
  });

  await test.step('all that match are sent again after their count was shown', async () => {
    await page.getByRole('button', { name: 'Select all 3 that match' }).click();
    await page.getByRole('button', { name: 'Send again' }).click();
    const dialog = page.getByRole('alertdialog');
    await expect(dialog).toContainText('Send 3 deliveries again?');
    await expect(dialog).toContainText('3 failed');
    await dialog.getByRole('button', { name: 'Send 3 deliveries again' }).click();
    await expect(page.getByText('3 of 3, done')).toBeVisible();
    await expect.poll(async () => (await list('text=/gave-up&state=delivered')).length).toBe(3);
    const { operations } = await rest<{ operations: { id: string }[] }>(project, 'GET /v1/operations');
    await page.goto(`/deliveries?operation=${operations[0]?.id}`);
    await expect(page.locator('tbody tr')).toHaveCount(3);
    const box = page.getByRole('combobox', { name: 'Search deliveries' });
    await expect(box).toHaveValue(`operation:${operations[0]?.id}`);
    await box.fill(`operation:${operations[0]?.id} nowhere`);
    await page.keyboard.press('Enter');
    await expect(page.getByText('No delivery matches')).toBeVisible();
  });
});
