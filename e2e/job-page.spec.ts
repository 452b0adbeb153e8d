import type { Page } from '@playwright/test';
import { withDatabase } from '#e2e/support/database.ts';
import { expect, expectAccessible, test as journey } from '#e2e/support/journey.ts';
import { type OddTarget, startOddTarget } from '#e2e/support/odd-target.ts';
import type { Ringback } from '#e2e/support/ringback.ts';
import { submit, submitEnded } from '#e2e/support/submit.ts';
import { parseId } from '#src/domain/text/id.ts';

const test = journey.extend<object, { odd: OddTarget }>({
  odd: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const odd = await startOddTarget();
      await use(odd);
      await odd.stop();
    },
    { scope: 'worker' },
  ],
});

const secret = 'sk-page-4242424242';
const mask = '********';

test('a job is watched from its wait to its end, and nothing moves while it is read', async ({
  page,
  ringback,
  signIn,
}) => {
  test.slow();
  await signIn(page);
  const id = await submit(ringback, {
    // So long that whatever else in its line grew would make it wrap anew.
    url: `${ringback.url}/playground/target?plan=503,200&key=watched-from-its-wait-to-its-end-without-a-line-mo`,
    json: { amount: 1 },
    headers: { authorization: `Bearer ${secret}` },
    retry: { 503: { minTimeoutInMs: 50_000, maxTimeoutInMs: 50_000 } },
    callback: `${ringback.url}/playground/inbox/watched`,
    deadlineSeconds: 600,
  });
  await page.goto(`/jobs/${id}`);
  const next = page.getByRole('region', { name: 'Next attempt' });
  await expect(next.getByRole('timer')).toContainText(/\d\.\d\s*s/);
  await expect(next).toContainText('503 matched rule "503"');
  const waterfall = page.getByRole('group', { name: 'Attempts over time' });
  await expect(waterfall.getByText('now', { exact: true })).toBeVisible();
  await expect(waterfall.getByText('planned')).toBeVisible();
  await expect(page.getByText('Deadline').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run with edits' })).toHaveAttribute('aria-disabled', 'true');
  await expectAccessibleInBothThemes(page);
  const before = await page.getByText('Created').first().boundingBox();
  const lines = (await page.getByRole('heading', { level: 1 }).boundingBox())?.height;
  await expect(page.getByRole('button', { name: 'Resend delivery' })).toHaveAttribute('aria-disabled', 'true');

  await withDatabase(ringback, (db) =>
    db.run('retry_now', 'update job set next_attempt_at = now() where id = $1', [parseId('job', id)]),
  );
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed');
  await expect(next).toContainText('Completed');
  expect(await page.getByText('Created').first().boundingBox()).toEqual(before);
  await expect(page.getByRole('region', { name: 'Attempt 2' })).toContainText('200 is accepted by "2xx"');
  await expect(waterfall.getByRole('button', { name: /^Attempt 1 of the delivery 204/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Resend delivery' })).not.toHaveAttribute('aria-disabled');
  expect((await page.getByRole('heading', { level: 1 }).boundingBox())?.height).toBe(lines);
  expect(await page.getByText('Created').first().boundingBox()).toEqual(before);
});

test('attempts are chosen with the keyboard, and a delivery shows what its receiver answered', async ({
  page,
  ringback,
  signIn,
}) => {
  test.slow();
  await signIn(page);
  const id = await submitEnded(ringback, {
    url: `${ringback.url}/playground/target?plan=429,503,200&key=chosen`,
    retry: { '429,503': { minTimeoutInMs: 10, maxTimeoutInMs: 20 } },
    callback: `${ringback.url}/playground/inbox/chosen`,
  });
  await page.goto(`/jobs/${id}`);
  const rows = page.getByRole('group', { name: 'Attempts over time' });
  const last = rows.getByRole('button', { name: /^Attempt 3 200/ });
  await expect(last).toHaveAttribute('aria-pressed', 'true');
  await last.focus();
  await page.keyboard.press('Home');
  await expect(rows.getByRole('button', { name: /^Attempt 1 429/ })).toBeFocused();
  await expect(page.getByRole('region', { name: 'Attempt 1' })).toContainText('429 matched rule "429,503"');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('region', { name: 'Attempt 2' })).toContainText('The plan says 503 now.');
  await page.keyboard.press('End');
  await expect(rows.getByRole('button', { name: /^Attempt 1 of the delivery 204/ })).toBeFocused();
  await expect(page.getByRole('region', { name: 'Deliveries' }).getByText('x-request-id')).toBeVisible();

  await page.getByRole('button', { name: 'Simulate' }).click();
  const policy = page.getByRole('region', { name: 'Retry policy' });
  await expect(policy).toContainText('6 attempts over');
  await expectAccessible(page);
});

test('a callback is sent again', async ({ page, ringback, signIn }) => {
  await signIn(page);
  const id = await submitEnded(ringback, {
    url: `${ringback.url}/playground/target?plan=200`,
    callback: `${ringback.url}/playground/inbox/again`,
  });
  await page.goto(`/jobs/${id}`);
  const callback = page.getByRole('region', { name: 'Deliveries' });
  await expect(callback.getByText('Delivered', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Resend delivery' }).click();
  await expect(page.getByText('The delivery is sent again')).toBeVisible();
  await expect(callback.getByText('2 attempts')).toBeVisible();
});

test('what a target sends cannot script the page or break it, and is shown for what it is', async ({
  page,
  ringback,
  signIn,
  odd,
}) => {
  test.slow();
  await signIn(page);
  const hostile = await submitEnded(ringback, {
    url: `${odd.url}/hostile?long=${'parameter'.repeat(200)}`,
    labels: ['<b>bold</b>'],
    headers: { 'x-sent': '"><script>window.harmed=8</script>' },
  });
  const response = page.getByRole('region', { name: 'Response', exact: true });
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/jobs/${hostile}`);
    if (width === 390) await page.getByRole('button', { name: 'Response', exact: true }).last().click();
    await expect(response).toContainText('<img src=x onerror="window.harmed=1">');
    await expect(response).toContainText('<script>window.harmed = 4</script>');
    await expect(response.getByRole('img', { name: 'right-to-left override' })).toBeVisible();
    await expect(response.getByRole('img', { name: 'zero-width space' })).toBeVisible();
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(await page.locator('a[href^="javascript:" i], main script, main svg[onload]').count()).toBe(0);

  await page.goto(`/jobs/${await submitEnded(ringback, { url: `${odd.url}/svg` })}`);
  await expect(response.getByText('window.harmed=7')).toBeVisible();
  await expect(response.getByRole('img', { name: 'The body' })).toHaveCount(0);

  await page.goto(`/jobs/${await submitEnded(ringback, { url: `${odd.url}/png` })}`);
  const image = response.getByRole('img', { name: 'The body' });
  await expect(image).toHaveAttribute('src', /^blob:/);
  await expect(response).toContainText('image/png, 2 × 2');
  await response.getByRole('button', { name: 'Bytes' }).click();
  await expect(response).toContainText('89 50 4e 47');

  await page.goto(`/jobs/${await submitEnded(ringback, { url: `${odd.url}/bytes` })}`);
  await expect(response).toContainText('000010  10 11 12');
  expect(await page.evaluate(() => 'harmed' in window)).toBe(false);
});

test('JSON keeps its numbers and folds; a large body is only loaded when it is asked for', async ({
  page,
  ringback,
  signIn,
  odd,
}) => {
  test.slow();
  await signIn(page);
  const response = page.getByRole('region', { name: 'Response', exact: true });
  await page.goto(`/jobs/${await submitEnded(ringback, { url: `${odd.url}/json` })}`);
  await expect(response).toContainText('9007199254740993');
  await expect(response).toContainText('1.10');
  await response.getByRole('button', { name: 'Fold the object of 2' }).first().click();
  await expect(response).toContainText('2 members');

  const large = await submitEnded(ringback, { url: `${odd.url}/large` });
  const answers: number[] = [];
  page.on('response', async (answer) => {
    if (answer.url().includes('jobs.view')) answers.push((await answer.body().catch(() => Buffer.alloc(0))).length);
  });
  await page.goto(`/jobs/${large}`);
  await expect(response).toContainText('Only the beginning of');
  await expect(response).not.toContainText('item 8999');
  expect(Math.max(...answers)).toBeLessThan(200_000);
  await response.getByRole('button', { name: /^Load all/ }).click();
  await expect(response).toContainText('whole');
  await expectAccessible(page);

  await page.goto(`/jobs/${await submitEnded(ringback, { url: `${odd.url}/line` })}`);
  await response.getByRole('button', { name: /characters more$/ }).click();
  await expect(response.getByRole('button', { name: /characters more$/ })).toBeVisible();
});

test('an empty body, no content, an erased one, and an id of nobody are said plainly', async ({
  page,
  ringback,
  signIn,
  odd,
}) => {
  test.slow();
  await signIn(page);
  const response = page.getByRole('region', { name: 'Response', exact: true });
  for (const path of ['empty', 'none']) {
    await page.goto(`/jobs/${await submitEnded(ringback, { url: `${odd.url}/${path}` })}`);
    await expect(response).toContainText('empty, 0 B');
    await expect(page.getByRole('region', { name: 'Request', exact: true })).toContainText('Sent without a body.');
  }
  await page.goto(`/jobs/${await submitEnded(ringback, { url: `${odd.url}/json`, json: {}, resultTtlSeconds: 0 })}`);
  await expect(page.getByRole('region', { name: 'Request', exact: true })).toContainText('was erased');
  await expect(response).toContainText('was not kept');

  await page.goto('/jobs/job_01m7wd4b99ebrv4mp86mhc61ay');
  await expect(page.getByRole('heading', { name: 'There is no such job' })).toBeVisible();
  await expect(page.getByText('may belong to another project')).toBeVisible();
  await expectAccessible(page);
});

test('a job is run again with edits that keep its secrets, and errors stand at their fields', async ({
  page,
  ringback,
  signIn,
  odd,
}) => {
  test.slow();
  await signIn(page);
  const id = await submitEnded(ringback, {
    url: `${odd.url}/echo?token=${secret}`,
    headers: { authorization: `Bearer ${secret}`, 'x-trace': 'first' },
    json: { pin: secret, note: 'first' },
    redact: { query: ['token'], body: ['/pin'] },
    keepSecretsSeconds: 3_600,
    deadlineSeconds: 3_600,
  });
  await page.goto(`/jobs/${id}`);
  await page.getByRole('link', { name: 'Run with edits' }).click();
  await expect(page).toHaveURL(`/jobs/${id}/again`);
  await expect(page.getByText('keeps its secret value').first()).toBeVisible();
  await expect(page.getByLabel('URL', { exact: true })).toHaveValue(`${odd.url}/echo?token=${mask}`);
  await expectAccessibleInBothThemes(page);

  await page.getByLabel('Timeout of an attempt').fill('1');
  await page.getByRole('button', { name: 'Run as a new job' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'timeout.durationInMs' })).toBeVisible();
  await page.getByLabel('Timeout of an attempt').fill('30s');

  await page.getByLabel('URL', { exact: true }).fill('http://localhost:9/other');
  await page.getByRole('button', { name: 'Run as a new job' }).click();
  await expect(page.getByText('not sent to another origin').first()).toBeVisible();
  await page.getByLabel('URL', { exact: true }).fill(`${odd.url}/echo?token=${mask}&page=2`);

  await page.getByLabel('Value of x-trace').fill('second');
  const body = page.getByRole('textbox', { name: 'Body' });
  await body.fill((await body.inputValue()).replace('first', 'second'));

  // Meanwhile somebody else runs it again.
  const theirs = await rerun(ringback, id);
  await page.getByRole('button', { name: 'Run as a new job' }).click();
  await expect(page.getByText('Meanwhile this job was run again')).toContainText(theirs);
  await page.getByRole('button', { name: 'Run as a new job' }).click();

  await expect(page).not.toHaveURL(new RegExp(`${id}|again`));
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed');
  const response = page.getByRole('region', { name: 'Response', exact: true });
  await expect(response).toContainText('"x-trace": "second"');
  const made = page.url().split('/').at(-1) ?? '';
  expect(await sentWith(ringback, made)).toMatchObject({ authorization: `Bearer ${secret}` });
  await expect(page.getByRole('link', { name: id }).first()).toBeVisible();
});

test('secrets that were erased are asked for', async ({ page, ringback, signIn, odd }) => {
  await signIn(page);
  const id = await submitEnded(ringback, { url: `${odd.url}/json`, headers: { authorization: `Bearer ${secret}` } });
  await page.goto(`/jobs/${id}/again`);
  await expect(page.getByText('The secrets of this job were erased')).toBeVisible();
  await page.getByRole('button', { name: 'Run as a new job' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'its secret was erased' })).toBeVisible();
  await page.getByRole('button', { name: 'Replace the secret of authorization' }).click();
  await page.getByLabel('Value of authorization').fill('Bearer anew');
  await page.getByRole('button', { name: 'Run as a new job' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed');
  await expect(page).not.toHaveURL(/again$/);
});

test('on a phone the job, its form, and sixty attempts fit the screen', async ({ page, ringback, signIn, odd }) => {
  test.slow();
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page);
  const id = await submitEnded(ringback, {
    url: `${odd.url}/fail`,
    retry: { any: { limit: 60, minTimeoutInMs: 1, maxTimeoutInMs: 2 } },
    maxAttempts: 60,
  });
  await page.goto(`/jobs/${id}`);
  const rows = page.getByRole('group', { name: 'Attempts over time' });
  await expect(rows.getByRole('button', { name: /^Attempt \d+ 500/ })).toHaveCount(20);
  expect((await rows.getByRole('button', { name: /^Attempt 1 500/ }).boundingBox())?.height).toBe(52);
  await rows.getByRole('button', { name: '40 more: show 40' }).click();
  await expect(rows.getByRole('button', { name: /^Attempt \d+ 500/ })).toHaveCount(60);
  await page.getByRole('button', { name: 'The attempt before' }).click();
  await expect(page.getByRole('region', { name: 'Attempt 59' })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectAccessibleInBothThemes(page);
  await page.goto(`/jobs/${id}/again`);
  await expect(page.getByRole('button', { name: 'Run as a new job' })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectAccessibleInBothThemes(page);
});

async function call(ringback: Ringback, method: string, path: string, json?: object): Promise<Response> {
  return fetch(`${ringback.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${ringback.apiKey}`, 'content-type': 'application/json' },
    ...(json && { body: JSON.stringify(json) }),
  });
}

async function rerun(ringback: Ringback, id: string): Promise<string> {
  return ((await (await call(ringback, 'POST', `/v1/jobs/${id}/rerun`, {})).json()) as { id: string }).id;
}

/** The headers that the odd target got, as it says itself. */
async function sentWith(ringback: Ringback, id: string): Promise<object> {
  return (await (await call(ringback, 'GET', `/v1/jobs/${id}/result`)).json()) as object;
}

async function expectAccessibleInBothThemes(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectAccessible(page);
  }
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
    0,
  );
}
