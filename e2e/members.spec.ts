import type { BrowserContext, Page } from '@playwright/test';
import { withDatabase } from '#e2e/support/database.ts';
import { expect, expectAccessibleInBothThemes, test } from '#e2e/support/journey.ts';
import { newBrowser } from '#e2e/support/new-browser.ts';
import { rest } from '#e2e/support/rest.ts';
import type { Ringback } from '#e2e/support/ringback.ts';

const password = 'a lighthouse at five';

test('somebody is invited, joins in another browser, sees what they may, and is removed again', async ({
  page,
  browser,
  ringback,
  signIn,
}) => {
  test.slow();
  await signIn(page);
  await page.goto('/settings/members');
  const guest = await newBrowser(browser, ringback);
  const link = await invite(page, 'vera@example.com', 'Viewer');

  await test.step('the link leads to a page that says what it is for, and leaks it to nobody', async () => {
    const answer = await guest.page.goto(link);
    expect(answer?.headers()['referrer-policy']).toBe('no-referrer');
    await expect(guest.page.getByRole('heading', { name: 'Join default' })).toBeVisible();
    await expectAccessibleInBothThemes(guest.page);
    await guest.page.getByLabel('Your name').fill('Vera');
    await guest.page.getByLabel('Password').fill('too short');
    await guest.page.getByRole('button', { name: 'Make account and join' }).click();
    await expect(guest.page.getByText('At least 12 characters; 3 are missing.')).toBeVisible();
    await guest.page.getByLabel('Password').fill(password);
    await guest.page.getByRole('button', { name: 'Make account and join' }).click();
    await expect(guest.page.getByRole('button', { name: /vera@example\.com/ })).toBeVisible();
    await expect(guest.page).toHaveURL('/');
  });

  await test.step('a viewer is shown no action, and refused one', async () => {
    await guest.page.goto('/settings/members');
    await expect(guest.page.getByRole('row', { name: /vera@example\.com/ })).toContainText('Viewer');
    await expect(guest.page.getByRole('button', { name: 'Invite' })).toBeHidden();
    await expect(guest.page.getByRole('combobox', { name: /^Role of/ })).toBeHidden();
    await expectAccessibleInBothThemes(guest.page);
    for (const place of ['keys', 'audit']) {
      await guest.page.goto(`/settings/${place}`);
      await expect(guest.page.getByText('Only owners see this page')).toBeVisible();
      await expect(guest.page.getByText(`Ask ${ringback.dashboard.email}.`)).toBeVisible();
    }
    await rest(ringback, 'PATCH /v1/flows/openai', { concurrency: 2 });
    await guest.page.goto('/flows');
    await expect(guest.page.getByRole('row', { name: /openai/ })).toContainText('0 / 2');
    await expect(guest.page.getByRole('button', { name: 'Actions for openai' })).toBeHidden();
    await guest.page.goto('/settings/retention');
    await expect(guest.page.getByText('Owners of the project change these.')).toBeVisible();
    await expect(guest.page.getByRole('button', { name: 'Save' })).toBeHidden();
    await guest.page.goto('/settings/alerts');
    await expect(guest.page.getByText('Told when it has lasted for 5 min').first()).toBeVisible();
    await expect(guest.page.getByText('Owners of the project change these.')).toBeVisible();
    await expect(guest.page.getByRole('button', { name: 'Send a test' })).toBeHidden();
    await expectAccessibleInBothThemes(guest.page);
    expect(await callStatus(guest.context, ringback, 'apiKeys.create', { name: 'x', scopes: ['admin'] })).toBe(403);
  });

  await test.step('links that were used, have expired or never were open nothing', async () => {
    const expired = await invite(page, 'eve@example.com', 'Member');
    await withDatabase(ringback, (db) =>
      db.run('expire_invitation', `update invitation set expires_at = now() where email = 'eve@example.com'`, []),
    );
    for (const dead of [link, expired, `${ringback.url}/join?token=${'a'.repeat(43)}`, `${ringback.url}/join`]) {
      await guest.page.goto(dead);
      await expect(guest.page.getByRole('heading', { name: 'This link opens nothing' })).toBeVisible();
    }
    await expectAccessibleInBothThemes(guest.page);
  });

  await test.step('the last owner stays one', async () => {
    await page.reload();
    await page.getByRole('combobox', { name: `Role of ${ringback.dashboard.email}` }).click();
    await page.getByRole('option', { name: 'Viewer' }).click();
    await page.getByRole('button', { name: 'Give it up' }).click();
    await expect(page.getByRole('alertdialog')).toContainText(
      `${ringback.dashboard.email} is the project's last owner`,
    );
    await page.getByRole('button', { name: 'Stay owner' }).click();
    await page.getByRole('button', { name: `Remove ${ringback.dashboard.email}` }).click();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await expect(page.getByRole('alertdialog')).toContainText("is the project's last owner");
    await page.getByRole('button', { name: 'Stay', exact: true }).click();
  });

  await test.step('a role holds at once, and so does its loss', async () => {
    await page.getByRole('combobox', { name: 'Role of vera@example.com' }).click();
    await page.getByRole('option', { name: 'Owner' }).click();
    await expect(page.getByText('vera@example.com is owner now')).toBeVisible();
    await guest.page.goto('/settings/members');
    await expect(guest.page.getByRole('button', { name: 'Invite' })).toBeVisible();
    await page.getByRole('button', { name: 'Remove vera@example.com' }).click();
    await page.getByRole('button', { name: 'Remove member' }).click();
    await expect(page.getByText('vera@example.com is no member any more')).toBeVisible();
    await expect(page.getByRole('row', { name: /vera@example\.com/ })).toBeHidden();
    expect(await callStatus(guest.context, ringback, 'apiKeys.create', { name: 'x', scopes: ['admin'] })).toBe(403);
    await guest.page.goto('/jobs');
    await expect(guest.page.getByRole('heading', { name: 'You are in no project' })).toBeVisible();
    await expect(guest.page.getByRole('navigation', { name: 'Main' })).toHaveCount(0);
    await expectAccessibleInBothThemes(guest.page);
  });

  await test.step('another project is made, renamed, and joined by an account that is there', async () => {
    await page.getByRole('button', { name: /^Project: / }).click();
    await page.getByRole('menuitem', { name: 'New project…' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Second');
    await page.getByRole('button', { name: 'Make project' }).click();
    await expect(page.getByRole('button', { name: 'Project: Second' })).toBeVisible();
    await page.goto('/settings/members');
    await page.getByRole('region', { name: 'Project', exact: true }).getByLabel('Name').fill('Lumen');
    await page.getByRole('button', { name: 'Rename' }).click();
    await expect(page.getByRole('button', { name: 'Project: Lumen' })).toBeVisible();
    const again = await invite(page, 'vera@example.com', 'Member');
    await guest.page.goto(again);
    await expect(guest.page.getByText('You are signed in with this address already.')).toBeVisible();
    await guest.page.getByRole('button', { name: 'Join', exact: true }).click();
    await expect(guest.page.getByTitle('Lumen').first()).toBeVisible();
  });
  await guest.context.close();
});

/** Invites by the open page of members; answers the link, which is gone from the page by then. */
async function invite(page: Page, email: string, role: string): Promise<string> {
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByLabel('Email').fill(email);
  await page.getByRole('dialog').getByRole('button', { name: role }).click();
  await page.getByRole('button', { name: 'Make link' }).click();
  const dialog = page.getByRole('dialog', { name: `A link for ${email}` });
  await expect(dialog).toContainText('Ringback sends no mail');
  const link = (await dialog.locator('pre').innerText()).trim();
  await dialog.getByRole('button', { name: 'I have sent it' }).click();
  await expect(page.getByRole('table', { name: 'Open invitations' })).toContainText(email);
  expect(await page.content()).not.toContain(link);
  return link;
}

async function callStatus(context: BrowserContext, { url }: Ringback, path: string, input: object): Promise<number> {
  const answer = await context.request.post(`${url}/api/trpc/${path}`, { data: input, headers: { origin: url } });
  return answer.status();
}
