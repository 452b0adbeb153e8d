import type { Page } from '@playwright/test';
import { withDatabase } from '#e2e/support/database.ts';
import { expect, expectAccessibleInBothThemes } from '#e2e/support/journey.ts';
import { processOf } from '#e2e/support/process-of.ts';
import { type Project, test } from '#e2e/support/project.ts';
import { rest, submitMany, untilCount } from '#e2e/support/rest.ts';
import { submit } from '#e2e/support/submit.ts';
import { parseId } from '#src/domain/text/id.ts';
import { packageVersion } from '#src/package-version.ts';
import { startGatedTarget } from '#test/support/gated-target.ts';

// From the start page to the cause and to the cure in at most three clicks each, and the page says when it is over.

test('an endpoint that answers 500 among healthy ones is named on the start page, and can be tried from there', async ({
  page,
  project,
  receiver,
}) => {
  test.slow();
  const { id } = await rest<{ id: string }>(project, 'POST /v1/endpoints', {
    name: 'billing',
    url: `${receiver.url}/hook`,
  });
  await rest(project, 'POST /v1/endpoints', { name: 'mailer', url: `${receiver.url}/healthy` });
  receiver.answer(({ path }) => (path === '/hook' ? 500 : 204));
  await submit(project, { ...at(project, 200), callback: { endpoint: 'mailer' } });
  await submit(project, { ...at(project, 200), callback: { endpoint: 'billing' } });
  await withDatabase(project, async (db) => {
    const age = () =>
      db.query(
        `update delivery set created_at = now() - interval '6 minutes', next_attempt_at = now() + interval '1 hour'
         where project_id = $1 and state = 'retrying' returning id`,
        [parseId('prj', project.projectId)],
      );
    await expect.poll(async () => (await age()).length).toBe(1);
  });
  await page.goto('/');
  const banner = page.getByText('1 callback waits');
  await expect(banner).toBeVisible();
  await expect(page.getByText('whose last failure was 500')).toBeVisible();
  const troubled = page.getByRole('region', { name: 'Receivers in trouble' }).locator('tbody tr');
  await expect(troubled).toHaveCount(1);
  await expect(troubled).toContainText('billing');
  await expect(page.getByRole('link', { name: 'Open endpoint' })).toHaveAttribute('href', `/endpoints/${id}`);
  await expectAccessibleInBothThemes(page);
  receiver.answer(204);
  await page.getByRole('button', { name: 'Try now: billing' }).click();
  await expect(page.getByText('No callback has waited for long any more.')).toBeVisible();
});

test('a host that hangs is named on the start page, with its jobs, which run again once it answers', async ({
  page,
  project,
}) => {
  test.slow();
  const host = await startGatedTarget();
  try {
    // So long that the same jobs, run again, are answered in time on a busy machine.
    const hanging = { url: `${host.url}/slow`, timeout: { durationInMs: 5_000 }, retry: 'none' };
    await submitMany(project, [...Array.from({ length: 12 }, () => hanging), at(project, 200)]);
    await untilCount(project, 'state=failed', 12);
    await page.goto('/');
    const banner = page.getByText('of the jobs that ended failed');
    await expect(banner).toBeVisible();

    await test.step('one click to the cause', async () => {
      const failing = page.getByRole('region', { name: 'Failing hosts' });
      await expect(failing.locator('tbody tr')).toContainText('timeout');
      await failing.getByRole('link', { name: new URL(host.url).hostname }).click();
      const rows = page.getByRole('region', { name: 'Jobs', exact: true }).locator('tbody tr');
      await expect(rows).toHaveCount(12);
      await expect(rows.first()).toContainText('timeout');
      await page.goBack();
    });

    await test.step('three clicks to the cure', async () => {
      host.open();
      await page.getByRole('link', { name: 'Errors by kind' }).click();
      const kind = page.getByRole('region', { name: 'Errors' }).locator('tbody tr');
      await expect(kind).toHaveCount(1);
      await kind.getByRole('button', { name: 'Run again' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Run 12 jobs again' }).click();
      await expect(page.getByRole('main')).toContainText('12 of 12 jobs done', { timeout: 60_000 });
      await untilCount(project, 'state=completed', 13);
    });

    await test.step('the start page says when it is over', async () => {
      await page.goto('/');
      await expect(banner).toBeVisible();
      await submitMany(
        project,
        Array.from({ length: 30 }, () => ({ url: `${host.url}/well` })),
      );
      await expect(page.getByText('Few jobs fail now.')).toBeVisible({ timeout: 60_000 });
    });
  } finally {
    await host.close();
  }
});

test('a worker that is killed: its job says so, and ends with another worker', async ({ page, project }) => {
  test.slow();
  const host = await startGatedTarget();
  try {
    const id = await submit(project, { url: `${host.url}/long` });
    await expect.poll(() => host.total()).toBe(1);
    const worker = await processOf(project, 'worker');
    process.kill(worker, 'SIGKILL');
    await page.goto('/');
    const jobs = page.getByRole('complementary', { name: 'Project' }).getByRole('link', { name: /^Jobs/ });
    await jobs.click();
    await page.locator(`a[href="/jobs/${id}"]`).click();
    const waterfall = page.getByRole('region', { name: 'Waterfall' });
    await expect(waterfall).toContainText('interrupted', { timeout: 60_000 });
    await expect.poll(() => host.total(), { timeout: 60_000 }).toBe(2);
    host.open();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed', { timeout: 60_000 });
    await expect(page).toHaveTitle(/^completed · /);
    await page.goto('/');
    const workers = page.getByRole('region', { name: 'Workers' });
    await expect(workers).toContainText('1 alive', { timeout: 60_000 });
    await expect(workers).toContainText(packageVersion());
    expect(await processOf(project, 'worker')).not.toBe(worker);
  } finally {
    await host.close();
  }
});

test('a worker that is frozen: the page says that none is alive, and jobs go on once there is one', async ({
  page,
  project,
}) => {
  test.slow();
  // A project without a single job is shown how to begin instead.
  await submit(project, at(project, 404));
  await untilCount(project, 'state=failed', 1);
  const worker = await processOf(project, 'worker');
  await page.goto('/');
  const workers = page.getByRole('region', { name: 'Workers' });
  await expect(workers).toContainText('1 alive');
  process.kill(worker, 'SIGSTOP');
  try {
    await submit(project, at(project, 200));
    // The silence, the next look for alerts, and the next question of the page come one after another.
    await expect(page.getByText('No worker is alive').first()).toBeVisible({ timeout: 90_000 });
    await expect(workers).toContainText('1 silent');
    await expectAccessibleInBothThemes(page);
    await shown(page, '/jobs');
    await expect(page.locator('tbody tr').first()).toContainText('Queued');
  } finally {
    process.kill(worker, 'SIGCONT');
  }
  await expect(page.locator('tbody tr').first()).toContainText('Completed', { timeout: 40_000 });
  await shown(page, '/');
  await expect(workers).toContainText('1 alive', { timeout: 40_000 });
  await expect(page.getByText('No worker is alive')).toHaveCount(0);
});

function at(project: Project, plan: number): { url: string } {
  return { url: `${project.url}/playground/target?plan=${plan}` };
}

async function shown(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}
