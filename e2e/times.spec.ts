import { expect } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { submitMany, untilCount } from '#e2e/support/rest.ts';

test.use({ timezoneId: 'Asia/Dubai' });

test('times are shown as this browser wants them, also at the first paint of the next page', async ({
  page,
  project,
}) => {
  const [id] = await submitMany(project, [{ url: `${project.url}/playground/target?plan=200` }]);
  await untilCount(project, 'state=completed', 1);
  await page.goto('/jobs');
  const cell = page.locator('tbody tr time').first();
  await expect(cell).toHaveText(/^\d+ s$/);

  await test.step('the pointer over a time shows all its forms', async () => {
    await cell.hover();
    await expect(cell).toHaveAttribute('title', /^[\d-]+ [\d:.]+ UTC\n[\d-]+ [\d:.]+ GMT\+4\n\d+ s ago$/);
  });

  const at = new Date((await cell.getAttribute('datetime')) ?? '');
  const clockIn = (timeZone: string) => new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone }).format(at);
  const menu = page.getByRole('button', { name: /^Times/ });

  await test.step('with its date, in UTC, then local, by menu and key', async () => {
    await menu.click();
    await page.getByRole('menuitemradio', { name: 'Date and time' }).click();
    await expect(cell).toHaveText(new RegExp(`${clockIn('UTC').slice(0, 5)}`));
    // Keys are the menu's until it has gone and has given the focus back.
    await expect(page.getByRole('menu')).toBeHidden();
    await expect(menu).toBeFocused();
    await page.locator('body').press('z');
    await expect(menu).toHaveAccessibleName('Times: local');
    await expect(cell).toHaveText(new RegExp(`${clockIn('Asia/Dubai').slice(0, 5)}`));
  });

  await test.step('a page rendered by the server has them too', async () => {
    const from = '2026-11-20T10:00:00.000Z';
    const html = await (await page.request.get(`/jobs?from=${from}`)).text();
    expect(html).toContain('Since 20 Nov 14:00 GMT+4');
    await page.goto(`/jobs/${id}`);
    await expect(page.locator('main time').first()).toHaveText(new RegExp(clockIn('Asia/Dubai').slice(0, 5)));
    await expect(page.locator('main')).not.toContainText('UTC');
  });

  await test.step('an own range is asked for in the same zone, and the address is in UTC', async () => {
    await page.goto('/jobs');
    await page.getByRole('button', { name: /Made in/ }).click();
    await page.getByRole('menuitem', { name: 'Own range…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Own range' });
    await expect(dialog).toContainText('Asia/Dubai');
    await dialog.getByLabel('From').fill('2026-11-20T14:00');
    await dialog.getByRole('button', { name: 'Show this range' }).click();
    await expect(page).toHaveURL(/from=2026-11-20T10%3A00/);
    await expect(page.getByRole('button', { name: /Made in/ })).toHaveText('Since 20 Nov 14:00 GMT+4');
  });

  await test.step('what is exported stays in UTC', async () => {
    const { jobs } = (await (
      await fetch(`${project.url}/v1/jobs`, { headers: { authorization: `Bearer ${project.apiKey}` } })
    ).json()) as { jobs: { createdAt: string }[] };
    expect(jobs[0]?.createdAt).toBe(at.toISOString());
  });
});
