import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { rest } from '#e2e/support/rest.ts';
import { submit } from '#e2e/support/submit.ts';

const hour = 3_600;

test('a job that waits for its retry says why, and is tried now when somebody says so', async ({
  page,
  project,
  receiver,
}) => {
  receiver.answer('reset');
  const wait = { limit: 3, minTimeoutInMs: hour * 1_000, maxTimeoutInMs: hour * 1_000 };
  const id = await submit(project, { url: `${receiver.url}/work`, connectionError: { retry: wait } });
  await page.goto('/jobs');
  const row = page.getByRole('row').filter({ hasText: '/work' });
  await expect(row).toContainText('Retrying');
  await expect(row).toContainText('reset');
  await page.goto(`/jobs/${id}`);
  const next = page.getByRole('region', { name: 'Next attempt' });
  await expect(next).toContainText('connection_reset');
  await expectAccessibleInBothThemes(page);
  receiver.answer(200);
  await next.getByRole('button', { name: 'Try now' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed');
  await expect(next.getByRole('button', { name: 'Try now' })).toHaveCount(0);
});

test('a job that is scheduled is started now', async ({ page, project }) => {
  const id = await submit(project, { url: `${project.url}/playground/target?plan=200`, delaySeconds: hour });
  await page.goto(`/jobs/${id}`);
  await page.getByRole('button', { name: 'Start now' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed');
});

test('once a receiver is repaired, its delivery is tried and its endpoint probed without waiting', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const repaired = () => receiver.answer(204);
  const broken = () => receiver.answer({ status: 503, headers: { 'retry-after': String(hour) } });
  const { id } = await rest<{ id: string }>(project, 'POST /v1/endpoints', { name: 'billing', url: receiver.url });
  const job = { url: `${project.url}/playground/target?plan=200`, callback: { endpoint: 'billing' } };
  const heading = page.getByRole('heading', { level: 1 });

  await test.step('from the page of the job', async () => {
    broken();
    await page.goto(`/jobs/${await submit(project, job)}`);
    const callback = page.getByRole('region', { name: 'Deliveries' });
    const tryNow = callback.getByRole('button', { name: 'Try now' });
    await expect(tryNow).toBeVisible();
    await expectAccessibleInBothThemes(page);
    repaired();
    await tryNow.click();
    await expect(callback).toContainText('Delivered');
  });

  await test.step('from the page of the delivery', async () => {
    broken();
    await submit(project, job);
    await page.goto('/deliveries?state=retrying');
    await page.locator('tbody tr').first().getByRole('link').first().click();
    await expect(heading).toContainText('Retrying');
    await expectAccessibleInBothThemes(page);
    repaired();
    await page.getByRole('button', { name: 'Try now' }).click();
    await expect(heading).toContainText('Delivered');
  });

  await test.step('from the page of the endpoint', async () => {
    broken();
    await submit(project, job);
    await page.goto(`/endpoints/${id}`);
    await expect(heading).toContainText('next probe in');
    const before = receiver.received.length;
    await submit(project, job);
    await expectAccessibleInBothThemes(page);
    repaired();
    await page.getByRole('button', { name: 'Probe now' }).click();
    await receiver.waitFor(before + 1);
    await expect(heading).toContainText('Enabled');
    await expect(page.getByRole('button', { name: 'Probe now' })).toHaveCount(0);
  });

  await test.step('and all that waits for it at once', async () => {
    broken();
    await submit(project, job);
    await expect(heading).toContainText('next probe in');
    await submit(project, job);
    repaired();
    const sendAll = page.getByRole('button', { name: 'Send all now' });
    await sendAll.click();
    await expect(page.getByText(/deliver(y goes|ies go) now/).first()).toBeVisible();
    await expect(heading).toContainText('Enabled');
    await expect(sendAll).toHaveCount(0);
  });
});
