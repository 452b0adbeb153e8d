import { withDatabase } from '#e2e/support/database.ts';
import { expect, expectAccessible } from '#e2e/support/journey.ts';
import { test } from '#e2e/support/project.ts';
import { submitMany, untilCount } from '#e2e/support/rest.ts';
import { parseId } from '#src/domain/text/id.ts';

test('a job that outlived its attempts and deliveries says that they were deleted, and is asked for no more', async ({
  page,
  project,
}) => {
  const [id = ''] = await submitMany(project, [
    { url: `${project.url}/playground/target?plan=200`, callback: `${project.url}/playground/inbox/outlived` },
  ]);
  await untilCount(project, 'state=completed', 1);
  const uuid = parseId('job', id);
  await withDatabase(project, async (db) => {
    // As retention leaves it when attempts and deliveries are kept for a shorter time than jobs.
    await db.run('drop_attempts', 'delete from attempt where owner_id = $1', [uuid]);
    await db.run('drop_deliveries', 'delete from delivery where job_id = $1', [uuid]);
    await db.run(
      'age_outlived',
      `update job set created_at = created_at - interval '2 hours', started_at = started_at - interval '2 hours',
         ended_at = ended_at - interval '2 hours' where id = $1`,
      [uuid],
    );
  });
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('jobs.view')) asked.push(request.url());
  });
  await page.goto(`/jobs/${id}`);
  await expect(page.getByRole('region', { name: 'Waterfall' })).toContainText('1 attempt, completed; deleted by');
  await expect(page.getByRole('region', { name: 'Callback' })).toContainText('were deleted by the project’s retention');
  await expect(page.getByRole('region', { name: 'Response', exact: true })).toContainText('were deleted by');
  await expect(page.getByRole('button', { name: 'Resend delivery' })).toHaveAttribute('aria-description', /deleted/);
  await expect(page.getByRole('main')).not.toContainText(/before its first attempt|not want/);
  await expectAccessible(page);
  // The frame asks on its own every 15 s; a job that is not settled would be asked for long before.
  const before = asked.length;
  await page.waitForResponse((answer) => answer.url().includes('session.me'), { timeout: 50_000 });
  expect(asked).toHaveLength(before);
});

test('what could not be loaded of a job is asked for again', async ({ page, project }) => {
  test.slow();
  const [id = ''] = await submitMany(project, [
    {
      url: `${project.url}/playground/target?plan=503,200&key=loaded-again`,
      json: { note: 'sent' },
      keepSecretsSeconds: 3_600,
      retry: { 503: { minTimeoutInMs: 10, maxTimeoutInMs: 20 } },
    },
  ]);
  await untilCount(project, 'state=completed', 1);
  const lost = /jobs\.(attempt|body)\b/;
  await page.route(lost, (route) => route.abort());
  await page.goto(`/jobs/${id}`);
  await page
    .getByRole('navigation', { name: 'Attempts' })
    .getByRole('button', { name: /^Attempt 1/ })
    .click();
  const card = page.getByRole('region', { name: 'Attempt 1' });
  const request = card.getByRole('region', { name: 'Request', exact: true });
  const response = card.getByRole('region', { name: 'Response', exact: true });
  await expect(request).toContainText('The request body could not be loaded');
  await expect(response).toContainText('The response could not be loaded');
  await page.unroute(lost);
  await response.getByRole('button', { name: 'Try again' }).click();
  await expect(response).toContainText('The plan says 503 now.');
  await request.getByRole('button', { name: 'Try again' }).click();
  await expect(request).toContainText('"sent"');
});
