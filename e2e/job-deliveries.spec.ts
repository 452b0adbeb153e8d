import type { Locator } from '@playwright/test';
import { withDatabase } from '#e2e/support/database.ts';
import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { rest } from '#e2e/support/rest.ts';
import { submit, submitEnded } from '#e2e/support/submit.ts';
import { parseId } from '#src/domain/text/id.ts';

test('deliveries of many events are a line each, those to one receiver together, and long groups fold', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  receiver.answer(({ path }) => (path === '/status' ? 500 : 204));
  const endpoint = { name: 'billing', url: `${receiver.url}/billing`, projectWide: true, events: ['job.*'] };
  await rest(project, 'POST /v1/endpoints', endpoint);
  const retry = { 500: { limit: 30, minTimeoutInMs: 1, maxTimeoutInMs: 2 } };
  const id = await submitEnded(project, {
    ...{ url: `${receiver.url}/status`, retry, maxAttempts: 25 },
    callback: { url: `${receiver.url}/own`, events: ['job.failed'] },
  });
  // The endpoint is told of the start, of 25 attempts and of the end.
  await untilDelivered(project, id, 1 + 27);
  await page.goto(`/jobs/${id}`);
  const deliveries = page.getByRole('region', { name: 'Deliveries' });
  const own = deliveries.getByRole('region', { name: `To ${receiver.url}/own` });
  const billing = deliveries.getByRole('region', { name: 'To billing' });
  await expect(deliveries.getByRole('heading', { level: 2 })).toHaveText('Deliveries 28 delivered');
  await expect(lines(own)).toHaveCount(1);
  await expect(lines(own)).toContainText('job.failed');
  await expect(lines(own)).toContainText('1 attempt');
  await expect(billing).toContainText('27 delivered');
  await expect(lines(billing)).toHaveCount(1);
  const waterfall = page.getByRole('group', { name: 'Attempts over time' });
  await expect(waterfall).toContainText('27 to billing: 27 delivered');
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  expect(height).toBeLessThan(2_600);
  await expectUniqueLandmarks(page.getByRole('region'));
  await expectAccessibleInBothThemes(page);

  await test.step('a folded group unfolds, and so does a line, to what was answered', async () => {
    await billing.getByRole('button', { name: 'Show 26 more: 26 delivered' }).click();
    await expect(lines(billing)).toHaveCount(27);
    await lines(billing).first().click();
    await billing.getByRole('button', { name: /^Attempt 1 204/ }).click();
    await expect(billing).toContainText('The receiver answered 204: delivered.');
    await expect(billing.getByText('webhook-id')).toBeVisible();
    await expectUniqueLandmarks(page.getByRole('region'));
    await expectAccessibleInBothThemes(page);
    await billing
      .getByRole('link', { name: /^The page of delivery dlv_/ })
      .first()
      .click();
    await expect(page).toHaveURL(/\/deliveries\/dlv_/);
    await expect(page.getByRole('region', { name: 'Attempts' })).toContainText('Attempt 1');
    await page.goBack();
  });

  await test.step('on a phone too', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await billing.getByRole('button', { name: 'Show 26 more: 26 delivered' }).click();
    await expectAccessibleInBothThemes(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  await test.step('and the panel beside the list folds them too', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(`/jobs?peek=${id}`);
    const peek = page.getByRole('complementary').getByRole('region', { name: 'Deliveries' });
    await peek.getByRole('link', { name: '26 more: 26 delivered' }).click();
    await expect(page).toHaveURL(`/jobs/${id}`);
  });

  await test.step('a row of the waterfall unfolds its delivery', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.reload();
    await waterfall.getByRole('button', { name: /^job\.started 204/ }).click();
    await expect(lines(billing)).toHaveCount(2);
    await expect(billing).toContainText('The receiver answered 204: delivered.');
  });
});

test('what was not delivered says why and what can be done, without being unfolded', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const retry = { scheduleSeconds: [5_400] };
  receiver.answer(({ path }) => (path === '/late' ? 503 : path === '/gone' ? 410 : 204));
  const url = `${project.url}/playground/target?plan=200`;
  const late = await submitEnded(project, { url, callback: { url: `${receiver.url}/late`, retry } });
  await page.goto(`/jobs/${late}`);
  const deliveries = page.getByRole('region', { name: 'Deliveries' });
  await expect(lines(deliveries)).toHaveAttribute('aria-expanded', 'true');
  await expect(deliveries).toContainText('The receiver answered 503');
  await expect(deliveries).toContainText(/Attempt 2: It is tried again in 1 h \d+ min/);
  await expect(deliveries.getByRole('button', { name: 'Try now' })).toBeVisible();
  await expectAccessibleInBothThemes(page);
  receiver.answer(204);
  await deliveries.getByRole('button', { name: 'Try now' }).click();
  await expect(lines(deliveries)).toContainText('Delivered');
  // It stays unfolded: somebody is reading it.
  await expect(deliveries.getByRole('button', { name: /^Attempt 2 204/ })).toBeVisible();

  receiver.answer(410);
  const gone = await submitEnded(project, { url, callback: { url: `${receiver.url}/gone`, retry } });
  await page.goto(`/jobs/${gone}`);
  await expect(lines(deliveries)).toContainText('Failed');
  await expect(deliveries).toContainText('410');
  await expect(deliveries.getByRole('button', { name: 'Resend', exact: true })).toBeVisible();
});

test('a job is explained before its deliveries, and nothing is said to have been sent before it was', async ({
  page,
  project,
}) => {
  const url = `${project.url}/playground/target?plan=200`;
  const id = await submit(project, { url, method: 'GET', delaySeconds: 3_600, metadata: { order: 42 } });
  await page.goto(`/jobs/${id}`);
  const request = page.getByRole('region', { name: 'Request', exact: true });
  await expect(request).toContainText('It has no body.');
  await expect(page.getByRole('main')).not.toContainText(/none was sent|Sent without/);
  const about = page.getByRole('region', { name: 'About this job' });
  await expect(about).toContainText('42');
  const callback = page.getByRole('region', { name: 'Callback' });
  expect((await about.boundingBox())?.y).toBeLessThan((await callback.boundingBox())?.y ?? 0);
  await expectAccessibleInBothThemes(page);
});

test('a status without a rule leads to what would have helped', async ({ page, project }) => {
  test.slow();
  const at = (plan: number) => `${project.url}/playground/target?plan=${plan}&key=rule-${plan}`;
  const unsafe = await submitEnded(project, { url: at(500), json: { amount: 1 } });
  await page.goto(`/jobs/${unsafe}`);
  const attempt = page.getByRole('region', { name: 'Attempt 1' });
  await expect(attempt).toContainText('only for requests that are safe to repeat');
  await expect(attempt).toContainText('not for this request');
  await expect(attempt).not.toContainText('none matched');
  await expect(attempt).toContainText('with an Idempotency-Key header');
  await expectAccessibleInBothThemes(page);

  await page.goto(`/jobs/${await submitEnded(project, { url: at(404) })}`);
  await expect(attempt).toContainText('none matched');
  await expect(attempt).toContainText('The policy names no 404');
  const docs = await attempt.getByRole('link', { name: 'How policies decide' }).getAttribute('href');
  await attempt.getByRole('link', { name: 'Run again with other rules' }).click();
  const rules = page.getByLabel('Rules as JSON');
  await expect(rules).toBeFocused();
  await expect(rules).toBeInViewport();
  await rules.fill('{"404": {"limit": 2, "minTimeoutInMs": 1, "maxTimeoutInMs": 2}}');
  await page.getByRole('button', { name: 'Run as a new job' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Failed');
  await expect(
    page.getByRole('group', { name: 'Attempts over time' }).getByRole('button', { name: /^Attempt 3 404/ }),
  ).toBeVisible();

  await page.goto(docs ?? '');
  await expect(page.locator('.opblock.is-open')).toContainText('/v1/retry/simulate', { timeout: 40_000 });
});

function lines(within: Locator): Locator {
  return within.getByRole('button', { name: /^job\./ });
}

async function untilDelivered(project: Project, id: string, count: number): Promise<void> {
  await expect
    .poll(
      () =>
        withDatabase(project, async (db) => {
          const told = await db.pool.query("select 1 from delivery where job_id = $1 and state = 'delivered'", [
            parseId('job', id),
          ]);
          return told.rowCount;
        }),
      { timeout: 60_000 },
    )
    .toBe(count);
}

async function expectUniqueLandmarks(regions: Locator): Promise<void> {
  const names = await regions.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
}
