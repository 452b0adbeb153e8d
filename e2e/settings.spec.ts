import type { Locator, Page } from '@playwright/test';
import { ageJob, withDatabase } from '#e2e/support/database.ts';
import { expect, expectAccessibleInBothThemes, test } from '#e2e/support/journey.ts';
import { newBrowser } from '#e2e/support/new-browser.ts';
import { signInPage } from '#e2e/support/owner.ts';
import type { Ringback } from '#e2e/support/ringback.ts';
import { submit } from '#e2e/support/submit.ts';

const password = 'a lighthouse at five';

test('a key is made, shown once, used and revoked, a webhook secret rotated, and the audit log says so', async ({
  page,
  ringback,
  signIn,
}) => {
  test.slow();
  await signIn(page);
  await page.goto('/settings/keys');
  const row = page.getByRole('row', { name: /^billing/ });
  let secret = '';

  await test.step('its secret is shown this once, with how to use it here', async () => {
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByRole('button', { name: 'Make key' }).click();
    await expect(page.getByText('Give it a name.')).toBeVisible();
    await page.getByLabel('Name').fill('billing');
    await expect(page.getByRole('checkbox', { name: /^jobs:read/ })).toBeDisabled();
    await page.getByRole('button', { name: 'Make key' }).click();
    const dialog = page.getByRole('dialog', { name: 'billing is made' });
    secret = (await dialog.locator('pre').first().innerText()).trim();
    expect(secret).toMatch(/^rbk_[0-9A-Za-z]{43}$/);
    await expect(dialog).toContainText(`curl ${new URL(page.url()).origin}/v1/jobs`);
    await dialog.getByRole('button', { name: 'TypeScript' }).click();
    await expect(dialog).toContainText('createRingback');
    await expectInsistent(page, dialog);
    await expectAccessibleInBothThemes(page);
    await dialog.getByRole('button', { name: 'I have stored it' }).click();
    await expect(row).toContainText('jobs:write');
    expect(await page.content()).not.toContain(secret);
    expect(await statusWith(ringback, secret)).toBe(200);
  });

  await test.step('revoked, it opens nothing any more', async () => {
    await page.getByRole('button', { name: 'Revoke billing' }).click();
    await expect(page.getByRole('alertdialog')).toContainText('key_revoked');
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await expect(page.getByText('billing is revoked')).toBeVisible();
    await expect(row).toBeHidden();
    await expect.poll(() => statusWith(ringback, secret)).toBe(401);
    await page.getByRole('button', { name: 'Show 1 that no longer work' }).click();
    await expect(row).toContainText('Revoked');
  });

  await test.step('a rotated webhook secret signs beside the old one until that is ended', async () => {
    const card = page.getByRole('region', { name: 'Webhook secrets' });
    await card.getByRole('button', { name: 'Rotate…' }).click();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const shown = page.getByRole('dialog', { name: 'The new secret' });
    const made = (await shown.locator('pre').innerText()).trim();
    expect(made).toMatch(/^whsec_/);
    await expectInsistent(page, shown);
    await shown.getByRole('button', { name: 'I have stored it' }).click();
    await expect(card.getByRole('listitem')).toHaveCount(2);
    await expect(card.getByRole('progressbar', { name: 'Overlap left' })).toBeVisible();
    await card.getByRole('listitem').first().getByRole('button', { name: 'Reveal' }).click();
    await page.getByRole('button', { name: 'Reveal it' }).click();
    await expect(page.getByRole('dialog').locator('pre')).toHaveText(made);
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await expect(card.getByRole('listitem').first().getByRole('button', { name: 'Reveal' })).toBeHidden();
    expect(await page.content()).not.toContain(made);
    await card.getByRole('button', { name: 'End now' }).click();
    await page.getByRole('button', { name: 'End it now' }).click();
    await expect(card.getByRole('listitem')).toHaveCount(1);
    await expectAccessibleInBothThemes(page);
  });

  await test.step('all of it is in the audit log, without a secret, and can be filtered', async () => {
    await page.goto('/settings/audit');
    const made = page.getByRole('row', { name: /Made an API key/ });
    await expect(made).toContainText(ringback.dashboard.email);
    await expect(page.getByRole('row', { name: /Revealed a webhook secret/ })).toBeVisible();
    await made.getByRole('button', { name: 'Detail: Made an API key' }).click();
    await expect(page.getByText('"scopes"')).toBeVisible();
    await expectAccessibleInBothThemes(page);
    await page.getByRole('combobox', { name: 'Action' }).click();
    await page.getByRole('option', { name: 'API keys' }).click();
    await expect(page).toHaveURL('/settings/audit?action=apiKeys.');
    await expect(page.getByRole('row', { name: /Revealed a webhook secret/ })).toBeHidden();
    await expect(page.getByRole('row', { name: /Revoked an API key/ })).toBeVisible();
    await made.getByRole('link', { name: 'billing' }).click();
    await expect(page).toHaveURL('/settings/keys');
    await page.goto('/settings/audit?from=2020-01-01&to=2020-01-02');
    await expect(page.getByText('No entry matches')).toBeVisible();
    await page.getByRole('link', { name: 'Show all entries' }).click();
    await expect(made).toBeVisible();
    expect(await page.content()).not.toContain(secret);
  });
});

test('retention says what it would delete while it is typed, and asks before it does', async ({
  page,
  ringback,
  signIn,
}) => {
  test.slow();
  const ids = await Promise.all(
    [1, 2].map(() => submit(ringback, { url: `${ringback.url}/playground/target?plan=200`, resultTtlSeconds: 60 })),
  );
  for (const id of ids) await expect.poll(() => stateOf(ringback, id)).toBe('completed');
  await withDatabase(ringback, async (db) => {
    for (const id of ids) await ageJob(db, id, 12);
  });
  await signIn(page);
  await page.goto('/');
  await useProject(page, ringback);
  await page.goto('/settings/retention');
  const jobs = page.getByLabel('Jobs: keep for');
  await expect(page.getByText('The server’s value holds: 30 days')).toHaveCount(3);
  await expect(page.getByRole('button', { name: 'Save' })).toHaveAttribute('aria-disabled', 'true');

  await jobs.fill('10');
  await expect(page.getByText('Deletes 2 jobs within 60 s')).toBeVisible();
  await page.getByLabel('Attempts: keep for').fill('11');
  await expect(page.getByText('At most as long as jobs: 10 days.')).toBeVisible();
  await page.getByLabel('Attempts: keep for').fill('5');
  await expectAccessibleInBothThemes(page);
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText('2 jobs');
  await expect(dialog).toContainText('Jobs: 10 days instead of 30 days');
  await dialog.getByRole('button', { name: 'Save and delete' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Set here; the server’s own is 30 days')).toHaveCount(2);

  await page.reload();
  await expect(jobs).toHaveValue('10');
  await page.getByRole('button', { name: "Jobs: back to the server's value" }).click();
  await page.getByRole('button', { name: "Attempts: back to the server's value" }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('The server’s value holds: 30 days')).toHaveCount(3);
});

test('the egress checker says of a URL whether it may be called, why, and what would allow it', async ({
  page,
  signIn,
}) => {
  await signIn(page);
  await page.goto('/settings/egress');
  const verdict = page.getByRole('region', { name: 'Verdict' });
  const check = async (url: string) => {
    await page.getByRole('textbox', { name: 'URL' }).fill(url);
    await page.keyboard.press('Enter');
  };
  await expect(page.getByRole('region', { name: 'Allow list' })).toContainText('This machine');
  await check('http://10.0.0.5/hook');
  await expect(verdict).toContainText('It is refused as blocked_target');
  await expect(verdict).toContainText('points at a private address (10.0.0.0/8).');
  await expect(verdict.locator('pre')).toHaveText('RINGBACK_EGRESS_ALLOW=10.0.0.5/32');
  await expectAccessibleInBothThemes(page);
  await check(new URL('/playground/target', page.url()).href);
  await expect(verdict).toContainText('It may be called');
  await check('http://user:pass@example.com/');
  await expect(verdict).toContainText('It is refused as invalid_url');
  await expect(verdict.locator('pre')).toBeHidden();
});

test('a person sees where they are signed in, and signs out there', async ({ page, browser, ringback, signIn }) => {
  test.slow();
  await signIn(page);
  const other = await newBrowser(browser, ringback);
  await signInPage(other.page, ringback);
  await page.goto('/settings/account');
  const sessions = page.getByRole('region', { name: 'Sessions' });
  await expect(sessions.getByRole('row').filter({ hasText: 'this one' })).toHaveCount(1);
  await expectAccessibleInBothThemes(page);

  await test.step('the password is changed only by who knows it', async () => {
    await page.getByLabel('Current password').fill('not the password');
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('7 characters are missing.')).toBeVisible();
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('The current password is wrong.')).toBeVisible();
  });

  await test.step('everywhere else is signed out at once', async () => {
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await page.getByRole('button', { name: 'Sign out there' }).click();
    await expect(sessions.getByRole('row')).toHaveCount(2);
    await other.page.goto('/settings/account');
    await expect(other.page).toHaveURL(/\/sign-in\?next=/);
    await expect(sessions.getByText('this one')).toBeVisible();
  });
  await other.context.close();
});

test('on a phone every page of settings fits the screen', async ({ page, signIn }) => {
  test.slow();
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page);
  for (const place of ['keys', 'members', 'alerts', 'retention', 'egress', 'audit', 'account']) {
    await page.goto(`/settings/${place}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0);
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(sideways, place).toBe(0);
    await expectAccessibleInBothThemes(page);
  }
});

/** The first start's project, whichever was made or gone to since. */
async function useProject(page: Page, { projectId, url }: Ringback): Promise<void> {
  await page.context().addCookies([{ name: 'ringback_project', value: projectId, url }]);
}

async function statusWith({ url }: Ringback, apiKey: string): Promise<number> {
  return (await fetch(`${url}/v1/jobs`, { headers: { authorization: `Bearer ${apiKey}` } })).status;
}

async function stateOf({ url, apiKey }: Ringback, id: string): Promise<string> {
  const answer = await fetch(`${url}/v1/jobs/${id}`, { headers: { authorization: `Bearer ${apiKey}` } });
  return ((await answer.json()) as { state: string }).state;
}

/** What is shown this once must not be lost by Escape, or by a click beside it. */
async function expectInsistent(page: Page, dialog: Locator): Promise<void> {
  await page.keyboard.press('Escape');
  await page.mouse.click(5, 400);
  // A dialog that closes is gone from the tree only after its transition: a button in it that can be pressed is still there.
  await dialog.getByRole('button', { name: /^Copy/ }).first().click();
  await expect(dialog.getByRole('button', { name: 'I have stored it' })).toBeVisible();
  await expect(dialog).not.toHaveAttribute('data-ending-style');
}
