import type { Locator, Page } from '@playwright/test';
import { expect } from '#e2e/support/journey.ts';
import { goByKeys } from '#e2e/support/keys.ts';
import { test } from '#e2e/support/project.ts';
import { allJobs, untilCount } from '#e2e/support/rest.ts';
import { submit } from '#e2e/support/submit.ts';

const keysToAnything = 60;

test('from the sign-in page to a job that runs again, with nothing but keys', async ({
  context,
  page,
  project,
  receiver,
}) => {
  test.slow();
  receiver.answer(404);
  const id = await submit(project, { url: `${receiver.url}/orders`, json: { n: 1 } });
  await untilCount(project, 'state=failed', 1);
  receiver.answer(200);
  await context.clearCookies({ name: /session/ });

  await test.step('signing in', async () => {
    await page.goto('/jobs?state=failed');
    // Until the form can be sent, what is typed may be lost.
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
    await tabTo(page, page.getByLabel('Email'));
    await page.keyboard.type(project.dashboard.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(project.dashboard.password);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL('/jobs?state=failed');
    await expect(page.locator('tbody tr')).toHaveCount(1);
  });

  await test.step('running it again from the list', async () => {
    // The rows may be there before the page knows who looks at them, and so whether they can be picked.
    await expect(page.locator('tbody tr').getByRole('checkbox')).toBeVisible();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await expect(page.getByRole('region', { name: 'Selected jobs' })).toContainText('1 selected');
    await page.keyboard.press('r');
    const question = page.getByRole('alertdialog', { name: 'Run 1 job again?' });
    await expect(question).toBeVisible();
    await tabTo(page, question.getByRole('button', { name: 'Run 1 job again' }));
    await page.keyboard.press('Enter');
    const close = page.getByRole('region', { name: 'Progress' }).getByRole('button', { name: 'Close' });
    await expect(close).toBeVisible();
    await tabTo(page, close);
    await page.keyboard.press('Enter');
    await untilCount(project, 'state=completed', 1);
  });

  await test.step('and from its page', async () => {
    await goByKeys(page, 'g j', '/jobs');
    await expect(page.locator('tbody tr')).toHaveCount(2);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect(page.locator(`a[href="/jobs/${id}"]`)).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(`/jobs/${id}`);
    await tabTo(page, page.getByRole('button', { name: 'Run again' }));
    await page.keyboard.press('Enter');
    await expect(page).not.toHaveURL(`/jobs/${id}`);
    await expect(page).toHaveURL(/\/jobs\/job_/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed');
    const again = (await allJobs(project)).filter(({ rerunOf }) => rerunOf === id);
    expect(again).toHaveLength(2);
  });

  await test.step('with edits', async () => {
    await tabTo(page, page.getByRole('link', { name: 'Run with edits' }));
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/again$/);
    const url = page.getByLabel('URL', { exact: true });
    await tabTo(page, url);
    await page.keyboard.press('End');
    await page.keyboard.type('/edited');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/jobs\/job_[^/]+$/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed');
    expect(receiver.received.at(-1)?.path).toBe('/orders/edited');
  });
});

test('an API key, an invitation and a retention, with nothing but keys', async ({ page, project }) => {
  test.slow();
  expect(project.projectId).toMatch(/^prj_/);

  await test.step('a key is made, and revoked', async () => {
    await page.goto('/settings/keys');
    await press(page, page.getByRole('button', { name: 'New key' }));
    const form = page.getByRole('dialog', { name: 'New API key' });
    await expect(form.getByLabel('Name')).toBeFocused();
    await page.keyboard.type('typed');
    await page.keyboard.press('Enter');
    const made = page.getByRole('dialog', { name: 'typed is made' });
    await press(page, made.getByRole('button', { name: 'I have stored it' }));
    const row = page.getByRole('row', { name: /^typed/ });
    await expect(row).toBeVisible();
    await press(page, page.getByRole('button', { name: 'Revoke typed' }));
    await press(page, page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }));
    await expect(row).toBeHidden();
  });

  await test.step('somebody is invited', async () => {
    await page.goto('/settings/members');
    await press(page, page.getByRole('button', { name: 'Invite' }));
    await expect(page.getByRole('dialog', { name: 'Invite somebody' }).getByLabel('Email')).toBeFocused();
    await page.keyboard.type('typed@example.com');
    await page.keyboard.press('Enter');
    const link = page.getByRole('dialog', { name: 'A link for typed@example.com' });
    await press(page, link.getByRole('button', { name: 'I have sent it' }));
    await expect(page.getByRole('table', { name: 'Open invitations' })).toContainText('typed@example.com');
  });

  await test.step('jobs are kept for less long', async () => {
    await page.goto('/settings/retention');
    const days = page.getByLabel('Jobs: keep for');
    await tabTo(page, days);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('20');
    await expect(page.getByText('Deletes nothing now').first()).toBeVisible();
    await press(page, page.getByRole('button', { name: 'Save' }));
    await expect(page.getByText('Set here; the server’s own is 30 days').first()).toBeVisible();
  });
});

/** Goes there by Tab, and presses it with Enter. */
async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

/** Presses Tab until it has the focus, and sees that the focus is seen. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let pressed = 0; pressed < keysToAnything; pressed++) {
    if (await target.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}
