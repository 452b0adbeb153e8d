import type { Page } from '@playwright/test';
import { startFront } from '#e2e/support/front.ts';
import { expect, expectAccessibleInBothThemes, test } from '#e2e/support/journey.ts';
import { goByKeys } from '#e2e/support/keys.ts';
import type { Ringback } from '#e2e/support/ringback.ts';
import { submit } from '#e2e/support/submit.ts';

const never = (ringback: Ringback) => ({ url: `${ringback.url}/playground/target?plan=200`, delaySeconds: 3_600 });

test('every part of the frame can be reached and left with the keyboard alone', async ({ page, ringback, signIn }) => {
  test.slow();
  const id = await submit(ringback, never(ringback));
  await signIn(page);
  await page.goto('/');
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await page.mouse.move(0, 0);

  await test.step('the skip link leads past the frame', async () => {
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
  });

  await test.step('the palette finds pages and actions, and gives the focus back', async () => {
    await page.getByRole('button', { name: /^Find or run/ }).focus();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await expect(palette.getByRole('option', { name: /^Jobs/ })).toBeVisible();
    await expect(palette.getByText('Recent jobs')).toBeVisible();
    await expectAccessibleInBothThemes(page);
    await page.keyboard.type('dark');
    await expect(palette.getByRole('option')).toHaveCount(3);
    await page.keyboard.press('Enter');
    await expect(palette).toBeHidden();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect(page.getByRole('button', { name: /^Find or run/ })).toBeFocused();
  });

  await test.step('an id that is pasted there opens at once', async () => {
    await page.keyboard.press('Control+k');
    // The focus comes a moment after the dialog.
    await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
    await page.keyboard.insertText(`  ${id}\n`);
    await expect(page).toHaveURL(`/jobs/${id}`);
    await expect(page.getByRole('dialog')).toBeHidden();
  });

  await test.step('keys go to pages and open the sheet that lists them', async () => {
    await goByKeys(page, 'g j', '/jobs');
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(sheet.getByText('Find or run')).toBeVisible();
    await expectAccessibleInBothThemes(page);
    await page.keyboard.press('t');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    await page.keyboard.press('t');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  });

  await test.step('while something is typed they are letters', async () => {
    await page.keyboard.press('/');
    const search = page.getByLabel('Search jobs');
    await expect(search).toBeFocused();
    await page.keyboard.type('gj?t');
    await expect(search).toHaveValue('gj?t');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
    await expect(page.getByRole('dialog')).toBeHidden();
    // Rows of the search before are pale until its answer is there.
    await expect(page.getByText('No job matches')).toBeVisible();
  });

  await test.step('the menu at one’s name leads out', async () => {
    await page.getByRole('button', { name: `Signed in as ${ringback.dashboard.email}` }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
    await expectAccessibleInBothThemes(page, '[role=menu]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(page.getByLabel('Password')).toBeVisible();
  });
});

test('the theme that is kept holds before anything is painted', async ({ page, ringback, signIn }) => {
  await submit(ringback, never(ringback));
  await signIn(page);
  await page.goto('/');
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const look = () => {
      if (document.body) seen.push(getComputedStyle(document.body).backgroundColor);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect([...new Set(seen)]).toEqual(['rgb(14, 15, 18)']);
});

test('on a phone a bar leads everywhere, and nothing is cut off', async ({ page, ringback, signIn }) => {
  test.slow();
  await page.setViewportSize({ width: 390, height: 844 });
  await submit(ringback, never(ringback));
  await signIn(page);
  await page.goto('/jobs');
  const bar = page.getByRole('navigation', { name: 'Main' });
  await expect(bar.getByRole('link', { name: 'Jobs' })).toHaveAttribute('aria-current', 'page');
  expect((await bar.boundingBox())?.height).toBe(60);
  await bar.getByRole('button', { name: 'More' }).click();
  const sheet = page.getByRole('dialog', { name: 'Ringback' });
  await expect(sheet.getByRole('link', { name: 'Jobs' })).toBeVisible();
  await expect(sheet.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await expectAccessibleInBothThemes(page);
  for (const target of await sheet.getByRole('link').or(sheet.getByRole('button')).all()) {
    expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(40);
  }
  await page.keyboard.press('Escape');
  await expect(bar.getByRole('button', { name: 'More' })).toBeFocused();
});

test('a tab stays in the project it shows, whatever another tab has gone to', async ({
  context,
  page,
  ringback,
  signIn,
}) => {
  test.slow();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signIn(page);
  await page.goto('/');
  const inFirst = await submit(ringback, { ...never(ringback), labels: ['first'] });
  const second = await callAsPerson(page, 'projects.create', { name: 'Second' });
  await page.goto('/jobs');
  const row = page.locator(`a[href="/jobs/${inFirst}"]`);
  await expect(row).toBeVisible();
  const other = await context.newPage();
  await other.goto('/jobs');

  await test.step('the switcher leads the other tab, and the pages loaded after it, to the second project', async () => {
    await other.getByRole('button', { name: /^Project: / }).click();
    await expectAccessibleInBothThemes(other);
    await other.getByRole('menuitemradio', { name: 'Second' }).click();
    await expect(other.getByRole('button', { name: 'Project: Second' })).toBeVisible();
    await expect(other).toHaveURL('/');
    await other.goto('/jobs');
    await expect(other.getByText('Waiting for your first job…')).toBeVisible();
    await expect(other.getByRole('button', { name: 'Project: Second' })).toBeVisible();
  });

  await test.step('the first tab goes on in its own', async () => {
    const asked = page.waitForRequest((request) => request.url().includes('/api/trpc/'));
    await row.click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Scheduled');
    expect((await asked).headers()['x-ringback-project']).toBe(ringback.projectId);
    await page.getByRole('button', { name: 'Cancel job' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel job' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Cancelled');
  });

  await test.step('what is saved, and links that are copied, name the project of their tab', async () => {
    const answered = page.context().waitForEvent('response', (each) => each.url().includes('/v1/jobs/'));
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Open as JSON' }).click();
    const answer = await answered;
    expect(new URL(answer.url()).search).toBe(`?project=${ringback.projectId}`);
    expect(answer.status()).toBe(200);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Copy the link to this page' }).click();
    await expect(page.getByText('The link is copied')).toBeVisible();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toBe(`${ringback.url}/jobs/${inFirst}?project=${ringback.projectId}`);
    await other.goto(link);
    await expect(other.getByRole('heading', { level: 1 })).toContainText('Cancelled');
    await other.goto('/jobs');
    await expect(other.locator(`a[href="/jobs/${inFirst}"]`)).toBeVisible();
  });

  await test.step('a link to a project one is not in is a page of one’s own that says what is not there', async () => {
    await other.goto(`/jobs/${inFirst}?project=prj_00000000000000000000000000`);
    await expect(other).toHaveURL(`/jobs/${inFirst}`);
    await expect(other.getByRole('heading', { level: 1 })).toContainText('Cancelled');
  });

  await test.step('the palette switches too', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('project second');
    await page.getByRole('option', { name: 'Switch to project Second' }).click();
    await expect(page.getByRole('button', { name: 'Project: Second' })).toBeVisible();
    expect(second.id).toMatch(/^prj_/);
  });
});

test('links to the list as it once was still lead to it', async ({ page, signIn }) => {
  await signIn(page);
  await page.goto('/?state=failed&label=prod');
  await expect(page).toHaveURL('/jobs?state=failed&label=prod');
});

test('two tabs share one stream, and without it pages ask for themselves', async ({
  context,
  page,
  ringback,
  signIn,
}) => {
  test.slow();
  const front = await startFront(ringback.url);
  try {
    await signIn(page);
    const [one, two] = [await submit(ringback, never(ringback)), await submit(ringback, never(ringback))];
    await page.goto(`${front.url}/jobs/${one}`);
    const second = await context.newPage();
    await second.goto(`${front.url}/jobs/${two}`);

    await test.step('a change comes to the tab that shows it', async () => {
      for (const tab of [page, second]) await expect(live(tab, 'Live')).toBeVisible();
      await cancel(ringback, one);
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Cancelled');
      await cancel(ringback, two);
      await expect(second.getByRole('heading', { level: 1 })).toContainText('Cancelled');
      expect(front.opened()).toBe(1);
    });

    const three = await submit(ringback, never(ringback));
    await page.goto(`${front.url}/jobs/${three}`);
    await expect.poll(front.open).toBe(1);
    await expect(live(page, 'Live')).toBeVisible();

    await test.step('lost, it is said, and the page is kept up to date all the same', async () => {
      front.holdStreams();
      await expect(live(page, 'Refreshing every few seconds')).toBeVisible();
      await cancel(ringback, three);
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Cancelled');
    });

    await test.step('had again, it tells of changes as before', async () => {
      const four = await submit(ringback, never(ringback));
      await page.goto(`${front.url}/jobs/${four}`);
      await expect(live(page, 'Refreshing every few seconds')).toBeVisible();
      front.letStreams();
      await expect(live(page, 'Live')).toBeVisible({ timeout: 60_000 });
      await cancel(ringback, four);
      await expect(page.getByRole('heading', { level: 1 })).toContainText('Cancelled');
    });
  } finally {
    await front.close();
  }
});

async function callAsPerson(page: Page, path: string, input: object): Promise<{ id: string }> {
  const answer = await page.request.post(`/api/trpc/${path}`, { data: input });
  expect(answer.status()).toBe(200);
  return (await answer.json()).result.data;
}

function live(page: Page, words: string) {
  return page.getByRole('banner').getByRole('status').filter({ hasText: words });
}

async function cancel({ url, apiKey }: Ringback, id: string): Promise<void> {
  const answer = await fetch(`${url}/v1/jobs/${id}/cancel`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}` },
  });
  expect(answer.status).toBe(200);
}
