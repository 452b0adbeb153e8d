import type { Page } from '@playwright/test';
import { expect, expectAccessibleInBothThemes, test } from '#e2e/support/journey.ts';
import type { Ringback } from '#e2e/support/ringback.ts';
import { submit } from '#e2e/support/submit.ts';

const secret = 'sk-e2e-4242424242';

test('a person signs in, watches the first job retry live, and reads what became of it', async ({ page, ringback }) => {
  // Ten looks by axe, and a job that takes its time on purpose.
  test.slow();
  await test.step('a wrong password is refused in place', async () => {
    await page.goto('/jobs');
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fjobs$/);
    await expectAccessibleInBothThemes(page);
    await expect(page.getByLabel('Email')).toBeFocused();
    const place = await page.getByLabel('Email').boundingBox();
    await page.getByLabel('Email').fill(ringback.dashboard.email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('Email or password is wrong.')).toBeVisible();
    expect(await page.getByLabel('Email').boundingBox()).toEqual(place);
    await expect(page.getByLabel('Email')).toHaveValue(ringback.dashboard.email);
    await expectAccessibleInBothThemes(page);
  });

  await test.step('the right one leads to a page that waits for the first job', async () => {
    await page.getByLabel('Password').fill(ringback.dashboard.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('Waiting for your first job…')).toBeVisible();
    await page.getByRole('tab', { name: 'curl' }).click();
    await expect(page.getByText(`curl ${ringback.url}/v1/jobs`)).toBeVisible();
    await expect(page.getByText('1 worker alive', { exact: true })).toBeVisible();
    await expectAccessibleInBothThemes(page);
  });

  await test.step('who knows how to start goes on to the empty list', async () => {
    await page.getByRole('button', { name: 'Skip, show the empty dashboard' }).click();
    await expect(page.getByText('No jobs yet')).toBeVisible();
  });

  const id = await submitFlakyJob(ringback);
  const row = page.getByRole('row').filter({ has: page.locator(`a[href="/jobs/${id}"]`) });

  await test.step('the job comes into the list, retries and completes without a reload', async () => {
    await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
    await expect(row).toBeVisible();
    await expect(row.getByText('Retrying')).toBeVisible();
    await expect(row.getByText('Completed')).toBeVisible();
    await expect(row.getByText('3/25')).toBeVisible();
    await expect(row.getByText(/^5\d min left$/)).toBeVisible();
    expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true);
    await expectAccessibleInBothThemes(page);
  });

  await test.step('its page says of each attempt what came and why what followed followed', async () => {
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(`/jobs/${id}`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed');
    const rows = page
      .getByRole('group', { name: 'Attempts over time' })
      .getByRole('button', { name: /^Attempt \d [^o]/ });
    await expect(rows).toHaveCount(3);
    await rows.nth(0).click();
    const first = page.getByRole('region', { name: 'Attempt 1' });
    // Both headers are in whole seconds, so either may name the later time.
    const waited = /429 matched rule "429": waiting for (retry-after|x-ratelimit-reset)/;
    await expect(first).toContainText(waited);
    const header = waited.exec(await first.innerText())?.[1];
    await expect(first.getByRole('row', { name: new RegExp(`^${header}`) })).toContainText('used');
    await expect(first).toContainText('Too many requests, says the plan.');
    await rows.nth(1).click();
    await expect(page.getByRole('region', { name: 'Attempt 2' })).toContainText('503 matched rule "503": backoff');
    await rows.nth(2).click();
    await expect(page.getByRole('region', { name: 'Attempt 3' })).toContainText('200 is accepted by "2xx"');
  });

  await test.step('the secret is masked, the result is there with its end, the callback has arrived', async () => {
    const request = page.getByRole('region', { name: 'Request', exact: true });
    const authorization = request.getByRole('row', { name: /^authorization/ });
    await expect(authorization.getByRole('img', { name: /^masked/ })).toBeVisible();
    expect(await page.content()).not.toContain(secret);
    await expect(page.getByRole('region', { name: 'Response', exact: true })).toContainText('"ok": true');
    await expect(page.getByText(/^5\d min left$/)).toBeVisible();
    const callback = page.getByRole('region', { name: 'Deliveries' });
    await expect(callback).toContainText('/playground/inbox/e2e');
    await expect(callback.getByText('Delivered', { exact: true })).toBeVisible();
    await callback.getByRole('button', { name: /job.completed/ }).click();
    await expect(callback).toContainText('The receiver answered 204: delivered.');
    await expectAccessibleInBothThemes(page);
  });

  await test.step('new jobs wait to be asked for, and the list can be searched', async () => {
    await page.getByRole('link', { name: 'Jobs' }).first().click();
    await expect(row).toBeVisible();
    // What was known is shown while the page is loaded anew: until then a new job would simply be part of it.
    await expect(page.getByRole('region', { name: 'Jobs', exact: true })).toHaveAttribute('aria-busy', 'false');
    await submit(ringback, { url: `${ringback.url}/playground/target?plan=404`, labels: ['later'] });
    await page.getByRole('button', { name: '1 new job' }).click();
    await expect(page.getByRole('row').nth(1)).toContainText('404');
    await page.getByRole('link', { name: 'Failed' }).click();
    await expect(page).toHaveURL('/jobs?state=failed');
    await expect(row).toBeHidden();
    await page.getByRole('link', { name: 'Clear' }).click();
    await page.getByLabel('Search jobs').fill(id);
    await expect(page).toHaveURL(`/jobs?q=${id}`);
    await expect(page.locator('tbody tr')).toHaveCount(1);
    await expect(row).toBeVisible();
  });

  await test.step('after signing out nothing is shown any more', async () => {
    await page.getByRole('button', { name: `Signed in as ${ringback.dashboard.email}` }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page.getByLabel('Password')).toBeVisible();
    await page.goto(`/jobs/${id}`);
    await expect(page).toHaveURL(/\/sign-in\?next=/);
  });
});

test('on a phone the list and a job fit the screen, and a kept theme holds from the first paint', async ({
  page,
  ringback,
  signIn,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page);
  const id = await submit(ringback, { url: `${ringback.url}/playground/target?plan=200`, labels: ['phone'] });
  await page.goto('/jobs?label=phone');
  await expect(page.locator(`a[href="/jobs/${id}"]`)).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectAccessibleInBothThemes(page);
  await page.locator(`a[href="/jobs/${id}"]`).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed');
  await expectNoSidewaysScroll(page);
  await expectAccessibleInBothThemes(page);

  await page.getByRole('button', { name: 'Theme: System' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await page.reload({ waitUntil: 'commit' });
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark');
});

async function submitFlakyJob(ringback: Ringback): Promise<string> {
  return submit(ringback, {
    url: `${ringback.url}/playground/target?plan=429,503,200`,
    json: { prompt: 'a lighthouse' },
    headers: { authorization: `Bearer ${secret}` },
    // It retries for so long that the list shows it, also on a busy machine.
    retry: { preset: 'default', rules: { 503: { minTimeoutInMs: 6_000, maxTimeoutInMs: 6_000 } } },
    callback: `${ringback.url}/playground/inbox/e2e`,
    resultTtlSeconds: 3_600,
  });
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
    0,
  );
}
